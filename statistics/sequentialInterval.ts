import type { Interval } from './bootstrap.ts';
import { computeMean, computeWeightedMean, type WeightedValue } from './computeMean.ts';

/** Points by which one unseen pair may differ from the mean at least: differences of 5-point rewards reach 4. */
const UNSEEN_POINTS = 1.5;
/** The same in standard deviations, for pairs that vary more. */
const UNSEEN_DEVIATIONS = 2;
/** The square of the normal deviate at the first look, and what each unit of the logarithm of the pairs, or of the intervals, adds to it. */
const BOUNDARY = { first: 4, growth: 1.5, intervals: 2 };
/** How much the skewness counts. In theory it is twice, for the mean and for the spread; then rare losses escape more often. */
const SKEW_WEIGHT = 2.5;
/** Skewness that counts at most: equal pairs with the unseen one have more, and 39 of them are to show no difference of 0.2. */
const MAX_SKEWNESS = 3.5;
/** A pair's standard deviation in points before any is known. */
const ASSUMED_DEVIATION = 0.7;
/** The normal deviate that a planned comparison exceeds in 80 % of cases. */
const POWER_DEVIATE = 0.84;
/** Pairs that are planned for at most. */
const MAX_PLANNED = 2000;

/**
 * The 95 % interval of the mean of paired differences (−4 to 4 points), valid at every look after `minPairs` pairs: it may be
 * computed after each pair, and the asking may stop when it pleases. Null of fewer than `minPairs` or 2.
 *
 * The boundary on the t scale is √(4 + 1.5·ln(n / minPairs)). Since it grows with the logarithm of n, it is crossed seldom
 * however long one looks (Robbins 1970); t takes the place of the normal deviate by equal rarity (Jennison and Turnbull 2000,
 * chapter 11). One unseen pair, 1.5 points or 2 standard deviations off for the worse, is added. An end is further off if the
 * pairs are skewed towards it (Johnson 1978). So equal or skewed differences claim nothing early.
 * The constants are from `scripts/calibration/sequentialProof.ts`.
 * Weighted pairs count as the smaller number of equal pairs that would tell as much (Kish 1965, section 11.7). Several
 * intervals hold all at once in 95 % of cases (Bonferroni): the square of the boundary grows by 2·ln(intervals), since a
 * deviate's rarity falls by e to the power of half its square.
 */
export function computeSequentialInterval(
  differences: readonly number[],
  minPairs: number,
  { others = [], weights, intervals = 1 }: PairDetails = {},
): Interval | null {
  const weighed = weighPairs(differences, weights);
  const mean = computeWeightedMean(weighed);
  const pairs = countEqualPairs(weighed);
  if (mean === null || pairs < Math.max(2, minPairs)) return null;
  const { squares, freedom } = poolSpread(differences, others);
  const variance = Math.max(squares / freedom, weights ? computeWeightedVariance(weighed, mean, pairs) : 0);
  const cubes = computeWeightedMean(weighed.map(({ value, weight }) => ({ value: (value - mean) ** 3, weight }))) ?? 0;
  const deviation = Math.sqrt(variance);
  const look = { minPairs: Math.max(2, minPairs), intervals };
  return {
    mean,
    low: mean - computeRadius({ pairs, deviation, freedom, cubes: -cubes }, look),
    high: mean + computeRadius({ pairs, deviation, freedom, cubes }, look),
  };
}

/** What is known of pairs beside their differences. */
export interface PairDetails {
  /** Differences on further queries. Only their spread is used: the prompt may have been chosen on them. */
  others?: readonly number[] | undefined;
  /** How much each pair counts, above 0. Default: all alike. */
  weights?: readonly number[] | undefined;
  /** Intervals that are to hold at once, 1 or more. Default: 1. */
  intervals?: number | undefined;
}

const weighPairs = (differences: readonly number[], weights?: readonly number[]): WeightedValue[] =>
  differences.map((value, i) => ({ value, weight: weights?.[i] ?? 1 }));

/** Counts the equal pairs that tell as much as weighted ones: (Σw)² / Σw². */
export function countEqualPairs(weighed: readonly WeightedValue[]): number {
  const sum = weighed.reduce((total, { weight }) => total + weight, 0);
  const squares = weighed.reduce((total, { weight }) => total + weight ** 2, 0);
  return squares === 0 ? 0 : Math.round((sum ** 2 / squares) * 1e9) / 1e9;
}

