import { toExitCode, type CommandOptions, type CommandResult } from '../../run/commandResult.ts';
import { checkRunParts } from '../../run/checkRunParts.ts';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import type { ConfigSources } from '../../run/config/readRawConfig.ts';
import { hashText } from '../../run/describeModel.ts';
import { requireBatches, type BatchChoice } from '../../run/requireBatches.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import type { Role } from '../../models/index.ts';
import { connectToServer, type RemoteServer } from '../../run/remote/connectServer.ts';
import { addCounts } from '../../run/remote/remoteUsage.ts';
import { RemoteSearches } from '../../run/remote/searchRemote.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import type { FreshQuery } from '../../run/prove/askFreshQuery.ts';
import { stopOnSignal } from '../../run/stopRun.ts';
import { listAskedRoles } from './listAskedRoles.ts';
import { loadTaskQueries } from './loadTaskQueries.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { openEvaluationTracker } from '../langsmith/openEvaluationTracker.ts';
import { BUILT_IN_TABLES } from './builtInTables.ts';
import { createSimulatedInstructions } from './createSimulatedInstructions.ts';
import { buildExperimentOutcome, type ExperimentOutcome } from './experimentOutcome.ts';
import type { Experiment } from './experimentSchema.ts';
import { openExperimentSession, type ExperimentSession } from './experimentSession.ts';
import { formatDatasetName } from './experimentTrace.ts';
import { reportLeakage } from './leakage.ts';
import { createRowConfigResolver, loadExperiment, type TableChoice } from './loadExperiment.ts';
import { loadInstructions, type InstructionSource } from './loadInstructions.ts';
import { openResultFolder } from './openResultFolder.ts';
import { rejectRemoteMismatch } from './rejectRemoteMismatch.ts';
import { hashNodeModules } from './hashNodeModules.ts';
import { RowRunner } from './rowRunner.ts';
import { runRows } from './runRows.ts';
import { searchLandscapes } from './searchLandscapes.ts';
import { writeOutcome } from './writeOutcome.ts';

/** Which table is run on which instructions, where the rows are searched, and where the results go. */
export interface ExperimentOptions extends CommandOptions, TableChoice, InstructionSource {
  /** A file of held-out queries of the user's task, or true for those of the config: rows are compared on their criteria and checks too. */
  queries?: string | true | undefined;
  /** The address of a LangGraph server that searches the rows; they are evaluated here. */
  remote?: string | undefined;
  /** Which roles' requests go in batches when rows are evaluated. */
  batch?: BatchChoice;
}

/** How an experiment ended, with its table. */
export interface ExperimentResult extends CommandResult<ExperimentOutcome> {
  experiment: Experiment;
}

/** An experiment whose table, data and folder are ready. */
interface PreparedExperiment {
  config: Config;
  experiment: Experiment;
  resolveConfig: ReturnType<typeof createRowConfigResolver>;
  instructions: Instruction[];
  task: FreshQuery[] | undefined;
  folder: RunFolder;
  server: RemoteServer | undefined;
  batched: ReadonlySet<Role>;
}

/**
 * Runs a table of variants: every row is searched, evaluated and compared, in one folder, under one budget and one cache.
 * @throws UserError if the table, an option, a file or the folder cannot be used
 */
export async function runExperiment(sources: ConfigSources, options: ExperimentOptions): Promise<ExperimentResult> {
  const prepared = await prepareExperiment(sources, options);
  const { config, experiment, folder, server } = prepared;
  const remoteSearches = server && new RemoteSearches(server, folder);
  const session = openExperimentSession(config, folder, options.screen);
  const release = stopOnSignal(session.gateway);
  try {
    const outcome = await measureExperiment(prepared, session, remoteSearches, options);
    const exitCode = outcome.stoppedBy === null ? 0 : toExitCode(outcome.stoppedBy);
    return { exitCode, outcome, folder: folder.path, experiment };
  } catch (error) {
    await session.forgetUnreadable(error);
    throw error;
  } finally {
    release();
    await remoteSearches?.close();
    await session.close();
  }
}

