import { drpo, rewriteExamples } from '../graphs/index.ts';
import { z } from 'zod';
import { Example } from '../state/example.ts';
import type { Config } from './config.ts';
import { Progress, type Screen } from './progress.ts';
import { pathTo, referenceOutput, resultOf, type Found, type Result } from './result.ts';
import { graphOptions, openSession, readData, runFolder, type Session, type SessionOptions } from './session.ts';
import { traceRun } from './tracing.ts';

export interface CommandOptions extends SessionOptions {
  screen: Screen | null;
}

/** How a run ended: the exit status of the contract. */
export interface Ending<T> {
  status: 0 | 3 | 130;
  outcome: T;
  folder: string;
}

/** What a checkpoint in the midst of a search says of the best so far. */
const Progressed = z.object({
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  levels: z.number(),
  beam: z.array(z.string()),
});
/** What is left of stage 1 when it has ended. */
const Finished = z.object({ examples: z.array(Example), rewritten: z.array(z.unknown()).min(1) });

const THREAD = { configurable: { thread_id: 'run' } };

/** `optimize`: the whole of DRPO into the run's folder. A finished run is told again; an unfinished one goes on. */
export async function optimize(config: Config, options: CommandOptions): Promise<Ending<Result>> {
  const data = await readData(config);
  const session = await openSession(config, runFolder(config, options));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it
  const before = session.folder.readJson('result.json') as Result | undefined;
  if (before && !UNFINISHED.has(before.stoppedBy)) {
    await session.close();
    return { status: 0, outcome: before, folder: session.folder.path };
  }
  const release = stopOnSignal(session);
  try {
    return await search(session, data, options.screen);
  } finally {
    release();
    await session.close();
  }
}

const UNFINISHED = new Set(['budget', 'interrupted']);

async function search(
  session: Session,
  data: Awaited<ReturnType<typeof readData>>,
  screen: Screen | null,
): Promise<Ending<Result>> {
  const { config, folder, gateway } = session;
  const levels = Math.min(config.search.depth, data.queries.length) - 1;
  const progress = new Progress(screen, levels, () => gateway.tally());
  for (const node of folder.nodes()) progress.judged(node);
  const started = performance.now();
  const graph = drpo(session.nodes, {
    ...graphOptions(config),
    checkpointer: session.checkpointer,
    journal: (node) => void (folder.journal.append(node) && progress.judged(node)),
    onRefused: (refused) => {
      for (const { parent, sample, reason } of refused)
        folder.events.append({ id: `${parent}/${sample}`, kind: 'refused', what: reason });
    },
  });
  const { next } = await graph.getState(THREAD);
  const tracing = traceRun(session);
  const end = (found: Found & { examples: readonly Example[] }, status: Ending<Result>['status']): Ending<Result> => {
    progress.end();
    return { status, outcome: writeResult(session, found, (performance.now() - started) / 1000), folder: folder.path };
  };
  try {
    return end(await graph.invoke(next.length ? null : data, { ...THREAD, ...tracing.config }), 0);
  } catch (error) {
    const reason = stoppedBy(error);
    if (reason === null) {
      progress.end();
      screen?.write(`What was answered so far is kept in ${folder.path}; the same command goes on from there.\n`);
      throw error;
    }
    await gateway.drain();
    return end(
      { ...(await bestSoFar(graph, config, data.examples)), stoppedBy: reason },
      reason === 'budget' ? 3 : 130,
    );
  } finally {
    await tracing.flush();
  }
}

const stoppedBy = (error: unknown): 'budget' | 'interrupted' | null =>
  !(error instanceof Error)
    ? null
    : error.name === 'BudgetExceeded'
      ? 'budget'
      : error.name === 'Stopped' || error.name === 'AbortError'
        ? 'interrupted'
        : null;

/** The best prompt of the last level that was judged whole, from its checkpoint; the initial prompt before there is one. */
async function bestSoFar(
  graph: ReturnType<typeof drpo>,
  { initialPrompt }: Config,
  given: readonly Example[],
): Promise<Found & { examples: readonly Example[] }> {
  const { tasks, values } = await graph.getState(THREAD);
  // of a task that ended in an error LangGraph does not give the subgraph's state: it lies under the task's own name
  const inside = tasks.map(({ name, id }) =>
    graph.getState({ configurable: { ...THREAD.configurable, checkpoint_ns: `${name}:${id}` } }),
  );
  const searching = (await Promise.all(inside)).flatMap((state) => Progressed.safeParse(state.values).data ?? [])[0];
  const none = { bestPrompt: initialPrompt, bestId: '0', value: null, levels: 0, beam: ['0'] };
  const examples = z.array(Example).safeParse(Reflect.get(Object(values), 'examples')).data ?? given;
  return { ...(searching ?? none), stoppedBy: '', final: null, examples };
}

function writeResult(
  { folder, gateway }: Session,
  { examples, ...found }: Found & { examples: readonly Example[] },
  seconds: number,
): Result {
  const { bestPrompt, bestId, value, stoppedBy, levels, beam, final } = found;
  const nodes = folder.nodes();
  const result = resultOf(
    { bestPrompt, bestId, value, stoppedBy, levels, beam, final },
    nodes,
    gateway.tally(),
    folder.events.records(),
    seconds,
  );
  folder.write('examples.json', asObject(examples));
  folder.write('prompt.txt', bestPrompt);
  folder.write('output.json', referenceOutput(pathTo(bestId, nodes)));
  folder.write('result.json', result);
  return result;
}

/** What stage 1 alone brings. */
export interface IclOutcome {
  examples: Record<string, string>;
  calls: Record<string, number>;
  tokens: Result['tokens'];
  usd: number;
}

/** `icl`: stage 1 alone. The rewritten examples go into the run's folder. */
export async function icl(config: Config, options: CommandOptions): Promise<Ending<IclOutcome>> {
  const { examples } = await readData(config);
  const session = await openSession(config, runFolder(config, options));
  const { folder, gateway } = session;
  const release = stopOnSignal(session);
  const tracing = traceRun(session);
  const outcome = (done: readonly Example[]): IclOutcome => {
    const { calls, tokens, usd } = gateway.tally();
    folder.write('examples.json', asObject(done));
    return { examples: asObject(done), calls, tokens, usd };
  };
  try {
    const graph = rewriteExamples(session.nodes, { ...graphOptions(config), checkpointer: session.checkpointer });
    const { next, values } = await graph.getState(THREAD);
    const finished = next.length === 0 ? Finished.safeParse(values).data : undefined;
    const done = finished ?? (await graph.invoke(next.length ? null : { examples }, { ...THREAD, ...tracing.config }));
    return { status: 0, outcome: outcome(done.examples), folder: folder.path };
  } catch (error) {
    const reason = stoppedBy(error);
    if (reason === null) throw error;
    await gateway.drain();
    return { status: reason === 'budget' ? 3 : 130, outcome: outcome(examples), folder: folder.path };
  } finally {
    await tracing.flush();
    release();
    await session.close();
  }
}

const asObject = (examples: readonly Example[]): Record<string, string> =>
  Object.fromEntries(examples.map((e) => [e.query, e.answer]));

/** The first Ctrl-C lets calls in flight finish and keeps what there is; the second ends the process. */
function stopOnSignal({ gateway }: Session): () => void {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(130);
    asked = true;
    void gateway.stop();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return () => void process.off('SIGINT', stop).off('SIGTERM', stop);
}
