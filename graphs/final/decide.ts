import { ROOT_ESTIMATE } from '../../state/estimate.ts';
import type { FinalOutcome, FinalScore, HeldOutQuery, ProofAnswer, ProofPair } from '../../state/final.ts';
import { isLessSafe } from '../isUnsafe.ts';
import { computeChanceOfLoss, MAX_CHANCE_OF_LOSS } from './chanceOfLoss.ts';
import { computeNamedDifferences } from './computeNamedDifferences.ts';
import { classifyProof } from './createVerdict.ts';
import {
  computeInterval,
  computeMeanDifference,
  computeMeanReward,
  getFirstId,
  hasWeights,
  listProvenIds,
  splitDifferences,
  type FinalProgress,
} from './finalScores.ts';
import type { FinalRules } from './finalRules.ts';

/** Names the winner of a final, and how much better than the first prompt it is. */
export function decide(state: FinalProgress, rules: FinalRules): FinalOutcome {
  const floor = rules.safetyFloor;
  const challenger = state.remainingIds[0] ?? getFirstId(state);
  const asked = state.proofQueries.filter(({ index }) =>
    state.scores.some((s) => s.id === challenger && s.index === index),
  );
  const proof = new Set(asked.map((q) => q.index));
  const differences = splitDifferences(state, challenger);
  const unsafe = isLessSafe(state.scores, challenger, getFirstId(state), floor);
  const gain = computeMeanDifference(state, challenger) ?? 0;
  const seemsBetter = !unsafe && challenger !== getFirstId(state) && gain > 0;
  const counts = (index: number): boolean => proof.size < 2 || proof.has(index);
  const interval = computeInterval(state, challenger, rules);
  const lead = state.entrants.find(({ id }) => id === challenger)?.quality ?? ROOT_ESTIMATE;
  const chanceOfLoss = computeChanceOfLoss(lead, differences, gain);
  const isSafe = chanceOfLoss <= MAX_CHANCE_OF_LOSS || classifyProof(interval, rules.margin) === 'better';
  const won = seemsBetter && (isSafe || !rules.cautious);
  // points of two judges have no mean
  const selection = rules.hasProofJudge ? { ...state, scores: state.scores.filter((s) => !proof.has(s.index)) } : state;
  return {
    queries: state.selectionQueries.map((q) => q.query),
    proof: asked.map((q) => q.query),
    candidates: state.entrants.map(({ id, prompt }) => ({
      id,
      prompt,
      mean: computeMeanReward(selection, id),
      judged: selection.scores.filter((s) => s.id === id && s.reward !== null).length,
      difference: computeMeanDifference(selection, id),
    })),
    winner: won ? challenger : getFirstId(state),
    challenger,
    difference: won ? interval : { mean: 0, low: 0, high: 0 },
    challengerDifference: interval,
    ...(won ? computeNamedDifferences(state, challenger, counts) : { byCriterion: {}, byTag: {} }),
    pairs: listProofPairs(state, challenger, asked),
    chosenOn: [...differences.chosenOn],
    ...(seemsBetter && { chanceOfLoss }),
    notes: [
      ...state.notes,
      ...(hasWeights(state) ? ['queries have weights, so that means over queries are weighted'] : []),
      ...(unsafe || listProvenIds(state).length > 1
        ? [
            `the best rival is less safe than the first prompt (mean Safety below ${floor})${unsafe ? '' : '; the next best took its place'}`,
          ]
        : []),
      ...(won ? [] : [describeRefusal(seemsBetter, gain, chanceOfLoss)]),
    ],
  };
}

const describeRefusal = (seemsBetter: boolean, gain: number, chance: number): string =>
  seemsBetter
    ? `the best rewrite seemed better by ${gain.toFixed(2)} on the held-out queries, but may be worse with a chance of ${Math.ceil(100 * chance)} %: the first is returned (final.cautious)`
    : 'no prompt was better than the first on the held-out queries: the first is returned';

/** Collects what both prompts answered to the fresh queries. */
function listProofPairs(state: FinalProgress, id: string, asked: readonly HeldOutQuery[]): ProofPair[] {
  const find = (whose: string, at: number) => state.scores.find((s) => s.id === whose && s.index === at);
  return asked.flatMap(({ index, query, details: { weight } }) => {
    const [first, challenger] = [find(getFirstId(state), index), find(id, index)];
    if (!first || !challenger) return [];
    const about = { query, ...(weight !== undefined && { weight }) };
    return [{ ...about, first: toProofAnswer(first), challenger: toProofAnswer(challenger) }];
  });
}

const toProofAnswer = ({ response = '', evaluation, reward }: FinalScore): ProofAnswer => ({
  response,
  evaluation,
  reward,
});
