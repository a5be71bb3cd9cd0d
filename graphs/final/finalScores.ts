import type { FinalState } from '../../state/channels.ts';
import { isPerfect } from '../../state/judgement.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeMean, computeWeightedMean, type WeightedValue } from '../../statistics/computeMean.ts';
import { computeProofInterval, type ProofDifferences } from './createVerdict.ts';
import type { FinalRules } from './finalRules.ts';

// What the scores of a final say. Every mean over queries is weighted by the queries' own weights.

/** What a final knows. */
export type FinalProgress = typeof FinalState.State;

/** The id of the first prompt, which leads the entrants. */
export const getFirstId = ({ entrants }: Pick<FinalProgress, 'entrants'>): string => entrants[0]?.id ?? '';

/** Lists the held-out queries. */
export const listHeldOut = ({ selectionQueries, proofQueries }: FinalProgress) => [
  ...selectionQueries,
  ...proofQueries,
];

/** Returns how much a held-out query counts. */
export const getWeight = (state: FinalProgress, index: number): number =>
  listHeldOut(state).find((held) => held.index === index)?.details.weight ?? 1;

/** Whether a held-out query has a weight of its own. */
export const hasWeights = (state: FinalProgress): boolean =>
  listHeldOut(state).some(({ details }) => details.weight !== undefined);

/** Whether the first prompt got full marks on a query. */
export const hasFullMarks = (state: FinalProgress, index: number): boolean =>
  state.scores.some((s) => s.id === getFirstId(state) && s.index === index && isPerfect(s.evaluation));

/** Computes an entrant's mean reward. The query's mean stands in for a missing judgement, so that nobody gains by it. */
export function computeMeanReward(state: FinalProgress, id: string): number | null {
  const { scores } = state;
  return computeWeightedMean(
    scores
      .filter((s) => s.id === id)
      .flatMap((s) => {
        const value = s.reward ?? computeMean(scores.filter((o) => o.index === s.index).flatMap((o) => o.reward ?? []));
        return value === null ? [] : [{ value, weight: getWeight(state, s.index) }];
      }),
  );
}

/** Lists the entrants that were compared with the first prompt on the fresh queries. */
export const listProvenIds = ({ entrants, proofQueries, scores }: FinalProgress): string[] =>
  entrants
    .slice(1)
    .flatMap(({ id }) => (scores.some((s) => s.id === id && proofQueries.some((q) => q.index === s.index)) ? id : []));

/** Splits an entrant's differences from the first prompt into those on fresh queries and those on the queries that chose it. */
export function splitDifferences(state: FinalProgress, id: string): Required<ProofDifferences> {
  const proof = new Set(state.proofQueries.map((q) => q.index));
  const pairs = listRewardDifferences(state, id);
  const fresh = pairs.filter(({ index }) => proof.has(index));
  return {
    fresh: fresh.map(({ value }) => value),
    weights: fresh.map(({ weight }) => weight),
    chosenOn: pairs.flatMap(({ index, value }) => (proof.has(index) ? [] : [value])),
  };
}

/** Computes the interval of an entrant's difference from the first prompt on the fresh queries. Null: there are too few. */
export function computeInterval(state: FinalProgress, id: string, rules: FinalRules): Interval | null {
  const differences = splitDifferences(state, id);
  // another judge spreads in another way
  return computeProofInterval(rules.hasProofJudge ? { ...differences, chosenOn: [] } : differences, rules);
}

/** Computes an entrant's mean difference from the first prompt over all held-out queries; null: none has both rewards. */
export const computeMeanDifference = (state: FinalProgress, id: string): number | null =>
  computeWeightedMean(listRewardDifferences(state, id));

/** A difference on one query, with what the query counts. */
interface QueryDifference extends WeightedValue {
  index: number;
}

/** Lists an entrant's rewards minus those of another, by default the first prompt, on the queries where both were judged. */
export function listRewardDifferences(
  state: FinalProgress,
  id: string,
  other: string = getFirstId(state),
): QueryDifference[] {
  const base = new Map(state.scores.filter((s) => s.id === other).map((s) => [s.index, s.reward]));
  return state.scores.flatMap(({ id: whose, index, reward }) => {
    const against = base.get(index) ?? null;
    if (whose !== id || reward === null || against === null) return [];
    return [{ index, value: reward - against, weight: getWeight(state, index) }];
  });
}
