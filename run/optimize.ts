import { Command, INTERRUPT, isInterrupted } from '@langchain/langgraph';
import { askPerson, type Question } from '../graphs/approve.ts';
import { drpo, searchSystemPrompt, type DrpoOptions } from '../graphs/index.ts';
import { runAsStep } from '../graphs/evaluateCandidate.ts';
import { resolveSearchOptions } from '../graphs/searchOptions.ts';
import type { Example } from '../state/example.ts';
import type { ApprovalHandler } from '../graphs/approve.ts';
import { findBestSoFar } from './findBestSoFar.ts';
import type { Checkpoints } from './openCheckpoints.ts';
import type { Config } from './config/loadConfig.ts';
import { toExitCode, type CommandOptions, type CommandResult } from './commandResult.ts';
import { UserError } from './config/userError.ts';
import type { RunFolder } from './runFolder.ts';
import { Progress } from './progress.ts';
import type { SearchOutcome, OptimizeResult } from './result.ts';
import { measureJudgeReliability, type JudgeReliability } from './judgeReliability.ts';
import { readData } from './config/readData.ts';
import { toGraphOptions, openSession, openRunFolder, type Session } from './session.ts';
import { stopOnSignal, classifyStop } from './stopRun.ts';
import { traceRun } from './tracing/traceRun.ts';
import { writeResult } from './writeResult.ts';

export interface OptimizeOptions extends CommandOptions {
  /** Asked about each level before it is expanded; the run rests meanwhile. */
  ask?: ApprovalHandler | undefined;
  /** Wraps the work on a session, such as a page that shows it meanwhile. Left out: the work alone. */
  around?: (<T>(session: Session, work: () => Promise<T>) => Promise<T>) | undefined;
}

/** `optimize`: the whole of DRPO into the run's folder. A finished run is told again; an unfinished one goes on. */
export async function optimizePrompt(config: Config, options: OptimizeOptions): Promise<CommandResult<OptimizeResult>> {
  const data = await readData(config);
  const session = await openSession(config, requireLocalRun(openRunFolder(config, options)));
  const before = readFinishedResult(session.folder);
  if (before) {
    await session.close();
    return { exitCode: 0, outcome: before, folder: session.folder.path };
  }
  const release = stopOnSignal(session.gateway);
  try {
    const work = (): Promise<CommandResult<OptimizeResult>> => runSearch(session, data, options);
    return await (options.around?.(session, work) ?? work());
  } finally {
    release();
    await session.close();
  }
}

/** A run at a server goes on there, a branch as one. @throws UserError */
function requireLocalRun(folder: RunFolder): RunFolder {
  const is = (name: string): boolean => folder.readText(name) !== undefined;
  const [kind, way] = is('remote.json') ? ['a run at a server', 'add --remote'] : ['a branch', 'go on with `branch`'];
  if (!is('remote.json') && !is('branch.json')) return folder;
  throw new UserError(
    `${folder.path}: expected a whole run of this machine, got ${kind}; ${way}, or --fresh to begin anew`,
  );
}

const RESUMABLE_REASONS = new Set(['budget', 'interrupted']);

/** The result of a run that has ended; undefined where it can go on. */
export function readFinishedResult(folder: RunFolder): OptimizeResult | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it
  const before = folder.readJson('result.json') as OptimizeResult | undefined;
  return before && !RESUMABLE_REASONS.has(before.stoppedBy) ? before : undefined;
}

type DrpoGraph = ReturnType<typeof drpo>;
type SearchGraph = ReturnType<typeof searchSystemPrompt>;

export interface RunSearchOptions extends Pick<OptimizeOptions, 'screen' | 'ask'> {
  /** A branch: stage 2 alone, from the level that `begin` writes into its thread. */
  branch?: {
    begin: (graph: SearchGraph, thread: Checkpoints['thread']) => Promise<void>;
    about: NonNullable<OptimizeResult['branch']>;
  };
}

type OutcomeWithExamples = SearchOutcome & { examples: readonly Example[] };

