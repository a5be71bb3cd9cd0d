import { evaluatePrompt, selectQueryRewards, type EvaluationInput } from '../../graphs/evaluateCandidate.ts';
import { computeReward } from '../../state/judgement.ts';
import type { Example, QueryDetails } from '../../state/example.ts';
import type { ProofRecord } from '../proofRecord.ts';
import type { Session } from '../session.ts';
import { readRunExamples } from '../loadArtifact.ts';

/** A query that neither the search nor the selection has asked. */
export interface FreshQuery {
  query: string;
  details: QueryDetails;
}

interface ProvenPrompt {
  id: string;
  prompt: string;
}

/** Asks the first and the best prompt one fresh query, and has both judged by the same rewards. */
export async function askFreshQuery(
  { nodes, folder }: Pick<Session, 'nodes' | 'folder'>,
  { query, details }: FreshQuery,
  { first, best }: { first: ProvenPrompt; best: ProvenPrompt },
): Promise<Omit<ProofRecord, 'judge'>> {
  const all = readRunExamples(folder);
  const [{ exampleIndices }, rewardSelection] = await Promise.all([
    nodes.retrieveExamples({ queries: [query], examples: all }),
    selectQueryRewards(nodes, { index: 0, query, details }),
  ]);
  const examples: Example[] = (exampleIndices[0] ?? []).flatMap((i) => all[i] ?? []);
  const evaluate = evaluatePrompt<EvaluationInput & ProvenPrompt, ProofRecord['first']>(
    { ...nodes, ...(nodes.proofJudge && { judge: nodes.proofJudge }) },
    ({ id, response, evaluation }) => ({ id, response, evaluation, reward: computeReward(evaluation) }),
  );
  const ask = (one: ProvenPrompt): Promise<ProofRecord['first']> =>
    evaluate({ ...one, index: 0, query, details, examples, rewardSelection }, {});
  const [before, after] = await Promise.all([ask(first), ask(best)]);
  return { query, first: before, challenger: after };
}
