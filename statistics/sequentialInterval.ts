import type { Interval } from './bootstrap.ts';
import { computeMean } from './computeMean.ts';

/** Points by which one unseen pair may differ from the mean at least: differences of 5-point rewards reach 4. */
const UNSEEN_POINTS = 1.5;
/** The same in standard deviations, for pairs that vary more. */
const UNSEEN_DEVIATIONS = 2;
/** The square of the normal deviate at the first look, and what each unit of the logarithm of the pairs adds to it. */
const BOUNDARY = { first: 4.6, growth: 1.5 };
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
 * The boundary on the t scale is √(4.6 + 1.5·ln(n / minPairs)). Since it grows with the logarithm of n, it is crossed seldom
 * however long one looks (Robbins 1970); t takes the place of the normal deviate by equal rarity (Jennison and Turnbull 2000,
 * chapter 11). One unseen pair, 1.5 points or two standard deviations off for the worse, is added, so that equal or skewed
 * differences claim nothing early. The constants are from `scripts/calibration/sequentialProof.ts`.
 * `others` are samples of such differences: of this prompt and of others, on other queries. Only their spread is used, since the
 * prompt may have been chosen on them.
 */
export function computeSequentialInterval(
  differences: readonly number[],
  minPairs: number,
  others: readonly (readonly number[])[] = [],
): Interval | null {
  const pairs = differences.length;
  const mean = computeMean(differences);
  if (mean === null || pairs < Math.max(2, minPairs)) return null;
  const { squares, freedom } = poolSpread(differences, ...others);
  const radius = computeRadius(pairs, Math.sqrt(squares / freedom), freedom, minPairs);
  return { mean, low: mean - radius, high: mean + radius };
}

/**
 * Estimates how many more pairs show a mean difference of `gain` points with a chance of 80 %, given those so far.
 * Null: more than 2,000.
 */
export function estimateMorePairs(
  gain: number,
  differences: readonly number[],
  minPairs: number,
  others: readonly (readonly number[])[] = [],
): number | null {
  const { squares, freedom } = poolSpread(differences, ...others);
  // the assumed deviation counts as two pairs, so that a few equal differences promise nothing
  const deviation = Math.sqrt((squares + 2 * ASSUMED_DEVIATION ** 2) / (freedom + 2));
  const least = Math.max(2, minPairs);
  for (let pairs = Math.max(least, differences.length + 1); pairs <= MAX_PLANNED; pairs++) {
    const radius = computeRadius(pairs, deviation, pairs - 1, least);
    if (radius + (POWER_DEVIATE * deviation) / Math.sqrt(pairs) <= gain) return pairs - differences.length;
  }
  return null;
}

/** The sum of squares around each sample's own mean, with its degrees of freedom. */
function poolSpread(...samples: (readonly number[])[]): { squares: number; freedom: number } {
  const squares = samples.flatMap((sample) => {
    const mean = computeMean(sample) ?? 0;
    return sample.map((value) => (value - mean) ** 2);
  });
  const freedom = samples.reduce((sum, sample) => sum + Math.max(0, sample.length - 1), 0);
  return { squares: squares.reduce((sum, square) => sum + square, 0), freedom };
}

function computeRadius(pairs: number, deviation: number, freedom: number, minPairs: number): number {
  const square = BOUNDARY.first + BOUNDARY.growth * Math.log(pairs / minPairs);
  const unseen = Math.max(UNSEEN_POINTS, UNSEEN_DEVIATIONS * deviation);
  const squares = freedom * deviation ** 2 + (unseen ** 2 * pairs) / (pairs + 1);
  const t = toStudentDeviate(square, freedom);
  return unseen / (pairs + 1) + t * Math.sqrt(squares / freedom / (pairs + 1));
}

/** The t that is as rare as a normal deviate of this square (Wallace 1959, solved for t). */
const toStudentDeviate = (square: number, freedom: number): number =>
  Math.sqrt(freedom * Math.expm1((square * ((8 * freedom + 3) / (8 * freedom + 1)) ** 2) / freedom));
