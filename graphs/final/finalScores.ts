import type { FinalState } from '../../state/channels.ts';
import { isPerfect } from '../../state/judgement.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computeProofInterval } from './createVerdict.ts';
import type { FinalRules } from './finalRules.ts';

/** What a final knows. */
export type FinalProgress = typeof FinalState.State;

/** The id of the first prompt, which leads the entrants. */
export const getFirstId = ({ entrants }: Pick<FinalProgress, 'entrants'>): string => entrants[0]?.id ?? '';

/** Whether the first prompt got full marks on a query. */
export const hasFullMarks = (state: FinalProgress, index: number): boolean =>
  state.scores.some((s) => s.id === getFirstId(state) && s.index === index && isPerfect(s.evaluation));

/** Computes an entrant's mean reward. The query's mean stands in for a missing judgement, so that nobody gains by it. */
export function computeMeanReward({ scores }: FinalProgress, id: string): number | null {
  const mine = scores.filter((s) => s.id === id);
  return computeMean(
    mine.flatMap(
      (s) => s.reward ?? computeMean(scores.filter((o) => o.index === s.index).flatMap((o) => o.reward ?? [])) ?? [],
    ),
  );
}

/** Lists the entrants that were compared with the first prompt on the fresh queries. */
export const listProvenIds = ({ entrants, proofQueries, scores }: FinalProgress): string[] =>
  entrants
    .slice(1)
    .flatMap(({ id }) => (scores.some((s) => s.id === id && proofQueries.some((q) => q.index === s.index)) ? id : []));

/** Splits an entrant's differences from the first prompt into those on fresh queries and those on the queries that chose it. */
export function splitDifferences(state: FinalProgress, id: string): { fresh: number[]; chosenOn: number[] } {
  const proof = new Set(state.proofQueries.map((q) => q.index));
  const pairs = listRewardDifferences(state, id);
  const take = (isFresh: boolean): number[] =>
    pairs.flatMap(({ index, difference }) => (proof.has(index) === isFresh ? [difference] : []));
  return { fresh: take(true), chosenOn: take(false) };
}

/** Lists the differences of each candidate from the first prompt on the queries that chose among them. */
export const listSelectionDifferences = (state: FinalProgress): number[][] =>
  state.entrants.slice(1).map(({ id }) => splitDifferences(state, id).chosenOn);

/** Computes the interval of an entrant's difference from the first prompt on the fresh queries. Null: there are too few. */
export function computeInterval(state: FinalProgress, id: string, rules: FinalRules): Interval | null {
  const { fresh } = splitDifferences(state, id);
  // another judge spreads in another way
  return computeProofInterval({ fresh, chosenOn: rules.hasProofJudge ? [] : listSelectionDifferences(state) }, rules);
}

interface RewardDifference {
  index: number;
  difference: number;
}

/** Lists an entrant's rewards minus those of the first prompt, on the queries where both were judged. */
function listRewardDifferences(state: FinalProgress, id: string): RewardDifference[] {
  const base = new Map(state.scores.filter((s) => s.id === getFirstId(state)).map((s) => [s.index, s.reward]));
  return state.scores.flatMap(({ id: whose, index, reward }) => {
    const other = base.get(index) ?? null;
    return whose === id && reward !== null && other !== null ? [{ index, difference: reward - other }] : [];
  });
}
