import { resolve } from 'node:path';
import { answersOf } from '../bias/answer.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { justEval, type JustEvalRecord } from '../justEval/justEval.ts';
import type { MethodName } from '../justEval/methods.ts';
import { differences, type Config } from '../../run/config/loadConfig.ts';
import { UserFault } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Screen } from '../../run/progress.ts';
import { openSession, type Session } from '../../run/session.ts';
import { hashOf, modelAbout, nameOf } from '../../run/describeModel.ts';
import { checkBias } from './checkBias.ts';
import { evaluationOf, type Done, type Evaluation } from './evaluation.ts';
import { instructionsFor } from './readInstructionSets.ts';
import { configIn, configOf, type EvaluateFlags } from './options.ts';
import { leakage, tellLeakage } from './leakage.ts';
import { Meter } from './evaluationProgress.ts';
import { methodIn, type Made } from './resolveMethod.ts';
import { readableJudge } from './failOnUnreadableJudge.ts';
import { stoppedBy, stopOnSignal } from '../../run/stopRun.ts';
import { nameRoles } from '../../run/tracing/traceRun.ts';
import { openEvaluations } from '../langsmith/evaluations.ts';
import { dataSetName, experimentAbout } from './experimentTrace.ts';

type Status = 0 | 3 | 130;

/** `evaluate --method`: the config's base model with a method, judged by the judge role, into a folder of its own. */
export async function evaluateMethod(
  method: MethodName,
  flags: EvaluateFlags,
): Promise<{ evaluation: Evaluation; status: Status }> {
  const config = configFor(method, flags);
  const instructions = await instructionsFor(flags);
  const session = await openSession(config, folderFor(method, config, instructions, flags));
  const release = stopOnSignal(session.gateway);
  const screen = flags.quiet ? null : process.stderr;
  try {
    const made = methodIn(method, session, flags);
    const hits = leakage(made.training, instructions);
    tellLeakage(hits, screen);
    const evaluated = await run(session, made, instructions, { ...flags, screen });
    const done = await withBias(evaluated, session, method, flags);
    const evaluation = evaluationOf(session, made.about, instructions, done, hits);
    write(session.folder, evaluation, done.records);
    return { evaluation, status: done.stopped === null ? 0 : done.stopped === 'budget' ? 3 : 130 };
  } catch (error) {
    await session.leave(error);
    throw error;
  } finally {
    release();
    await session.close();
  }
}

/** The config: the file's, else the run's own. What the run's prompt was optimised with stays as it was: preset and K. */
function configFor(method: MethodName, flags: EvaluateFlags): Config {
  if (method !== 'drpo' || flags.run === undefined) return configOf(flags);
  RunFolder.existing(flags.run);
  const own = configOf({ ...flags, config: configIn(flags.run), set: [] });
  const config = configOf(flags, configIn(flags.run));
  const k = flags.set.some((text) => text.startsWith('examples.k=')) ? config.examples.k : own.examples.k;
  return { ...config, preset: own.preset, examples: { ...config.examples, k } };
}

function folderFor(
  method: MethodName,
  config: Config,
  instructions: readonly Instruction[],
  flags: EvaluateFlags,
): RunFolder {
  const what = {
    method,
    run: flags.run === undefined ? null : resolve(flags.run),
    urial: flags.urial ?? null,
    instructions: hashOf(JSON.stringify(instructions)),
  };
  const out = flags.out ?? `runs/evaluate-${hashOf(JSON.stringify([config, what])).slice(0, 10)}`;
  const folder = RunFolder.open(resolve(out), config, flags.fresh);
  const before = flags.fresh ? undefined : folder.readJson('evaluation.json');
  const keys = before === undefined ? [] : differences(before, what);
  if (keys.length)
    throw new UserFault(
      `${out}: expected the evaluation this folder was begun with, got another ${keys.join(', ')}; choose another --out, or --fresh to begin anew`,
    );
  folder.write('evaluation.json', what);
  return folder;
}

/** What was evaluated, with the judges tried on a sample of it where that is asked for. */
async function withBias(done: Done, session: Session, method: MethodName, flags: EvaluateFlags): Promise<Done> {
  if (flags.bias === undefined || done.stopped !== null) return done;
  const { bias, stopped } = await checkBias(session, answersOf(done.records, method), flags);
  return { ...done, bias, stopped };
}

async function run(
  session: Session,
  { prepare: method, about }: Made,
  instructions: readonly Instruction[],
  { screen, instructions: file }: Pick<EvaluateFlags, 'instructions'> & { screen: Screen | null },
): Promise<Done> {
  const { models, gateway, config, folder } = session;
  nameRoles(models);
  const evaluations = await openEvaluations({ config, folder, instructions, dataSet: dataSetName(file) });
  const started = performance.now();
  const records: JustEvalRecord[] = [];
  const meter = new Meter(screen, 'just-eval', instructions.length, () => gateway.tally());
  const names = {
    generator: nameOf(modelAbout(config.models.base)),
    judgedBy: nameOf(modelAbout(config.models.judge)),
  };
  const onRecord = (record: JustEvalRecord): void => {
    records.push(record);
    meter.step(record.missing !== undefined);
  };
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const { judge, check } = readableJudge({
      model: models.judge,
      share: config.search.missingShare,
      onUnreadable: session.onUnreadable,
    });
    const traced = evaluations.experiment(experimentAbout(config, about), config);
    const all = await justEval({
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
    const stopped = stoppedBy(error);
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

function write(folder: RunFolder, evaluation: Evaluation, records: readonly JustEvalRecord[]): void {
  folder.write('records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  folder.write('result.json', evaluation);
}