/** The search of a session, from where it stands to its result. */
export async function runSearch(
  session: Session,
  data: Awaited<ReturnType<typeof readData>>,
  { screen, ask, branch }: RunSearchOptions,
): Promise<CommandResult<OptimizeResult>> {
  const { config, folder, gateway } = session;
  const { saver, thread } = await session.checkpoints();
  const levels = Math.min(resolveSearchOptions(toGraphOptions(config)).depth, data.queries.length) - 1;
  const progress = new Progress(screen, levels, () => gateway.getUsageTotals());
  for (const node of folder.nodes()) progress.recordNode(node);
  const started = performance.now();
  const graph = await createGraph(
    session,
    { ...createRecordingOptions(session, progress, ask), checkpointer: saver },
    thread,
    branch,
  );
  // not `next`: it is empty too where every task of the last step is done and the step alone is not concluded
  const { tasks } = await graph.getState(thread);
  const tracing = await traceRun(session);
  const end = (
    found: OutcomeWithExamples,
    status: CommandResult<OptimizeResult>['exitCode'],
    again: JudgeReliability | null = null,
  ): CommandResult<OptimizeResult> => {
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    const about = branch ? { branch: branch.about } : {};
    const outcome = writeResult(
      { config, folder, tally: gateway.getUsageTotals(), seconds, reliability: again, about },
      found,
    );
    return { exitCode: status, outcome, folder: folder.path };
  };
  try {
    const input = tasks.length ? null : data;
    const { found, again } = await createSearchStep(session, graph, ask)(input, { ...thread, ...tracing.config });
    return end(found, 0, again);
  } catch (error) {
    const reason = classifyStop(error);
    if (reason === null) {
      progress.end();
      await session.forgetUnreadable(error);
      screen?.write(`What was answered so far is kept in ${folder.path}; the same command goes on from there.\n`);
      throw error;
    }
    await gateway.drain();
    const best = await findBestSoFar(graph, thread, config, data.examples, folder.nodes());
    return end({ ...best, stoppedBy: reason }, toExitCode(reason));
  } finally {
    for (const line of await tracing.flush()) screen?.write(`${line}\n`);
  }
}

/** The graph's options, and what it tells the run's folder and the progress line. */
function createRecordingOptions(
  { config, folder, checkReplies }: Session,
  progress: Progress,
  ask: RunSearchOptions['ask'],
) {
  const options = toGraphOptions(config);
  return {
    ...options,
    ...(ask && { approve: askPerson(resolveSearchOptions(options)) }),
    stop: [() => (checkReplies(), null), ...(options.stop ?? [])],
    journal: (node) => void (folder.journal.append(node) && progress.recordNode(node)),
    onRefused: (refused) => {
      for (const { parent, sample, reason } of refused)
        folder.events.append({ id: `${parent}/${sample}`, kind: 'refused', what: reason });
    },
  } satisfies DrpoOptions;
}

/** DRPO; of a branch its second stage alone, with the level it begins with in its thread. */
async function createGraph(
  { nodes }: Session,
  options: DrpoOptions,
  thread: Checkpoints['thread'],
  branch: RunSearchOptions['branch'],
): Promise<DrpoGraph> {
  if (!branch) return drpo(nodes, options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a branch's strategies all are Algorithm 2's graph, whose output is DRPO's
  const stage2 = (options.strategy ?? searchSystemPrompt)(nodes, options) as SearchGraph;
  await branch.begin(stage2, thread);
  return stage2;
}

/** The search, a person's answers put to it, then the judge tried against itself: one trace. */
const createSearchStep = (session: Session, graph: DrpoGraph, ask: RunSearchOptions['ask']) =>
  runAsStep<Parameters<DrpoGraph['invoke']>[0], { found: OutcomeWithExamples; again: JudgeReliability | null }>(
    'drpo',
    async (input, config) => {
      const { recursionLimit: _, ...inherited } = config; // the step's own, 25: the graph knows how far it goes
      let found = await graph.invoke(input, inherited);
      while (isInterrupted<Question>(found))
        found = await graph.invoke(new Command({ resume: await ask?.(found[INTERRUPT][0]?.value) }), inherited);
      session.checkReplies(true);
      return { found, again: await measureJudgeReliability(session, () => session.folder.nodes(), config) };
    },
  );
