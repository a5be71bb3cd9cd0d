import type { ProofVerdict, VerdictOutcome } from '../../state/verdict.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computeSequentialInterval, estimateMorePairs } from '../../statistics/sequentialInterval.ts';
import type { ResolvedFinal } from '../finalOptions.ts';

/** Reward differences in points: on fresh queries, and those of each candidate on the queries that chose the prompt, of which only the spread counts. */
export interface ProofDifferences {
  fresh: readonly number[];
  chosenOn?: readonly (readonly number[])[];
}

type ProofSettings = Pick<ResolvedFinal['proof'], 'minQueries' | 'margin'>;

/** Who judged, and whether the search never asked that judge. */
export interface ProofJudge {
  judge: string | null;
  isIndependent?: boolean;
}

/** Computes the interval of a proof. Null: too few fresh queries. */
export const computeProofInterval = (
  { fresh, chosenOn = [] }: ProofDifferences,
  { minQueries }: ProofSettings,
): Interval | null => computeSequentialInterval(fresh, minQueries, chosenOn);

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
): ProofVerdict {
  const { margin, minQueries } = settings;
  const interval = computeProofInterval(differences, settings);
  const outcome = classifyProof(interval, margin);
  const mean = computeMean(differences.fresh);
  // a gain below the margin would not matter, so no number of queries is named for it
  const gain = Math.max(mean ?? 0, margin);
  const isOpen = outcome === 'not-settled';
  const moreQueries = isOpen ? estimateMorePairs(gain, differences.fresh, minQueries, differences.chosenOn) : null;
  const by = isIndependent ? ', by a judge that the search never asked' : '';
  return {
    outcome,
    text: `${describeOutcome(outcome, interval, margin, moreQueries, gain)}${by}`,
    mean,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    margin,
    queries: differences.fresh.length,
    moreQueries,
    judge,
    reasons: [],
  };
}

/** Creates the verdict of a run that returns the prompt it started with. */
export const createUnchangedVerdict = (margin: number): ProofVerdict => ({
  outcome: 'no-change',
  text: 'no change: the first prompt is returned',
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
  gain: number,
): string {
  if (outcome === 'no-difference') return `no difference of ${formatShort(margin)} or more`;
  if (interval && outcome === 'better')
    return `better by ${formatPoints(interval.mean)} (${formatPoints(interval.low)} to ${formatPoints(interval.high)})`;
  if (interval && outcome === 'worse')
    return `worse by ${formatPoints(-interval.mean)} (${formatPoints(-interval.high)} to ${formatPoints(-interval.low)})`;
  return moreQueries === null
    ? `not settled: more than 2,000 more queries would be needed to settle a gain of ${formatShort(gain)}`
    : `not settled: about ${moreQueries} more ${moreQueries === 1 ? 'query' : 'queries'} would settle a gain of ${formatShort(gain)}`;
}

const formatPoints = (points: number): string => points.toFixed(2);
const formatShort = (points: number): string => String(Number(points.toFixed(2)));
