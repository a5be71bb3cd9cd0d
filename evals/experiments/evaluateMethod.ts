import { resolve } from 'node:path';
import { toJudgedAnswers } from '../bias/judgedAnswers.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { runJustEval, type JustEvalRecord } from '../justEval/runJustEval.ts';
import type { MethodName } from '../justEval/methods.ts';
import { listChangedKeys, type Config } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Screen } from '../../run/progress.ts';
import { openSession, type Session } from '../../run/session.ts';
import { hashText, describeModel, formatModelName } from '../../run/describeModel.ts';
import { checkBias } from './checkBias.ts';
import { buildEvaluationReport, type EvaluationProgress, type EvaluationReport } from './evaluationReport.ts';
import { loadInstructions } from './loadInstructions.ts';
import { toConfigPath, loadFlagConfig, type EvaluateFlags } from './options.ts';
import { findLeakage, reportLeakage } from './leakage.ts';
import { ProgressMeter } from './progressMeter.ts';
import { resolveMethod, type ResolvedMethod } from './resolveMethod.ts';
import { createMonitoredJudge } from './createMonitoredJudge.ts';
import { classifyStop, stopOnSignal } from '../../run/stopRun.ts';
import { labelModelRoles } from '../../run/tracing/traceRun.ts';
import { openEvaluationTracker } from '../langsmith/evaluationTracker.ts';
import { formatDatasetName, describeTracedExperiment } from './experimentTrace.ts';

type ExitCode = 0 | 3 | 130;

/** `evaluate --method`: the config's base model with a method, judged by the judge role, into a folder of its own. */
export async function evaluateMethod(
  method: MethodName,
  flags: EvaluateFlags,
): Promise<{ evaluation: EvaluationReport; status: ExitCode }> {
  const config = resolveEvaluationConfig(method, flags);
  const instructions = await loadInstructions(flags);
  const session = await openSession(config, openEvaluationFolder(method, config, instructions, flags));
  const release = stopOnSignal(session.gateway);
  const screen = flags.quiet ? null : process.stderr;
  try {
    const made = resolveMethod(method, session, flags);
    const hits = findLeakage(made.trainingQueries, instructions);
    reportLeakage(hits, screen);
    const evaluated = await runEvaluation(session, made, instructions, { ...flags, screen });
    const done = await addBiasCheck(evaluated, session, method, flags);
    const evaluation = buildEvaluationReport(session, made.description, instructions, done, hits);
    writeEvaluation(session.folder, evaluation, done.records);
    return { evaluation, status: done.stopped === null ? 0 : done.stopped === 'budget' ? 3 : 130 };
  } catch (error) {
    await session.forgetUnreadable(error);
    throw error;
  } finally {
    release();
    await session.close();
  }
}

/** The config: the file's, else the run's own. What the run's prompt was optimised with stays as it was: preset and K. */
function resolveEvaluationConfig(method: MethodName, flags: EvaluateFlags): Config {
  if (method !== 'drpo' || flags.run === undefined) return loadFlagConfig(flags);
  RunFolder.openExisting(flags.run);
  const own = loadFlagConfig({ ...flags, config: toConfigPath(flags.run), set: [] });
  const config = loadFlagConfig(flags, toConfigPath(flags.run));
  const k = flags.set.some((text) => text.startsWith('examples.k=')) ? config.examples.k : own.examples.k;
  return { ...config, preset: own.preset, examples: { ...config.examples, k } };
}

function openEvaluationFolder(
  method: MethodName,
  config: Config,
  instructions: readonly Instruction[],
  flags: EvaluateFlags,
): RunFolder {
  const what = {
    method,
    run: flags.run === undefined ? null : resolve(flags.run),
    urial: flags.urial ?? null,
    instructions: hashText(JSON.stringify(instructions)),
  };
  const out = flags.out ?? `runs/evaluate-${hashText(JSON.stringify([config, what])).slice(0, 10)}`;
  const folder = RunFolder.open(resolve(out), config, flags.fresh);
  const before = flags.fresh ? undefined : folder.readJson('evaluation.json');
  const keys = before === undefined ? [] : listChangedKeys(before, what);
  if (keys.length)
    throw new UserError(
      `${out}: expected the evaluation this folder was begun with, got another ${keys.join(', ')}; choose another --out, or --fresh to begin anew`,
    );
  folder.write('evaluation.json', what);
  return folder;
}

/** What was evaluated, with the judges tried on a sample of it where that is asked for. */
async function addBiasCheck(
  done: EvaluationProgress,
  session: Session,
  method: MethodName,
  flags: EvaluateFlags,
): Promise<EvaluationProgress> {
  if (flags.bias === undefined || done.stopped !== null) return done;
  const { bias, stopped } = await checkBias(session, toJudgedAnswers(done.records, method), flags);
  return { ...done, bias, stopped };
}

async function runEvaluation(
  session: Session,
  { prepare: method, description: about }: ResolvedMethod,
  instructions: readonly Instruction[],
  { screen, instructions: file }: Pick<EvaluateFlags, 'instructions'> & { screen: Screen | null },
): Promise<EvaluationProgress> {
  const { models, gateway, config, folder } = session;
  labelModelRoles(models);
  const evaluations = await openEvaluationTracker({ config, folder, instructions, dataSet: formatDatasetName(file) });
  const started = performance.now();
  const records: JustEvalRecord[] = [];
  const meter = new ProgressMeter(screen, 'just-eval', instructions.length, () => gateway.getUsageTotals());
  const names = {
    generator: formatModelName(describeModel(config.models.base)),
    judgedBy: formatModelName(describeModel(config.models.judge)),
  };
  const onRecord = (record: JustEvalRecord): void => {
    records.push(record);
    meter.step(record.missing !== undefined);
  };
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const { judge, check } = createMonitoredJudge({
      model: models.judge,
      share: config.search.maxMissingShare,
      onUnreadable: session.onUnreadable,
    });
    const traced = evaluations.openExperiment(describeTracedExperiment(config, about), config);
    const all = await runJustEval({
      instructions,
      method,
      judge,
      ...names,
      inFlight: config.concurrency,
      onRecord,
      config: traced,
    });
    check(true);
    return { records: all, stopped: null, seconds: seconds() };
  } catch (error) {
    const stopped = classifyStop(error);
    if (stopped === null) throw error;
    await gateway.drain();
    const place = new Map(instructions.map(({ id }, i) => [id, i]));
    return {
      records: records.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)),
      stopped,
      seconds: seconds(),
    };
  } finally {
    for (const line of await evaluations.flush()) screen?.write(`${line}\n`);
  }
}

function writeEvaluation(folder: RunFolder, evaluation: EvaluationReport, records: readonly JustEvalRecord[]): void {
  folder.write('records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  folder.write('result.json', evaluation);
}
