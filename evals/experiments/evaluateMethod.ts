import { resolve } from 'node:path';
import type { CommandOptions, CommandResult } from '../../run/commandResult.ts';
import { toExitCode } from '../../run/commandResult.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashText } from '../../run/describeModel.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import { Progress } from '../../run/progress.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { requireBatches, type BatchChoice } from '../../run/requireBatches.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { runInSession } from '../../run/runInSession.ts';
import { labelModelRoles } from '../../run/tracing/traceRun.ts';
import { toJudgedAnswers } from '../bias/judgedAnswers.ts';
import type { Instruction } from '../justEval/instructions.ts';
import type { JustEvalRecord } from '../justEval/runJustEval.ts';
import { openEvaluationTracker } from '../langsmith/openEvaluationTracker.ts';
import { checkBias, type BiasCheckOptions } from './checkBias.ts';
import { buildEvaluationReport, type EvaluationProgress, type EvaluationReport } from './evaluationReport.ts';
import { describeTracedExperiment, formatDatasetName } from './experimentTrace.ts';
import { findLeakage, reportLeakage } from './leakage.ts';
import { listAskedRoles } from './listAskedRoles.ts';
import { loadInstructions, type InstructionSource } from './loadInstructions.ts';
import { openResultFolder } from './openResultFolder.ts';
import { loadTaskQueries } from './loadTaskQueries.ts';
import { ProgressMeter } from './progressMeter.ts';
import { resolveMethod, type MethodChoice, type ResolvedMethod } from './resolveMethod.ts';
import { requireJudgement, runMonitoredJustEval } from './runMonitoredJustEval.ts';
import { runTask, type TaskRecord } from './runTask.ts';

/** Who answers which instructions, whether the judges are checked for bias, and where the results go. */
export interface EvaluateOptions extends CommandOptions, MethodChoice, InstructionSource, BiasCheckOptions {
  /** A file of held-out queries of the user's task, or true for those of the config: their answers are judged by its criteria. */
  queries?: string | true | undefined;
  /** Which roles' requests go in batches. */
  batch?: BatchChoice;
}

/**
 * Runs just-eval: the config's base model answers with a method, the judge role judges, and a folder keeps the results.
 * @throws UserError if an option, a file or the folder cannot be used
 */
export async function evaluateMethod(
  given: Config,
  options: EvaluateOptions,
): Promise<CommandResult<EvaluationReport>> {
  const config = await resolveModelNames(given, options.fresh ? undefined : options.out);
  const instructions = await loadInstructions(options);
  const { handle: onEvent } = new Progress(options.screen);
  const batched = await requireBatches([config], options.batch, listAskedRoles(options), options.screen);
  const openFolder = (): RunFolder => openEvaluationFolder(config, instructions, options);
  const session = await openSession(config, openFolder, { onEvent, batched });
  return runInSession(session, async () => {
    const method = resolveMethod(session, options);
    const leakage = findLeakage(method.trainingQueries, instructions);
    reportLeakage(leakage, options.screen);
    const evaluated = await runEvaluation(session, method, instructions, options);
    const progress = await addBiasCheck(await addTask(evaluated, session, method, options), session, options);
    const outcome = buildEvaluationReport(session, method.description, instructions, progress, leakage);
    writeEvaluation(session.folder, outcome, progress);
    const exitCode = progress.stopped === null ? 0 : toExitCode(progress.stopped);
    return { exitCode, outcome, folder: session.folder.path };
  });
}

const openEvaluationFolder = (
  config: Config,
  instructions: readonly Instruction[],
  { method, run, urial, ...options }: EvaluateOptions,
): RunFolder =>
  openResultFolder(config, options, {
    kind: 'evaluation',
    prefix: 'evaluate',
    subject: {
      method,
      run: run === undefined ? null : resolve(run),
      urial: urial ?? null,
      instructions: hashText(JSON.stringify(instructions)),
    },
  });

/** Has the instructions answered and judged; a spent budget or Ctrl-C ends it early with what there is. */
async function runEvaluation(
  session: Session,
  { prepare, description }: ResolvedMethod,
  instructions: readonly Instruction[],
  { screen, instructions: file }: EvaluateOptions,
): Promise<EvaluationProgress> {
  const { models, gateway, config, folder, onUnreadable } = session;
  labelModelRoles(models);
  const tracker = await openEvaluationTracker({ config, folder, instructions, dataSet: formatDatasetName(file) });
  const meter = new ProgressMeter(screen, 'just-eval', instructions.length, () => gateway.getUsageTotals());
  const startedMs = performance.now();
  const records: JustEvalRecord[] = [];
  const summarize = (stopped: EvaluationProgress['stopped']): EvaluationProgress => ({
    records: orderByInstruction(records, instructions),
    stopped,
    seconds: (performance.now() - startedMs) / 1000,
  });
  const onRecord = (record: JustEvalRecord): void => {
    records.push(record);
    meter.step(record.missing !== undefined);
  };
  try {
    const runnableConfig = tracker.openExperiment(describeTracedExperiment(config, description), config);
    const common = { instructions, method: prepare, onRecord, config: runnableConfig };
    requireJudgement(
      await runMonitoredJustEval({ ...common, settings: config, judgeModel: models.judge, onUnreadable }),
    );
    return summarize(null);
  } catch (error) {
    const stopped = classifyStop(error);
    if (stopped === null) throw error;
    await gateway.drain();
    return summarize(stopped);
  } finally {
    for (const line of await tracker.flush()) screen?.write(`${line}\n`);
  }
}

function orderByInstruction(
  records: readonly JustEvalRecord[],
  instructions: readonly Instruction[],
): JustEvalRecord[] {
  const places = new Map(instructions.map(({ id }, i) => [id, i]));
  return records.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}

/** Has the queries of the user's task answered and judged, if that is wanted and nothing stopped the evaluation. */
async function addTask(
  progress: EvaluationProgress,
  session: Session,
  { asked, trainingQueries }: ResolvedMethod,
  { queries: file, screen }: EvaluateOptions,
): Promise<EvaluationProgress> {
  if (file === undefined || progress.stopped !== null) return progress;
  const { config, nodes, gateway } = session;
  const queries = await loadTaskQueries(config, file, new Set(trainingQueries));
  const meter = new ProgressMeter(screen, 'task', queries.length, () => gateway.getUsageTotals());
  const onRecord = ({ reward }: TaskRecord): void => meter.step(reward === null);
  try {
    const task = await runTask({ queries, asked, nodes, judging: nodes, settings: config, onRecord });
    return { ...progress, task };
  } catch (error) {
    const stopped = classifyStop(error);
    if (stopped === null) throw error;
    await gateway.drain();
    return { ...progress, stopped };
  }
}

/** Checks the judges for bias on a sample of the answers, if that is wanted and nothing stopped the evaluation. */
async function addBiasCheck(
  progress: EvaluationProgress,
  session: Session,
  options: EvaluateOptions,
): Promise<EvaluationProgress> {
  if (options.bias === undefined || progress.stopped !== null) return progress;
  const { bias, stopped } = await checkBias(session, toJudgedAnswers(progress.records, options.method), options);
  return { ...progress, bias, stopped };
}

function writeEvaluation(folder: RunFolder, report: EvaluationReport, { records, task }: EvaluationProgress): void {
  folder.write('records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  if (task) folder.write('task.jsonl', task.map((record) => `${JSON.stringify(record)}\n`).join(''));
  folder.write('result.json', report);
}
