import { Command, INTERRUPT, isInterrupted } from '@langchain/langgraph';
import { askPerson, type Question } from '../graphs/approve.ts';
import { drpo, searchSystemPrompt, type DrpoOptions } from '../graphs/index.ts';
import { step } from '../graphs/evaluateCandidate.ts';
import { searchOptions } from '../graphs/searchOptions.ts';
import type { Example } from '../state/example.ts';
import type { Ask } from '../graphs/approve.ts';
import { bestSoFar } from './findBestSoFar.ts';
import type { Checkpoints } from './openCheckpoints.ts';
import type { Config } from './config/loadConfig.ts';
import { statusOf, type CommandOptions, type Ending } from './commandResult.ts';
import { UserFault } from './config/userError.ts';
import type { RunFolder } from './runFolder.ts';
import { Progress } from './progress.ts';
import type { Found, Result } from './result.ts';
import { retest, type Retest } from './judgeReliability.ts';
import { readData } from './config/readData.ts';
import { graphOptions, openSession, runFolder, type Session } from './session.ts';
import { stopOnSignal, stoppedBy } from './stopRun.ts';
import { traceRun } from './tracing/traceRun.ts';
import { writeResult } from './writeResult.ts';

export interface OptimizeOptions extends CommandOptions {
  /** Asked about each level before it is expanded; the run rests meanwhile. */
  ask?: Ask | undefined;
  /** Wraps the work on a session, such as a page that shows it meanwhile. Left out: the work alone. */
  around?: (<T>(session: Session, work: () => Promise<T>) => Promise<T>) | undefined;
}

/** `optimize`: the whole of DRPO into the run's folder. A finished run is told again; an unfinished one goes on. */
export async function optimize(config: Config, options: OptimizeOptions): Promise<Ending<Result>> {
  const data = await readData(config);
  const session = await openSession(config, locally(runFolder(config, options)));
  const before = finished(session.folder);
  if (before) {
    await session.close();
    return { status: 0, outcome: before, folder: session.folder.path };
  }
  const release = stopOnSignal(session.gateway);
  try {
    const work = (): Promise<Ending<Result>> => search(session, data, options);
    return await (options.around?.(session, work) ?? work());
  } finally {
    release();
    await session.close();
  }
}

/** A run at a server goes on there, a branch as one. @throws UserFault */
function locally(folder: RunFolder): RunFolder {
  const is = (name: string): boolean => folder.readText(name) !== undefined;
  const [kind, way] = is('remote.json') ? ['a run at a server', 'add --remote'] : ['a branch', 'go on with `branch`'];
  if (!is('remote.json') && !is('branch.json')) return folder;
  throw new UserFault(
    `${folder.path}: expected a whole run of this machine, got ${kind}; ${way}, or --fresh to begin anew`,
  );
}

const UNFINISHED = new Set(['budget', 'interrupted']);

/** The result of a run that has ended; undefined where it can go on. */
export function finished(folder: RunFolder): Result | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it
  const before = folder.readJson('result.json') as Result | undefined;
  return before && !UNFINISHED.has(before.stoppedBy) ? before : undefined;
}

type Drpo = ReturnType<typeof drpo>;
type Stage2 = ReturnType<typeof searchSystemPrompt>;

export interface SearchingOptions extends Pick<OptimizeOptions, 'screen' | 'ask'> {
  /** A branch: stage 2 alone, from the level that `begin` writes into its thread. */
  branch?: {
    begin: (graph: Stage2, thread: Checkpoints['thread']) => Promise<void>;
    about: NonNullable<Result['branch']>;
  };
}

type Ended = Found & { examples: readonly Example[] };

/** The search of a session, from where it stands to its result. */
export async function search(
  session: Session,
  data: Awaited<ReturnType<typeof readData>>,
  { screen, ask, branch }: SearchingOptions,
): Promise<Ending<Result>> {
  const { config, folder, gateway } = session;
  const { saver, thread } = await session.checkpoints();
  const levels = Math.min(searchOptions(graphOptions(config)).depth, data.queries.length) - 1;
  const progress = new Progress(screen, levels, () => gateway.tally());
  for (const node of folder.nodes()) progress.judged(node);
  const started = performance.now();
  const graph = await graphOf(session, { ...recording(session, progress, ask), checkpointer: saver }, thread, branch);
  // not `next`: it is empty too where every task of the last step is done and the step alone is not concluded
  const { tasks } = await graph.getState(thread);
  const tracing = await traceRun(session);
  const end = (found: Ended, status: Ending<Result>['status'], again: Retest | null = null): Ending<Result> => {
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    const about = branch ? { branch: branch.about } : {};
    const outcome = writeResult({ config, folder, tally: gateway.tally(), seconds, again, about }, found);
    return { status, outcome, folder: folder.path };
  };
  try {
    const input = tasks.length ? null : data;
    const { found, again } = await searchAndRetest(session, graph, ask)(input, { ...thread, ...tracing.config });
    return end(found, 0, again);
  } catch (error) {
    const reason = stoppedBy(error);
    if (reason === null) {
      progress.end();
      await session.leave(error);
      screen?.write(`What was answered so far is kept in ${folder.path}; the same command goes on from there.\n`);
      throw error;
    }
    await gateway.drain();
    const best = await bestSoFar(graph, thread, config, data.examples, folder.nodes());
    return end({ ...best, stoppedBy: reason }, statusOf(reason));
  } finally {
    for (const line of await tracing.flush()) screen?.write(`${line}\n`);
  }
}

/** The graph's options, and what it tells the run's folder and the progress line. */
function recording({ config, folder, checkReplies }: Session, progress: Progress, ask: SearchingOptions['ask']) {
  const options = graphOptions(config);
  return {
    ...options,
    eager: true,
    ...(ask && { approve: askPerson(searchOptions(options)) }),
    stop: [() => (checkReplies(), null), ...(options.stop ?? [])],
    journal: (node) => void (folder.journal.append(node) && progress.judged(node)),
    onRefused: (refused) => {
      for (const { parent, sample, reason } of refused)
        folder.events.append({ id: `${parent}/${sample}`, kind: 'refused', what: reason });
    },
    onSpeculated: ({ level, ...counts }) =>
      void folder.events.append({ id: `ahead/${level}`, kind: 'speculated', what: `level ${level}`, counts }),
  } satisfies DrpoOptions;
}

/** DRPO; of a branch its second stage alone, with the level it begins with in its thread. */
async function graphOf(
  { nodes }: Session,
  options: DrpoOptions,
  thread: Checkpoints['thread'],
  branch: SearchingOptions['branch'],
): Promise<Drpo> {
  if (!branch) return drpo(nodes, options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a branch's strategies all are Algorithm 2's graph, whose output is DRPO's
  const stage2 = (options.strategy ?? searchSystemPrompt)(nodes, options) as Stage2;
  await branch.begin(stage2, thread);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same
  return stage2 as unknown as Drpo;
}

/** The search, a person's answers put to it, then the judge tried against itself: one trace. */
const searchAndRetest = (session: Session, graph: Drpo, ask: SearchingOptions['ask']) =>
  step<Parameters<Drpo['invoke']>[0], { found: Ended; again: Retest | null }>('drpo', async (input, config) => {
    const { recursionLimit: _, ...inherited } = config; // the step's own, 25: the graph knows how far it goes
    let found = await graph.invoke(input, inherited);
    while (isInterrupted<Question>(found))
      found = await graph.invoke(new Command({ resume: await ask?.(found[INTERRUPT][0]?.value) }), inherited);
    session.checkReplies(true);
    return { found, again: await retest(session, () => session.folder.nodes(), config) };
  });
