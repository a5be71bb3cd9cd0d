import { z } from 'zod';
import { pickWinner } from '../graphs/final/finalists.ts';
import type { drpo } from '../graphs/index.ts';
import { Example } from '../state/example.ts';
import { Finalist, FinalOutcome } from '../state/final.ts';
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

/** What a checkpoint of a final that is decided holds while its winner is shortened. */
const FinalCheckpoint = z.object({ final: FinalOutcome, entrants: z.array(Finalist) });

/**
 * The best prompt of the last level that was judged whole, from its checkpoint; before there is one, the best of those judged.
 * If the final is decided, its winner, as far as it is shortened.
 */
export async function findBestSoFar(
  graph: ReturnType<typeof drpo>,
  thread: Checkpoints['thread'],
  { initialPrompt }: Config,
  inputExamples: readonly Example[],
  nodes: readonly Hypothesis[],
): Promise<SearchOutcome & { examples: readonly Example[] }> {
  const states = await collectStates(graph, thread);
  const searching = states.flatMap((state) => SearchCheckpoint.safeParse(state).data ?? [])[0];
  const decided = states.flatMap((state) => FinalCheckpoint.safeParse(state).data ?? [])[0];
  const winner = decided
    ? { ...pickWinner({ ...decided, finalistPool: decided.entrants, candidates: [] }), final: decided.final }
    : { final: null };
  const examples = z.array(Example).safeParse(Reflect.get(Object(states.at(-1)), 'examples')).data ?? inputExamples;
  return { ...(searching ?? findBestJudged(nodes, initialPrompt)), stoppedBy: '', ...winner, examples };
}

/** The rewriting of one example has no checkpoints: its state cannot be asked for, and it begins anew from answered calls. */
const GRAPHS_WITHOUT_CHECKPOINTS = new Set(['rewriteOne']);

/** The state of each graph that was at work, the innermost first. */
async function collectStates(
  graph: ReturnType<typeof drpo>,
  { configurable }: Checkpoints['thread'],
  namespace = '',
): Promise<unknown[]> {
  const { tasks, values } = await graph.getState({ configurable: { ...configurable, checkpoint_ns: namespace } });
  // LangGraph does not return the subgraph's state of a task that failed: it is stored under the task's own name
  const stored = tasks.filter(({ name }) => !GRAPHS_WITHOUT_CHECKPOINTS.has(name));
  const inside = stored.map(({ name, id }) =>
    collectStates(graph, { configurable }, [...(namespace === '' ? [] : [namespace]), `${name}:${id}`].join('|')),
  );
  return [...(await Promise.all(inside)).flat(), values];
}
