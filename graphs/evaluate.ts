import { RunnableLambda, type Runnable } from '@langchain/core/runnables';
import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import type { Example } from '../state/example.ts';
import { SearchFailed } from '../state/failure.ts';
import { judged, toJournal, type Candidate, type Draft } from '../state/hypothesis.ts';
import type { RewardChoice } from '../state/reward.ts';
import type { Search } from './options.ts';

/** Steps in a row of one path without a response after which the search gives up instead of running on. */
const UNANSWERED = 3;

/** One candidate on its way: drafted, with the K examples of its query, and the query's rewards where they were selected ahead. */
export interface Evaluating {
  draft: Draft;
  shots: Example[];
  choice: RewardChoice | null;
}
interface Answered extends Evaluating {
  choice: RewardChoice;
  response: string;
  missing?: string;
}

/**
 * r = R(B(x | s, I*_K) | ℝ_x) for one candidate: answered, then judged the moment it has answered, whatever its siblings
 * do. A sequence of two steps rather than a subgraph: as a subgraph it spent a third of the time between model calls.
 */
export function evaluateCandidate(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge'>,
  options: Search,
): Runnable<Evaluating, { candidates: Candidate[] }> {
  // the base model answers the query under the candidate's prompt; meanwhile ℝ_x, where it was not selected ahead
  const respond = async (state: Evaluating, config: LangGraphRunnableConfig): Promise<Answered> => {
    const { draft, shots: examples } = state;
    const [answer, choice] = await Promise.all([
      nodes.respond({ prompt: draft.prompt, query: draft.query, examples }, config),
      state.choice ?? choose(nodes, draft.depth, draft.query, config),
    ]);
    if (answer.missing !== undefined && (draft.depth === 0 || draft.lineage.unanswered + 1 >= UNANSWERED)) throw new SearchFailed(answer.missing);
    return { ...state, ...answer, choice };
  };
  // the judge scores the response on them, and the judged hypothesis goes out to the journal
  const judge = async (state: Answered, config: LangGraphRunnableConfig): Promise<{ candidates: Candidate[] }> => {
    const candidate = await judgeOne(nodes, state, options, config);
    options.journal?.(toJournal(candidate));
    config.writer?.({ judged: toJournal(candidate) });
    return { candidates: [candidate] };
  };
  return step('respond', respond).pipe(step('judge', judge)).withConfig({ runName: 'respond, judge' });
}

const step = <In, Out>(name: string, func: (input: In, config: LangGraphRunnableConfig) => Promise<Out>): Runnable<In, Out> =>
  RunnableLambda.from<In, Out>((input, config) => func(input, config)).withConfig({ runName: name });

/** The rewards of the query at one place of the order. */
export async function choose(
  { selectRewards }: Pick<Nodes, 'selectRewards'>,
  index: number,
  query: string,
  config?: LangGraphRunnableConfig,
): Promise<RewardChoice> {
  return { index, ...(await selectRewards({ query, stage: 'prompt' }, config)) };
}

async function judgeOne({ judge }: Pick<Nodes, 'judge'>, state: Answered, options: Search, config: LangGraphRunnableConfig): Promise<Candidate> {
  const { draft, response, missing, choice } = state;
  const aspects = choice.rewards.map((r) => r.name);
  if (missing !== undefined) return judged(draft, { response, aspects, evaluation: {}, missing, answered: false }, options);
  const reads = { query: draft.query, response, rewards: choice.rewards, reasoning: choice.reasoning, stage: 'prompt' as const };
  return judged(draft, { response, aspects, ...(await judge(reads, config)) }, options);
}
