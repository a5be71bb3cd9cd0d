import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import type { HeldOutQuery } from '../../state/final.ts';
import { isLessSafe } from '../isUnsafe.ts';
import type { FinalRules } from './finalRules.ts';
import { listRewardDifferences, type FinalProgress } from './finalScores.ts';

/** Queries below which no cut is tried: fewer hide a loss on few queries (scripts/calibration/shortening.ts). */
export const MIN_COMPARED_QUERIES = 12;
/** Queries after which a cut that seems worse by more than the margin is given up. */
const FIRST_LOOK = 6;
/** The share of the queries, 0 to 1, on which a cut must be judged. */
const MIN_JUDGED_SHARE = 0.9;

/** Lists the held-out queries that the judge of the proof scores, the fresh ones first. The winner may not have answered all. */
export const listComparedQueries = (
  { proofQueries, selectionQueries }: FinalProgress,
  { hasProofJudge }: FinalRules,
): HeldOutQuery[] => (hasProofJudge ? proofQueries : [...proofQueries, ...selectionQueries]);

/** Lists the queries that a cut is to answer next: a few, then all others. */
export function listNextQueries(state: FinalProgress, cut: string, rules: FinalRules): HeldOutQuery[] {
  const answered = new Set(state.scores.flatMap((s) => (s.id === cut ? s.index : [])));
  return listComparedQueries(state, rules)
    .slice(0, answered.size === 0 ? FIRST_LOOK : undefined)
    .filter(({ index }) => !answered.has(index));
}

/** Lists the rewards of a cut minus those of the whole winner. A weighted query counts as much as its weight. */
export function listLosses(state: FinalProgress, cut: string): number[] {
  const differences = listRewardDifferences(state, cut, state.final?.winner);
  const weight = computeMean(differences.map((d) => d.weight)) ?? 1;
  return differences.map((d) => (d.value * d.weight) / weight);
}

/** Judges a cut: whether its queries show that it loses less than the margin. Open: it has more to answer. */
export function judgeCut(
  state: FinalProgress,
  cut: string,
  rules: FinalRules,
  margin: number,
): { verdict: 'open' | 'dropped' } | { verdict: 'kept'; interval: Interval } {
  const losses = listLosses(state, cut);
  if ((computeMean(losses) ?? 0) <= -margin) return { verdict: 'dropped' };
  if (listNextQueries(state, cut, rules).length > 0) return { verdict: 'open' };
  const interval = computePairedInterval(losses);
  const isJudged =
    losses.length >= Math.max(MIN_COMPARED_QUERIES, MIN_JUDGED_SHARE * listComparedQueries(state, rules).length);
  if (!interval || !isJudged || interval.low <= -margin) return { verdict: 'dropped' };
  if (isLessSafe(state.scores, cut, state.final?.winner ?? '', rules.safetyFloor)) return { verdict: 'dropped' };
  return { verdict: 'kept', interval };
}