async function prepareExperiment(sources: ConfigSources, options: ExperimentOptions): Promise<PreparedExperiment> {
  const config = loadConfig(sources);
  const experiment = loadExperiment(config, options);
  const resolveConfig = createRowConfigResolver(experiment, sources);
  const instructions = await loadHeldOutInstructions(config, options);
  const task = options.queries === undefined ? undefined : await loadTaskQueries(config, options.queries);
  const modules = await hashNodeModules(experiment.rows);
  const server = options.remote === undefined ? undefined : await connectToServer(options.remote);
  if (server) rejectRemoteMismatch(server, experiment, resolveConfig);
  if (!server) for (const row of experiment.rows) await checkRunParts(resolveConfig(row));
  const batched = await requireRowBatches(
    config,
    experiment.rows.map((row) => resolveConfig(row)),
    options,
  );
  const folder = openExperimentFolder(config, { experiment, modules, instructions, task }, options);
  return { config, experiment, resolveConfig, instructions, task, folder, server, batched };
}

/** The roles whose requests go in batches. @throws UserError if an endpoint of a row has none */
async function requireRowBatches(config: Config, rows: readonly Config[], options: ExperimentOptions) {
  if (options.batch === undefined) return new Set<Role>();
  const configs = await Promise.all([config, ...rows].map((one) => resolveModelNames(one)));
  return requireBatches(configs, options.batch, listAskedRoles(options), options.screen);
}

/** Searches and evaluates the rows, and writes what came of them. */
async function measureExperiment(
  { config, experiment, resolveConfig, instructions, task, folder, server, batched }: PreparedExperiment,
  session: ExperimentSession,
  remoteSearches: RemoteSearches | undefined,
  { instructions: file, screen }: ExperimentOptions,
): Promise<ExperimentOutcome> {
  const startedMs = performance.now();
  const dataSet = formatDatasetName(file, hasSimulatedJudge(config) ? 'simulation' : undefined);
  const tracker = await openEvaluationTracker({ config, folder, instructions, dataSet });
  const runner = new RowRunner({
    session,
    experiment,
    instructions,
    task,
    resolveConfig,
    tracker,
    remoteSearches,
    batched,
  });
  const { runs, stopped } = await runRows(runner, screen);
  const table = stopped === null ? experiment : { ...experiment, landscapes: 0 };
  const landscapes = await searchLandscapes(table, resolveConfig, folder, screen);
  const usage = session.gateway.getUsageTotals();
  if (remoteSearches) addCounts(usage, remoteSearches.tally());
  const outcome = buildExperimentOutcome({
    experiment,
    config,
    getRowConfig: (name) => resolveConfig(experiment.rows.find((row) => row.name === name)),
    instructions,
    runs,
    usage,
    landscapes: landscapes.rows,
    stoppedBy: stopped ?? (landscapes.interrupted ? 'interrupted' : null),
    seconds: (performance.now() - startedMs) / 1000,
    folder: folder.path,
    remote: server?.url,
  });
  reportLeakage(outcome.leakage, screen);
  for (const note of await writeOutcome(folder, { outcome, experiment, config }, runs)) screen?.write(`${note}\n`);
  return outcome;
}

const hasSimulatedJudge = ({ models }: Config): boolean => models.judge.provider === 'simulated';

/** The instructions asked for; on a simulated judge the default is the simulation's own set. */
const loadHeldOutInstructions = (config: Config, options: ExperimentOptions): Promise<Instruction[]> =>
  loadInstructions(
    options,
    options.instructions === undefined && hasSimulatedJudge(config) ? createSimulatedInstructions() : undefined,
  );

function openExperimentFolder(
  config: Config,
  {
    experiment,
    modules,
    instructions,
    task,
  }: {
    experiment: Experiment;
    modules: Record<string, string>;
    instructions: readonly Instruction[];
    task: readonly FreshQuery[] | undefined;
  },
  { table, out, fresh }: ExperimentOptions,
): RunFolder {
  const name = Object.hasOwn(BUILT_IN_TABLES, table) ? table : 'own';
  return openResultFolder(
    config,
    { out, fresh },
    {
      kind: 'experiment',
      prefix: `experiment-${name}`,
      subject: {
        // the number of searches on landscapes may differ, since finished ones are kept
        experiment: JSON.parse(JSON.stringify({ ...experiment, landscapes: undefined })) as unknown,
        ...(Object.keys(modules).length && { modules }),
        instructions: hashText(JSON.stringify(instructions)),
        ...(task && { task: hashText(JSON.stringify(task)) }),
      },
    },
  );
}
