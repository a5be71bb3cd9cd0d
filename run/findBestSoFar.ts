import { z } from 'zod';
import type { drpo } from '../graphs/index.ts';
import { Example } from '../state/example.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { Checkpoints } from './openCheckpoints.ts';
import type { Config } from './config/loadConfig.ts';
import { findBestJudged, type SearchOutcome } from './result.ts';

/** What a checkpoint in the midst of a search says of the best so far. */
const SearchCheckpoint = z.object({
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  levels: z.number(),
  beam: z.array(z.string()),
});

/** The best prompt of the last level that was judged whole, from its checkpoint; before there is one, the best of those judged. */
export async function findBestSoFar(
  graph: ReturnType<typeof drpo>,
  thread: Checkpoints['thread'],
  { initialPrompt }: Config,
  inputExamples: readonly Example[],
  nodes: readonly Hypothesis[],
): Promise<SearchOutcome & { examples: readonly Example[] }> {
  const { tasks, values } = await graph.getState(thread);
  // LangGraph does not return the subgraph's state of a task that failed: it is stored under the task's own name
  const inside = tasks.map(({ name, id }) =>
    graph.getState({ configurable: { ...thread.configurable, checkpoint_ns: `${name}:${id}` } }),
  );
  const states = [...(await Promise.all(inside)).map((state) => state.values), values];
  const searching = states.flatMap((state) => SearchCheckpoint.safeParse(state).data ?? [])[0];
  const examples = z.array(Example).safeParse(Reflect.get(Object(values), 'examples')).data ?? inputExamples;
  return { ...(searching ?? findBestJudged(nodes, initialPrompt)), stoppedBy: '', final: null, examples };
}
