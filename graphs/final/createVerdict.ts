import type { ProofVerdict, VerdictOutcome } from '../../state/verdict.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeWeightedMean } from '../../statistics/computeMean.ts';
import { computeSequentialInterval, estimateMorePairs } from '../../statistics/sequentialInterval.ts';
import type { ResolvedFinal } from '../finalOptions.ts';

/** Reward differences in points: on fresh queries, and on the queries that chose the prompt, of which only the spread counts. */
export interface ProofDifferences {
  fresh: readonly number[];
  chosenOn?: readonly number[];
  /** How much the fresh queries count, in their order. Default: all alike. */
  weights?: readonly number[];
}

/** What a proof needs to speak, and how many intervals are to hold at once; 1 by default. */
export type ProofSettings = Pick<ResolvedFinal['proof'], 'minQueries' | 'margin'> & { intervals?: number };

/** Who judged, and whether the search never asked that judge. */
export interface ProofJudge {
  judge: string | null;
  isIndependent?: boolean;
}

/** What a proof looks for: a gain, or a difference of either sign. */
export type SoughtDifference = 'gain' | 'difference';

/** Computes the interval of a proof. Null: too few fresh queries. */
export const computeProofInterval = (
  { fresh, chosenOn, weights }: ProofDifferences,
  { minQueries, intervals }: ProofSettings,
): Interval | null => computeSequentialInterval(fresh, minQueries, { others: chosenOn, weights, intervals });

/** Classifies a proof by its interval: null has settled nothing. */
export function classifyProof(interval: Interval | null, margin: number): Exclude<VerdictOutcome, 'no-change'> {
  if (interval === null) return 'not-settled';
  const { low, high } = interval;
  if (low > 0) return 'better';
  if (high < 0) return 'worse';
  return low > -margin && high < margin ? 'no-difference' : 'not-settled';
}

/** Creates the verdict of a proof of two different prompts, the second minus the first. */
export function createVerdict(
  differences: ProofDifferences,
  settings: ProofSettings,
  { judge, isIndependent = false }: ProofJudge,
  sought: SoughtDifference = 'gain',
): ProofVerdict {
  const { margin, minQueries, intervals } = settings;
  const interval = computeProofInterval(differences, settings);
  const outcome = classifyProof(interval, margin);
  const { fresh, chosenOn, weights } = differences;
  const mean = computeWeightedMean(fresh.map((value, i) => ({ value, weight: weights?.[i] ?? 1 })));
  // a difference below the margin would not matter, so no number of queries is named for it
  const size = Math.max(sought === 'gain' ? (mean ?? 0) : Math.abs(mean ?? 0), margin);
  const isOpen = outcome === 'not-settled';
  const details = { others: chosenOn, weights, intervals };
  const moreQueries = isOpen ? estimateMorePairs(size, fresh, minQueries, details) : null;
  const toSettle = `${sought} of ${formatShort(size)}`;
  const weighted = weights?.some((weight) => weight !== 1) ? ', weighted by query' : '';
  const by = isIndependent ? ', by a judge that the search never asked' : '';
  return {
    outcome,
    text: `${describeOutcome(outcome, interval, margin, moreQueries, toSettle)}${weighted}${by}`,
    mean,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    margin,
    queries: fresh.length,
    moreQueries,
    judge,
    reasons: [],
  };
}

/** Creates the verdict on a prompt that is the one it is compared with: by default, a run returns the prompt it started with. */
export const createUnchangedVerdict = (margin: number, why = 'the first prompt is returned'): ProofVerdict => ({
  outcome: 'no-change',
  text: `no change: ${why}`,
  mean: null,
  low: null,
  high: null,
  margin,
  queries: 0,
  moreQueries: null,
  judge: null,
  reasons: [],
});

function describeOutcome(
  outcome: VerdictOutcome,
  interval: Interval | null,
  margin: number,
  moreQueries: number | null,
  toSettle: string,
): string {
  if (outcome === 'no-difference') return `no difference of ${formatShort(margin)} or more`;
  if (interval && outcome === 'better')
    return `better by ${formatPoints(interval.mean)} (${formatPoints(interval.low)} to ${formatPoints(interval.high)})`;
  if (interval && outcome === 'worse')
    return `worse by ${formatPoints(-interval.mean)} (${formatPoints(-interval.high)} to ${formatPoints(-interval.low)})`;
  return moreQueries === null
    ? `not settled: more than 2,000 more queries would be needed to settle a ${toSettle}`
    : `not settled: about ${moreQueries} more ${moreQueries === 1 ? 'query' : 'queries'} would settle a ${toSettle}`;
}

const formatPoints = (points: number): string => points.toFixed(2);
const formatShort = (points: number): string => String(Number(points.toFixed(2)));
