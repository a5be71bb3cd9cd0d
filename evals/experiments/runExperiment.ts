import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import type { Instruction } from '../justEval/instructions.ts';
import type { UsageTotals } from '../../models/index.ts';
import { listChangedKeys, type Config } from '../../run/config/loadConfig.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { connectToServer, type RemoteServer } from '../../run/remote/connectServer.ts';
import { listRemoteFaults, RemoteSearches } from '../../run/remote/searchRemote.ts';
import { addCounts } from '../../run/remote/remoteUsage.ts';
import { hashText } from '../../run/describeModel.ts';
import { createRowConfigResolver, loadExperiment } from './loadExperiment.ts';
import { loadInstructions } from './loadInstructions.ts';
import { loadFlagConfig, type ExperimentFlags } from './options.ts';
import { openExperimentSession, type ExperimentSession } from './experimentSession.ts';
import { reportLeakage } from './leakage.ts';
import { ProgressMeter } from './progressMeter.ts';
import { hashNodeModules } from './rowNodes.ts';
import { searchLandscapes } from './searchLandscapes.ts';
import { buildExperimentOutcome, type ExperimentOutcome } from './experimentOutcome.ts';
import { RowRunner, type RowRun } from './rowRunner.ts';
import { createSimulatedInstructions } from './createSimulatedInstructions.ts';
import { classifyStop, stopOnSignal } from '../../run/stopRun.ts';
import { openEvaluationTracker } from '../langsmith/evaluationTracker.ts';
import { EXPERIMENT_TABLES } from './builtInTables.ts';
import { writeOutcome } from './writeOutcome.ts';
import { formatDatasetName } from './experimentTrace.ts';

type ExitCode = 0 | 3 | 130;

/** Rows at work at a time; how many calls are in flight the gateway limits. */
const MAX_CONCURRENT_ROWS = 4;

/** `experiment`: every row searched, evaluated and compared, in one folder, under one budget and one cache. */
export async function runExperiment(
  table: string,
  flags: ExperimentFlags,
): Promise<{ outcome: ExperimentOutcome; experiment: Experiment; status: ExitCode }> {
  const config = loadFlagConfig(flags);
  const experiment = loadExperiment(table, flags, config);
  const configs = createRowConfigResolver(experiment, flags);
  const instructions = await loadInstructionSet(flags, config);
  const modules = await hashNodeModules(experiment.rows);
  const remote = flags.remote === undefined ? undefined : await connectToServer(flags.remote);
  if (remote) rejectRemoteMismatch(remote, experiment, configs);
  const folder = openExperimentFolder(table, { ...experiment, modules }, config, instructions, flags);
  const there = remote && new RemoteSearches(remote, folder);
  const lab = openExperimentSession(config, folder);
  const release = stopOnSignal(lab.gateway);
  const started = performance.now();
  try {
    const dataSet = formatDatasetName(flags.instructions, hasSimulatedJudge(config) ? 'simulation' : undefined);
    const evaluations = await openEvaluationTracker({ config, folder, instructions, dataSet });
    const rows = new RowRunner(lab, experiment, instructions, (row, seed) => configs(row, seed), evaluations, there);
    const { runs, stopped: before } = await runRows(rows, experiment, instructions.length, lab, flags);
    const { landscapes, stopped } = await searchTableLandscapes(before, experiment, configs, folder, flags);
    const rest = { stoppedBy: stopped, seconds: (performance.now() - started) / 1000, folder: folder.path };
    const byName = (name: string): Config => configs(experiment.rows.find((r) => r.name === name));
    const outcome = buildExperimentOutcome({
      experiment,
      config,
      getRowConfig: byName,
      instructions,
      runs,
      tally: addTallies(lab.gateway.getUsageTotals(), there?.tally()),
      remote: remote?.url,
      landscapes,
      ...rest,
    });
    reportLeakage(outcome.leakage, flags.quiet ? null : process.stderr);
    for (const note of await writeOutcome(folder, { outcome, experiment, config }, runs))
      if (!flags.quiet) process.stderr.write(`${note}\n`);
    return { outcome, experiment, status: stopped === null ? 0 : stopped === 'budget' ? 3 : 130 };
  } catch (error) {
    await lab.forgetUnreadable(error);
    throw error;
  } finally {
    release();
    await there?.close();
    await lab.close();
  }
}

