import { RunnableLambda } from '@langchain/core/runnables';
import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import type { Example } from '../state/example.ts';
import { SearchFailed } from '../state/failure.ts';
import { judged, toJournal, type Candidate, type Draft } from '../state/hypothesis.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { RewardChoice } from '../state/reward.ts';
import type { Search } from './searchOptions.ts';

/** Steps in a row of one path without a response after which the search gives up instead of running on. */
const UNANSWERED = 3;

/** A query, its place in the order of the run, its K examples and, where known, its rewards. */
export interface QueryAt {
  query: string;
  index: number;
  shots: Example[];
  choice: RewardChoice | null;
}
/** A prompt on its way to its reward on one query. */
export interface Asked extends QueryAt {
  prompt: string;
}
export interface Judged extends Asked {
  choice: RewardChoice;
  response: string;
  evaluation: Evaluation;
  /** Why the judgement is missing; then whether there was a response at all. */
  missing?: string;
  answered: boolean;
}
type Answered<In> = In & { response: string; missing?: string; choice: RewardChoice };
export type Step<In, Out> = (input: In, config: LangGraphRunnableConfig) => Promise<Out>;
/** Told of each candidate once it is judged, whatever its siblings do. */
export type OnJudged = (candidate: Candidate, config: LangGraphRunnableConfig) => void;
type EvaluationNodes = Pick<Nodes, 'respond' | 'selectRewards' | 'judge'>;

/**
 * r = R(B(x | s, I*_K) | ℝ_x): answered, then judged the moment it has answered, whatever its siblings do. Two steps of
 * one node rather than a subgraph: as a subgraph it spent a third of the time between model calls.
 */
export function evaluate<In extends Asked, Out>(
  nodes: EvaluationNodes,
  finish: (judged: In & Judged, config: LangGraphRunnableConfig) => Out,
): Step<In, Out> {
  // the base model answers the query under the prompt; meanwhile ℝ_x, where it was not selected ahead
  const respond = step<In, Answered<In>>('respond', async (asked, config) => {
    const { query, index } = asked;
    const [answer, choice] = await Promise.all([
      nodes.respond(respondReads(asked), config),
      asked.choice ?? choose(nodes, index, query, config),
    ]);
    return { ...asked, ...answer, choice };
  });
  // the judge scores the response on them
  const judge = step<Answered<In>, Out>('judge', async (state, config) => {
    const { query, response, choice, missing } = state;
    const reads = { query, response, rewards: choice.rewards, reasoning: choice.reasoning, stage: 'prompt' as const };
    const judgement = missing === undefined ? await nodes.judge(reads, config) : { evaluation: {} };
    return finish({ ...state, ...judgement, answered: missing === undefined }, config);
  });
  return async (asked, config) => judge(await respond(asked, config), config);
}

/** A candidate of the search, evaluated: the judged hypothesis goes out to the journal and onto the frontier. */
export function evaluateCandidate(
  nodes: EvaluationNodes,
  options: Search,
  onJudged?: OnJudged,
): Step<Asked & { draft: Draft }, { candidates: Candidate[] }> {
  return evaluate(nodes, ({ draft, ...judged }, config) => {
    if (!judged.answered && (draft.depth === 0 || draft.lineage.unanswered + 1 >= UNANSWERED))
      throw new SearchFailed(judged.missing);
    const candidate = candidateOf(draft, judged, options);
    const node = toJournal(candidate);
    options.journal?.(node);
    config.writer?.({ judged: node });
    onJudged?.(candidate, config);
    return { candidates: [candidate] };
  });
}

function candidateOf(
  draft: Draft,
  { response, choice, evaluation, missing, answered }: Judged,
  options: Search,
): Candidate {
  const aspects = choice.rewards.map((r) => r.name);
  return judged(draft, { response, aspects, evaluation, answered, ...(missing !== undefined && { missing }) }, options);
}

/** What evaluating a draft takes. */
export const asked = (draft: Draft, { query, index, shots, choice }: QueryAt): Asked & { draft: Draft } => ({
  draft,
  prompt: draft.prompt,
  query,
  index,
  shots,
  choice,
});

/** What the base model reads of it. */
export const respondReads = ({ prompt, query, shots: examples }: Asked): Parameters<Nodes['respond']>[0] => ({
  prompt,
  query,
  examples,
});

/** A step of a node: a run of its own where somebody listens (a tracer, a stream of events), else a call. */
export function step<In, Out>(name: string, func: Step<In, Out>): Step<In, Out> {
  const run = RunnableLambda.from<In, Out>((input, config) => func(input, config)).withConfig({ runName: name });
  return (input, config) => (isHeard(config) ? run.invoke(input, config) : func(input, config));
}

export const isHeard = ({ callbacks }: LangGraphRunnableConfig): boolean =>
  Array.isArray(callbacks) ? callbacks.length > 0 : (callbacks?.handlers.length ?? 0) > 0;

/** The rewards of the query at one place of the order. */
export async function choose(
  { selectRewards }: Pick<Nodes, 'selectRewards'>,
  index: number,
  query: string,
  config?: LangGraphRunnableConfig,
): Promise<RewardChoice> {
  return { index, ...(await selectRewards({ query, stage: 'prompt' }, config)) };
}
