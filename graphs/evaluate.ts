import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import { END, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { CandidatesOutput, EvaluateState } from '../state/channels.ts';
import { judged, toJournal, type Candidate } from '../state/hypothesis.ts';
import type { RewardChoice } from '../state/reward.ts';
import type { Search } from './options.ts';

type State = typeof EvaluateState.State;

/** r = R(B(x | s, I*_K) | ℝ_x) for one candidate: answered, then judged the moment it has answered. */
export function evaluateCandidate(nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge'>, options: Search) {
  return (
    new StateGraph({ state: EvaluateState, output: CandidatesOutput })
      // the base model answers the query under the candidate's prompt
      .addNode('respond', ({ draft, shots }, config) => nodes.respond({ prompt: draft.prompt, query: draft.query, examples: shots }, config))
      // which rewards matter for the query, where that was not selected ahead
      .addNode('selectRewards', async ({ draft }, config) => ({ choice: await choose(nodes, draft.depth, draft.query, config) }))
      // the judge scores the response on them
      .addNode('judge', async (state, config) => {
        const candidate = await judgeOne(nodes, state, options, config);
        options.journal?.(toJournal(candidate));
        config.writer?.({ judged: toJournal(candidate) });
        return { candidates: [candidate] };
      })
      .addConditionalEdges(START, ({ choice }) => (choice ? ['respond'] : ['respond', 'selectRewards']), ['respond', 'selectRewards'])
      .addEdge('respond', 'judge')
      .addEdge('selectRewards', 'judge')
      .addEdge('judge', END)
      .compile({ name: 'evaluate', checkpointer: false })
  );
}

/** The rewards of the query at one place of the order. */
export async function choose(
  { selectRewards }: Pick<Nodes, 'selectRewards'>,
  index: number,
  query: string,
  config?: LangGraphRunnableConfig,
): Promise<RewardChoice> {
  return { index, ...(await selectRewards({ query, stage: 'prompt' }, config)) };
}

async function judgeOne({ judge }: Pick<Nodes, 'judge'>, state: State, options: Search, config: LangGraphRunnableConfig): Promise<Candidate> {
  const { draft, response, missing, choice } = state;
  if (!choice) throw new Error(`no rewards were chosen for ${JSON.stringify(draft.query)}`);
  const aspects = choice.rewards.map((r) => r.name);
  if (missing) return judged(draft, { response, aspects, evaluation: {}, missing }, options);
  const reads = { query: draft.query, response, rewards: choice.rewards, reasoning: choice.reasoning, stage: 'prompt' as const };
  return judged(draft, { response, aspects, ...(await judge(reads, config)) }, options);
}

