import { RunnableLambda } from '@langchain/core/runnables';
import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { SearchError } from '../state/failure.ts';
import { applyJudgement, toHypothesis, type Candidate, type CandidateDraft } from '../state/hypothesis.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { RewardSelection } from '../state/reward.ts';
import type { ScheduledQuery } from './queryData.ts';
import type { ResolvedSearchOptions } from './searchOptions.ts';

/** Steps in a row of one path without a response after which the search gives up instead of running on. */
const MAX_UNANSWERED_STEPS = 3;

/** A prompt on its way to its reward on one query. */
export interface EvaluationInput extends ScheduledQuery {
  prompt: string;
}
export interface EvaluationResult extends EvaluationInput {
  rewardSelection: RewardSelection;
  response: string;
  evaluation: Evaluation;
  /** Why the judgement is missing; then whether there was a response at all. */
  missing?: string;
  answered: boolean;
}
type RespondOutput<In> = In & { response: string; missing?: string; rewardSelection: RewardSelection };
export type Step<In, Out> = (input: In, config: LangGraphRunnableConfig) => Promise<Out>;
type EvaluationNodes = Pick<Nodes, 'respond' | 'selectRewards' | 'judge'>;

/**
 * r = R(B(x | s, I*_K) | ℝ_x): answered, then judged the moment it has answered, whatever its siblings do. Two steps of
 * one node rather than a subgraph: as a subgraph it spent a third of the time between model calls.
 */
export function evaluatePrompt<In extends EvaluationInput, Out>(
  nodes: EvaluationNodes,
  finish: (judged: In & EvaluationResult, config: LangGraphRunnableConfig) => Out,
): Step<In, Out> {
  // the base model answers the query under the prompt; meanwhile ℝ_x, where it was not selected ahead
  const respond = runAsStep<In, RespondOutput<In>>('respond', async (asked, config) => {
    const { query, index } = asked;
    const [answer, rewardSelection] = await Promise.all([
      nodes.respond(toRespondInput(asked), config),
      asked.rewardSelection ?? selectQueryRewards(nodes, index, query, config),
    ]);
    return { ...asked, ...answer, rewardSelection };
  });
  // the judge scores the response on them
  const judge = runAsStep<RespondOutput<In>, Out>('judge', async (state, config) => {
    const { query, response, rewardSelection, missing } = state;
    const reads = {
      query,
      response,
      rewards: rewardSelection.rewards,
      reasoning: rewardSelection.reasoning,
      stage: 'prompt' as const,
    };
    const judgement = missing === undefined ? await nodes.judge(reads, config) : { evaluation: {} };
    return finish({ ...state, ...judgement, answered: missing === undefined }, config);
  });
  return async (asked, config) => judge(await respond(asked, config), config);
}

/** A candidate of the search, evaluated: the judged hypothesis goes out to the journal and onto the frontier. */
export function evaluateCandidate(
  nodes: EvaluationNodes,
  options: ResolvedSearchOptions,
): Step<EvaluationInput & { draft: CandidateDraft }, { candidates: Candidate[] }> {
  return evaluatePrompt(nodes, ({ draft, ...judged }, config) => {
    if (!judged.answered && (draft.depth === 0 || draft.lineage.unansweredSteps + 1 >= MAX_UNANSWERED_STEPS))
      throw new SearchError(judged.missing);
    const candidate = toCandidate(draft, judged, options);
    const node = toHypothesis(candidate);
    options.journal?.(node);
    config.writer?.({ judged: node });
    return { candidates: [candidate] };
  });
}

function toCandidate(
  draft: CandidateDraft,
  { response, rewardSelection, evaluation, missing, answered }: EvaluationResult,
  options: ResolvedSearchOptions,
): Candidate {
  const aspects = rewardSelection.rewards.map((r) => r.name);
  return applyJudgement(
    draft,
    { response, aspects, evaluation, answered, ...(missing !== undefined && { missing }) },
    options,
  );
}

/** What evaluating a draft takes. */
export const toEvaluationInput = (
  draft: CandidateDraft,
  { query, index, examples, rewardSelection }: ScheduledQuery,
): EvaluationInput & { draft: CandidateDraft } => ({
  draft,
  prompt: draft.prompt,
  query,
  index,
  examples,
  rewardSelection,
});

/** What the base model reads of it. */
export const toRespondInput = ({ prompt, query, examples }: EvaluationInput): Parameters<Nodes['respond']>[0] => ({
  prompt,
  query,
  examples,
});

/** A step of a node: a run of its own where somebody listens (a tracer, a stream of events), else a call. */
export function runAsStep<In, Out>(name: string, func: Step<In, Out>): Step<In, Out> {
  const run = RunnableLambda.from<In, Out>((input, config) => func(input, config)).withConfig({ runName: name });
  return (input, config) => (hasListeners(config) ? run.invoke(input, config) : func(input, config));
}

const hasListeners = ({ callbacks }: LangGraphRunnableConfig): boolean =>
  Array.isArray(callbacks) ? callbacks.length > 0 : (callbacks?.handlers.length ?? 0) > 0;

/** The rewards of the query at one place of the order. */
export async function selectQueryRewards(
  { selectRewards }: Pick<Nodes, 'selectRewards'>,
  index: number,
  query: string,
  config?: LangGraphRunnableConfig,
): Promise<RewardSelection> {
  return { index, ...(await selectRewards({ query, stage: 'prompt' }, config)) };
}
