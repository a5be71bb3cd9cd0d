import { RunnableLambda } from '@langchain/core/runnables';
import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { SearchError } from '../state/failure.ts';
import { applyJudgement, toHypothesis, type Candidate, type CandidateDraft } from '../state/hypothesis.ts';
import { isUnexplained, type Evaluation } from '../state/judgement.ts';
import { weighEvaluation } from './weighEvaluation.ts';
import type { RewardSelection } from '../state/reward.ts';
import type { ToolCall } from '../state/toolCall.ts';
import type { ScheduledQuery } from './queryData.ts';
import type { ResolvedSearchOptions } from './searchOptions.ts';

/** Steps in a row of one path without a response after which the search gives up. */
const MAX_UNANSWERED_STEPS = 3;

/** A prompt and the query it is to be judged on. */
export interface EvaluationInput extends ScheduledQuery {
  prompt: string;
}

/** A prompt that was judged on its query. */
export interface EvaluationResult extends EvaluationInput {
  rewardSelection: RewardSelection;
  response: string;
  toolCalls?: ToolCall[];
  evaluation: Evaluation;
  /** Why the judgement is missing. */
  missing?: string;
  /** Whether there was a response, or the query can have none. */
  answered: boolean;
}
type RespondOutput<In> = In & {
  response: string;
  toolCalls?: ToolCall[];
  missing?: string;
  isSkipped?: boolean;
  rewardSelection: RewardSelection;
};

/** A step of a node. */
export type Step<In, Out> = (input: In, config: LangGraphRunnableConfig) => Promise<Out>;
type EvaluationNodes = Pick<Nodes, 'respond' | 'selectRewards' | 'judge' | 'explainScores'>;

/**
 * Makes the step r = R(B(x | s, I*_K) | ℝ_x): the base model responds, and the judge scores the response at once.
 * These are two steps of one node. As a subgraph they spent a third of the time between model calls.
 */
export function evaluatePrompt<In extends EvaluationInput, Out>(
  nodes: EvaluationNodes,
  finish: (judged: In & EvaluationResult, config: LangGraphRunnableConfig) => Out,
): Step<In, Out> {
  // if the rewards ℝ_x were not selected ahead, they are while the base model responds
  const respond = runAsStep<In, RespondOutput<In>>('respond', async (input, config) => {
    const { query, index, details } = input;
    const [answer, rewardSelection] = await Promise.all([
      nodes.respond(toRespondInput(input), config),
      input.rewardSelection ?? selectQueryRewards(nodes, { index, query, details }, config),
    ]);
    return { ...input, ...answer, rewardSelection };
  });
  const judge = runAsStep<RespondOutput<In>, Out>('judge', async (state, config) => {
    const { query, details, response, toolCalls, rewardSelection, missing, isSkipped = false } = state;
    const reads = {
      query,
      ...details,
      response,
      ...(toolCalls && { toolCalls }),
      rewards: rewardSelection.rewards,
      reasoning: rewardSelection.reasoning,
      stage: 'prompt' as const,
    };
    const judgement = missing === undefined ? await nodes.judge(reads, config) : { evaluation: {} };
    const evaluation = weighEvaluation(judgement.evaluation, rewardSelection.rewards);
    return finish({ ...state, ...judgement, evaluation, answered: missing === undefined || isSkipped }, config);
  });
  return async (input, config) => judge(await respond(input, config), config);
}

/** Makes the node that judges a candidate and sends it to the journal and the frontier. The node throws a SearchError if nobody responds. */
export function evaluateCandidate(
  nodes: EvaluationNodes,
  options: ResolvedSearchOptions,
): Step<EvaluationInput & { draft: CandidateDraft }, { candidates: Candidate[] }> {
  return evaluatePrompt(nodes, ({ draft, ...judged }, config) => {
    if (!judged.answered && (draft.depth === 0 || draft.lineage.unansweredSteps + 1 >= MAX_UNANSWERED_STEPS))
      throw new SearchError(judged.missing);
    const candidate = withReasonsToExplain(toCandidate(draft, judged, options), judged, nodes);
    const node = toHypothesis(candidate);
    options.journal?.(node);
    config.writer?.({ judged: node });
    return { candidates: [candidate] };
  });
}

function toCandidate(
  draft: CandidateDraft,
  { details: { weight }, response, toolCalls, rewardSelection, evaluation, missing, answered }: EvaluationResult,
  options: ResolvedSearchOptions,
): Candidate {
  const aspects = rewardSelection.rewards.map((r) => r.name);
  return applyJudgement(
    draft,
    {
      response,
      ...(toolCalls && { toolCalls }),
      aspects,
      evaluation,
      answered,
      weight,
      ...(missing !== undefined && { missing }),
    },
    options,
  );
}

/** Keeps what it takes to explain the scores of a candidate, if they came without remarks and a node explains them. */
export function withReasonsToExplain(
  candidate: Candidate,
  { rewardSelection: { rewards, reasoning }, details }: Pick<EvaluationResult, 'rewardSelection' | 'details'>,
  { explainScores }: EvaluationNodes,
): Candidate {
  const isExplained = !explainScores || !Object.values(candidate.evaluation).some(isUnexplained);
  return isExplained ? candidate : { ...candidate, unexplained: { rewards, reasoning, details } };
}

/** Collects what it takes to judge a draft on a query. */
export const toEvaluationInput = (
  draft: CandidateDraft,
  { query, details, index, examples, rewardSelection }: ScheduledQuery,
): EvaluationInput & { draft: CandidateDraft } => ({
  draft,
  prompt: draft.prompt,
  query,
  details,
  index,
  examples,
  rewardSelection,
});

/** Picks what the base model reads. */
const toRespondInput = ({
  prompt,
  query,
  details: { context },
  examples,
}: EvaluationInput): Parameters<Nodes['respond']>[0] => ({
  prompt,
  query,
  ...(context && { context }),
  examples,
});

/** Runs a function as a run of its own if somebody listens, such as a tracer or a stream of events. Otherwise it is only called. */
export function runAsStep<In, Out>(name: string, func: Step<In, Out>): Step<In, Out> {
  const run = RunnableLambda.from<In, Out>((input, config) => func(input, config)).withConfig({ runName: name });
  return (input, config) => (hasListeners(config) ? run.invoke(input, config) : func(input, config));
}

const hasListeners = ({ callbacks }: LangGraphRunnableConfig): boolean =>
  Array.isArray(callbacks) ? callbacks.length > 0 : (callbacks?.handlers.length ?? 0) > 0;

/** Selects the rewards of a query, ℝ_x. */
export async function selectQueryRewards(
  { selectRewards }: Pick<Nodes, 'selectRewards'>,
  { index, query, details }: Pick<ScheduledQuery, 'index' | 'query' | 'details'>,
  config?: LangGraphRunnableConfig,
): Promise<RewardSelection> {
  return { index, ...(await selectRewards({ query, ...details, stage: 'prompt' }, config)) };
}
