import type { Experiment, Row } from './experimentSchema.ts';
import type { Instruction } from '../justEval/instructions.ts';
import type { Tally } from '../../models/index.ts';
import { differences, type Config } from '../../run/config/loadConfig.ts';
import { shown, UserFault } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { connect, type Remote } from '../../run/remote/connectServer.ts';
import { faultsThere, RemoteSearches } from '../../run/remote/searchRemote.ts';
import { add } from '../../run/remote/remoteUsage.ts';
import { hashOf } from '../../run/describeModel.ts';
import { configsOf, experimentOf } from './readExperiment.ts';
import { instructionsFor } from './readInstructionSets.ts';
import { configOf, type ExperimentFlags } from './options.ts';
import { openLab, type Lab } from './experimentSession.ts';
import { tellLeakage } from './leakage.ts';
import { Meter } from './evaluationProgress.ts';
import { modulesOf } from './rowNodes.ts';
import { onLandscapes } from './runOnLandscapes.ts';
import { outcomeOf, type Outcome } from './experimentOutcome.ts';
import { Rows, type RowRun } from './experimentRows.ts';
import { simulatedInstructions } from './simulatedInstructions.ts';
import { stoppedBy, stopOnSignal } from '../../run/stopRun.ts';
import { openEvaluations } from '../langsmith/evaluations.ts';
import { TABLES } from './builtInTables.ts';
import { writeOutcome } from './writeOutcome.ts';
import { dataSetName } from './experimentTrace.ts';

type Status = 0 | 3 | 130;

/** Rows at work at a time; how many calls are in flight the gateway limits. */
const AT_ONCE = 4;

/** `experiment`: every row searched, evaluated and compared, in one folder, under one budget and one cache. */
export async function runExperiment(
  table: string,
  flags: ExperimentFlags,
): Promise<{ outcome: Outcome; experiment: Experiment; status: Status }> {
  const config = configOf(flags);
  const experiment = experimentOf(table, flags, config);
  const configs = configsOf(experiment, flags);
  const instructions = await setFor(flags, config);
  const modules = await modulesOf(experiment.rows);
  const remote = flags.remote === undefined ? undefined : await connect(flags.remote);
  if (remote) refuse(remote, experiment, configs);
  const folder = folderFor(table, { ...experiment, modules }, config, instructions, flags);
  const there = remote && new RemoteSearches(remote, folder);
  const lab = openLab(config, folder);
  const release = stopOnSignal(lab.gateway);
  const started = performance.now();
  try {
    const dataSet = dataSetName(flags.instructions, isSimulated(config) ? 'simulation' : undefined);
    const evaluations = await openEvaluations({ config, folder, instructions, dataSet });
    const rows = new Rows(lab, experiment, instructions, (row, seed) => configs(row, seed), evaluations, there);
    const { runs, stopped: before } = await runRows(rows, experiment, instructions.length, lab, flags);
    const { landscapes, stopped } = await withLandscapes(before, experiment, configs, folder, flags);
    const rest = { stoppedBy: stopped, seconds: (performance.now() - started) / 1000, folder: folder.path };
    const byName = (name: string): Config => configs(experiment.rows.find((r) => r.name === name));
    const outcome = outcomeOf({
      experiment,
      config,
      configOf: byName,
      instructions,
      runs,
      tally: both(lab.gateway.tally(), there?.tally()),
      remote: remote?.url,
      landscapes,
      ...rest,
    });
    tellLeakage(outcome.leakage, flags.quiet ? null : process.stderr);
    for (const note of await writeOutcome(folder, { outcome, experiment, config }, runs))
      if (!flags.quiet) process.stderr.write(`${note}\n`);
    return { outcome, experiment, status: stopped === null ? 0 : stopped === 'budget' ? 3 : 130 };
  } catch (error) {
    await lab.leave(error);
    throw error;
  } finally {
    release();
    await there?.close();
    await lab.close();
  }
}

const isSimulated = ({ models }: Config): boolean => models.judge.provider === 'simulated';

