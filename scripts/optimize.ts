import { drpo, type DrpoOptions } from '../graphs/index.ts';
import { step } from '../graphs/evaluate.ts';
import { searchOptions } from '../graphs/options.ts';
import { z } from 'zod';
import { Example } from '../state/example.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Config } from './config.ts';
import { asObject, statusOf, type CommandOptions, type Ending } from './ending.ts';
import { Progress, type Screen } from './progress.ts';
import { bestJudged, pathTo, referenceOutput, resultOf, type Found, type Result } from './result.ts';
import { retest, type Retest } from './retest.ts';
import { writeReport } from './report.ts';
import { graphOptions, openSession, readData, runFolder, type Session } from './session.ts';
import { stopOnSignal, stoppedBy } from './stopping.ts';
import { traceRun } from './tracing.ts';

/** What a checkpoint in the midst of a search says of the best so far. */
const Progressed = z.object({
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  levels: z.number(),
  beam: z.array(z.string()),
});
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
  const release = stopOnSignal(session.gateway);
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
  const { saver, thread } = await session.checkpoints();
  const levels = Math.min(searchOptions(graphOptions(config)).depth, data.queries.length) - 1;
  const progress = new Progress(screen, levels, () => gateway.tally());
  for (const node of folder.nodes()) progress.judged(node);
  const started = performance.now();
  const options = graphOptions(config);
  const searching: DrpoOptions = {
    ...options,
    stop: [() => (session.checkReplies(), null), ...(options.stop ?? [])],
    journal: (node) => void (folder.journal.append(node) && progress.judged(node)),
    onRefused: (refused) => {
      for (const { parent, sample, reason } of refused)
        folder.events.append({ id: `${parent}/${sample}`, kind: 'refused', what: reason });
    },
    onSpeculated: ({ level, ...counts }) =>
      void folder.events.append({ id: `ahead/${level}`, kind: 'speculated', what: `level ${level}`, counts }),
  };
  const graph = drpo(session.nodes, { ...searching, checkpointer: saver });
  // not `next`: it is empty too where every task of the last step is done and the step alone is not concluded
  const { tasks } = await graph.getState(thread);
  const tracing = traceRun(session);
  type Ended = Found & { examples: readonly Example[] };
  const end = (found: Ended, status: Ending<Result>['status'], again: Retest | null = null): Ending<Result> => {
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    return { status, outcome: writeResult(session, found, seconds, again), folder: folder.path };
  };
  // the search, and the judge tried against itself: one trace
  const whole = step<typeof data | null, { found: Ended; again: Retest | null }>('drpo', async (input, config) => {
    const found = await graph.invoke(input, config);
    session.checkReplies();
    return { found, again: await retest(session, () => folder.nodes(), config) };
  });
  try {
    const { found, again } = await whole(tasks.length ? null : data, { ...thread, ...tracing.config });
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
    return end(
      { ...(await bestSoFar(graph, thread, config, data.examples, folder.nodes())), stoppedBy: reason },
      statusOf(reason),
    );
  } finally {
    await tracing.flush();
  }
}

/** The best prompt of the last level that was judged whole, from its checkpoint; before there is one, the best of those judged. */
async function bestSoFar(
  graph: ReturnType<typeof drpo>,
  thread: Checkpoints['thread'],
  { initialPrompt }: Config,
  given: readonly Example[],
  nodes: readonly Hypothesis[],
): Promise<Found & { examples: readonly Example[] }> {
  const { tasks, values } = await graph.getState(thread);
  // of a task that ended in an error LangGraph does not give the subgraph's state: it lies under the task's own name
  const inside = tasks.map(({ name, id }) =>
    graph.getState({ configurable: { ...thread.configurable, checkpoint_ns: `${name}:${id}` } }),
  );
  const searching = (await Promise.all(inside)).flatMap((state) => Progressed.safeParse(state.values).data ?? [])[0];
  const none = bestJudged(nodes) ?? { bestPrompt: initialPrompt, bestId: '0', value: null, levels: 0, beam: ['0'] };
  const examples = z.array(Example).safeParse(Reflect.get(Object(values), 'examples')).data ?? given;
  return { ...(searching ?? none), stoppedBy: '', final: null, examples };
}

function writeResult(
  { config, folder, gateway }: Session,
  { examples, ...found }: Found & { examples: readonly Example[] },
  seconds: number,
  again: Retest | null,
): Result {
  const { bestPrompt, bestId, value, stoppedBy, levels, beam, final } = found;
  const nodes = folder.nodes();
  const result = resultOf(
    { bestPrompt, bestId, value, stoppedBy, levels, beam, final },
    nodes,
    gateway.tally(),
    folder.events.records(),
    seconds,
    again,
  );
  folder.write('examples.json', asObject(examples));
  folder.write('prompt.txt', bestPrompt);
  folder.write('output.json', referenceOutput(pathTo(bestId, nodes)));
  folder.writeLong('result.json', result, 'nodes');
  writeReport(folder.path, { config, result, nodes });
  return result;
}
