import type { RunnableConfig } from '@langchain/core/runnables';
import { evaluatePrompt, selectQueryRewards, type EvaluationInput } from '../../graphs/evaluateCandidate.ts';
import type { Nodes } from '../../nodes/node.ts';
import type { Example, QueryDetails } from '../../state/example.ts';
import type { ProofAnswer } from '../../state/final.ts';
import { computeReward } from '../../state/judgement.ts';
import type { RewardSelection } from '../../state/reward.ts';

/** A query that neither the search nor the selection has asked. */
export interface FreshQuery {
  query: string;
  details: QueryDetails;
}

/** A prompt that is to answer a fresh query. */
export interface ProvenPrompt {
  id: string;
  prompt: string;
  /** The examples that K are retrieved from. */
  examples: readonly Example[];
  /** Answers in the place of the run's base model. */
  respond?: Nodes['respond'] | undefined;
  /** Retrieves examples in the place of the run's step. */
  retrieveExamples?: Nodes['retrieveExamples'] | undefined;
}

/** What a prompt answered, or why its answer or its judgement is missing. */
export interface FreshAnswer extends ProofAnswer {
  id: string;
  missing?: string;
}

/** Selects the rewards of a fresh query, by which all prompts are judged on it. */
export const selectFreshRewards = (
  nodes: Pick<Nodes, 'selectRewards'>,
  { query, details }: FreshQuery,
  config?: RunnableConfig,
): Promise<RewardSelection> => selectQueryRewards(nodes, { index: 0, query, details }, config);

/** Asks a prompt one fresh query, and has the answer judged by the given rewards. */
export async function askFreshQuery(
  nodes: Nodes,
  { query, details }: FreshQuery,
  { id, prompt, examples: all, respond = nodes.respond, retrieveExamples = nodes.retrieveExamples }: ProvenPrompt,
  rewardSelection: RewardSelection,
  config: RunnableConfig = {},
): Promise<FreshAnswer> {
  const { exampleIndices } = await retrieveExamples({ queries: [query], examples: all }, config);
  const examples = (exampleIndices[0] ?? []).flatMap((i) => all[i] ?? []);
  const evaluate = evaluatePrompt<EvaluationInput, FreshAnswer>(
    { ...nodes, respond },
    ({ response, evaluation, missing }) => ({
      id,
      response,
      evaluation,
      reward: computeReward(evaluation),
      ...(missing !== undefined && { missing }),
    }),
  );
  return evaluate({ prompt, index: 0, query, details, examples, rewardSelection }, config);
}