/** @throws UserFault where what a row searches with is not what plays at the server */
function refuse(remote: Remote, { rows }: Experiment, configs: (row?: Row) => Config): void {
  const searched = rows.filter((row) => row.method === 'drpo' && row.prompt === undefined);
  const faults = searched.flatMap((row) => [
    ...faultsThere(remote, configs(row)).map((fault) => `row "${row.name}": ${fault}`),
    ...(row.nodes === undefined
      ? []
      : [`row "${row.name}": nodes: expected none with --remote, got ${shown(row.nodes)}; the nodes are the server's`]),
  ]);
  if (faults.length) throw new UserFault(faults);
}

function both(here: Tally, there: Tally | undefined): Tally {
  if (there) add(here, there);
  return here;
}

const setFor = async (flags: ExperimentFlags, config: Config): Promise<Instruction[]> =>
  flags.instructions === undefined && isSimulated(config)
    ? instructionsFor({ ...flags, given: simulatedInstructions() })
    : instructionsFor(flags);

function folderFor(
  table: string,
  { modules, ...experiment }: Experiment & { modules: Record<string, string> },
  config: Config,
  instructions: readonly Instruction[],
  flags: ExperimentFlags,
): RunFolder {
  const what = {
    // how often landscapes are searched may differ: what is done of it counts
    experiment: JSON.parse(JSON.stringify({ ...experiment, landscapes: undefined })) as unknown,
    ...(Object.keys(modules).length && { modules }),
    instructions: hashOf(JSON.stringify(instructions)),
  };
  const name = Object.hasOwn(TABLES, table) ? table : 'own';
  const out = flags.out ?? `runs/experiment-${name}-${hashOf(JSON.stringify([config, what])).slice(0, 8)}`;
  const folder = RunFolder.open(out, config, flags.fresh);
  const before = flags.fresh ? undefined : folder.readJson('experiment.json');
  const keys = before === undefined ? [] : differences(before, what);
  if (keys.length)
    throw new UserFault(
      `${out}: expected the experiment this folder was begun with, got another ${keys.join(', ')}; choose another --out`,
    );
  folder.write('experiment.json', what);
  return folder;
}

/** The table's searches on landscapes, where it has any and nothing stopped it before. */
async function withLandscapes(
  stopped: Outcome['stoppedBy'],
  { rows, landscapes }: Experiment,
  configOf: ReturnType<typeof configsOf>,
  folder: RunFolder,
  { quiet }: ExperimentFlags,
): Promise<Pick<Outcome, 'landscapes'> & { stopped: Outcome['stoppedBy'] }> {
  if (stopped !== null || landscapes === 0) return { landscapes: [], stopped };
  const done = await onLandscapes(rows, configOf, landscapes, folder, quiet ? null : process.stderr);
  return { landscapes: done.rows, stopped: done.interrupted ? 'interrupted' : null };
}

async function runRows(
  rows: Rows,
  { rows: list, seeds }: Experiment,
  count: number,
  { gateway }: Lab,
  { quiet }: ExperimentFlags,
): Promise<{ runs: RowRun[]; stopped: Outcome['stoppedBy'] }> {
  const jobs = list.flatMap((row) => Array.from({ length: seeds }, (_, seed) => ({ row, seed }))).values();
  const runs: RowRun[] = [];
  const meter = new Meter(
    quiet ? null : process.stderr,
    `${list.length} rows, answers judged`,
    list.length * seeds * count,
    () => gateway.tally(),
  );
  const work = async (): Promise<void> => {
    for (const { row, seed } of jobs)
      runs.push(await rows.run(row, seed, (record) => meter.step(record.missing !== undefined)));
  };
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const line of await rows.flush()) if (!quiet) process.stderr.write(`${line}\n`);
  const errors = results.flatMap((r): unknown[] => (r.status === 'rejected' ? [r.reason] : []));
  for (const error of errors) if (stoppedBy(error) === null) throw error;
  return { runs, stopped: errors.length ? stoppedBy(errors[0]) : null };
}