const hasSimulatedJudge = ({ models }: Config): boolean => models.judge.provider === 'simulated';

/** @throws UserError where what a row searches with is not what plays at the server */
function rejectRemoteMismatch(
  remote: RemoteServer,
  { rows }: Experiment,
  configs: (row?: ExperimentRow) => Config,
): void {
  const searched = rows.filter((row) => row.method === 'drpo' && row.prompt === undefined);
  const faults = searched.flatMap((row) => [
    ...listRemoteFaults(remote, configs(row)).map((fault) => `row "${row.name}": ${fault}`),
    ...(row.nodes === undefined
      ? []
      : [
          `row "${row.name}": nodes: expected none with --remote, got ${formatValue(row.nodes)}; the nodes are the server's`,
        ]),
  ]);
  if (faults.length) throw new UserError(faults);
}

function addTallies(here: UsageTotals, there: UsageTotals | undefined): UsageTotals {
  if (there) addCounts(here, there);
  return here;
}

const loadInstructionSet = async (flags: ExperimentFlags, config: Config): Promise<Instruction[]> =>
  flags.instructions === undefined && hasSimulatedJudge(config)
    ? loadInstructions({ ...flags, readyInstructions: createSimulatedInstructions() })
    : loadInstructions(flags);

function openExperimentFolder(
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
    instructions: hashText(JSON.stringify(instructions)),
  };
  const name = Object.hasOwn(EXPERIMENT_TABLES, table) ? table : 'own';
  const out = flags.out ?? `runs/experiment-${name}-${hashText(JSON.stringify([config, what])).slice(0, 8)}`;
  const folder = RunFolder.open(out, config, flags.fresh);
  const before = flags.fresh ? undefined : folder.readJson('experiment.json');
  const keys = before === undefined ? [] : listChangedKeys(before, what);
  if (keys.length)
    throw new UserError(
      `${out}: expected the experiment this folder was begun with, got another ${keys.join(', ')}; choose another --out`,
    );
  folder.write('experiment.json', what);
  return folder;
}

/** The table's searches on landscapes, where it has any and nothing stopped it before. */
async function searchTableLandscapes(
  stopped: ExperimentOutcome['stoppedBy'],
  { rows, landscapes }: Experiment,
  configOf: ReturnType<typeof createRowConfigResolver>,
  folder: RunFolder,
  { quiet }: ExperimentFlags,
): Promise<Pick<ExperimentOutcome, 'landscapes'> & { stopped: ExperimentOutcome['stoppedBy'] }> {
  if (stopped !== null || landscapes === 0) return { landscapes: [], stopped };
  const done = await searchLandscapes(rows, configOf, landscapes, folder, quiet ? null : process.stderr);
  return { landscapes: done.rows, stopped: done.interrupted ? 'interrupted' : null };
}

async function runRows(
  rows: RowRunner,
  { rows: list, seeds }: Experiment,
  count: number,
  { gateway }: ExperimentSession,
  { quiet }: ExperimentFlags,
): Promise<{ runs: RowRun[]; stopped: ExperimentOutcome['stoppedBy'] }> {
  const jobs = list.flatMap((row) => Array.from({ length: seeds }, (_, seed) => ({ row, seed }))).values();
  const runs: RowRun[] = [];
  const meter = new ProgressMeter(
    quiet ? null : process.stderr,
    `${list.length} rows, answers judged`,
    list.length * seeds * count,
    () => gateway.getUsageTotals(),
  );
  const work = async (): Promise<void> => {
    for (const { row, seed } of jobs)
      runs.push(await rows.run(row, seed, (record) => meter.step(record.missing !== undefined)));
  };
  const results = await Promise.allSettled(Array.from({ length: MAX_CONCURRENT_ROWS }, work));
  for (const line of await rows.flush()) if (!quiet) process.stderr.write(`${line}\n`);
  const errors = results.flatMap((r): unknown[] => (r.status === 'rejected' ? [r.reason] : []));
  for (const error of errors) if (classifyStop(error) === null) throw error;
  return { runs, stopped: errors.length ? classifyStop(errors[0]) : null };
}