/** The variance of a pair if heavy pairs vary in another way than light ones, which the plain variance does not see. */
function computeWeightedVariance(weighed: readonly WeightedValue[], mean: number, pairs: number): number {
  const sum = weighed.reduce((total, { weight }) => total + weight, 0);
  const squares = weighed.reduce((total, { value, weight }) => total + (weight * (value - mean)) ** 2, 0);
  return (pairs * squares * weighed.length) / (sum ** 2 * (weighed.length - 1));
}

/**
 * Estimates how many more pairs show a mean difference of `gain` points with a chance of 80 %, given those so far.
 * Null: more than 2,000.
 */
export function estimateMorePairs(
  gain: number,
  differences: readonly number[],
  minPairs: number,
  { others = [], weights, intervals = 1 }: PairDetails = {},
): number | null {
  const asked = countEqualPairs(weighPairs(differences, weights));
  const { squares, freedom } = poolSpread(differences, others);
  // the assumed deviation counts as two pairs, so that a few equal differences promise nothing
  const deviation = Math.sqrt((squares + 2 * ASSUMED_DEVIATION ** 2) / (freedom + 2));
  const least = Math.max(2, minPairs);
  for (let pairs = Math.max(least, Math.floor(asked) + 1); pairs <= MAX_PLANNED; pairs++) {
    const radius = computeRadius({ pairs, deviation, freedom: pairs - 1 }, { minPairs: least, intervals });
    if (radius + (POWER_DEVIATE * deviation) / Math.sqrt(pairs) <= gain)
      return Math.ceil(((pairs - asked) * Math.max(1, differences.length)) / Math.max(1, asked));
  }
  return null;
}

/** The sum of squares around each sample's own mean, with its degrees of freedom. */
export function poolSpread(...samples: (readonly number[])[]): { squares: number; freedom: number } {
  const squares = samples.flatMap((sample) => {
    const mean = computeMean(sample) ?? 0;
    return sample.map((value) => (value - mean) ** 2);
  });
  const freedom = samples.reduce((sum, sample) => sum + Math.max(0, sample.length - 1), 0);
  return { squares: squares.reduce((sum, square) => sum + square, 0), freedom };
}

/** What pairs show: `cubes` is the mean of cubed deviations, above 0 if the pairs are skewed towards the end in question. */
interface PairSpread {
  pairs: number;
  deviation: number;
  freedom: number;
  cubes?: number;
}

/** How far the end of an interval is from the mean. */
function computeRadius(
  { pairs, deviation, freedom, cubes = 0 }: PairSpread,
  { minPairs, intervals }: { minPairs: number; intervals: number },
): number {
  const square =
    BOUNDARY.first + BOUNDARY.growth * Math.log(pairs / minPairs) + BOUNDARY.intervals * Math.log(intervals);
  const unseen = Math.max(UNSEEN_POINTS, UNSEEN_DEVIATIONS * deviation);
  const shift = unseen / (pairs + 1);
  const variance = (freedom * deviation ** 2 + unseen * shift * pairs) / freedom;
  const skewness = Math.min(MAX_SKEWNESS, Math.max(0, computeSkewness({ pairs, deviation, freedom, cubes }, unseen)));
  const t = toStudentDeviate(square, freedom);
  const skewed = (SKEW_WEIGHT * skewness * (t ** 2 - 1)) / (6 * Math.sqrt(pairs + 1));
  return shift + (t + skewed) * Math.sqrt(variance / (pairs + 1));
}

/** The skewness of the pairs with the unseen one, which is off towards the end in question. */
function computeSkewness({ pairs, deviation, freedom, cubes }: Required<PairSpread>, unseen: number): number {
  const shift = unseen / (pairs + 1);
  const squares = (pairs * freedom * deviation ** 2) / (freedom + 1);
  const sum = pairs * (cubes - shift ** 3) - 3 * squares * shift + (unseen - shift) ** 3;
  return sum / (pairs + 1) / ((squares + unseen * shift * pairs) / (pairs + 1)) ** 1.5;
}

/** The t that is as rare as a normal deviate of this square (Wallace 1959, solved for t). */
const toStudentDeviate = (square: number, freedom: number): number =>
  Math.sqrt(freedom * Math.expm1((square * ((8 * freedom + 3) / (8 * freedom + 1)) ** 2) / freedom));
