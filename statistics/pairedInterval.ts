import { createMersenneTwister, type Random32 } from './random.ts';
import { computeMean } from './computeMean.ts';

/** A mean and the ends of its interval. */
export interface DifferenceInterval {
  mean: number;
  low: number;
  high: number;
}

const RESAMPLE_COUNT = 4000;

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const STUDENT_T95_QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * The 95 % interval of the mean of paired differences: bootstrap, with percentiles widened for few pairs (Hesterberg 2015,
 * "What teachers should know about the bootstrap"), and never narrower than Student's: resampling six pairs alone holds
 * the truth in 92 % of cases, four in 86 %. `others`: differences on further queries, whose mean may be biased (the winner was
 * chosen on them) but whose spread about it is not: six fresh queries may all be hard, or all be easy. Null of fewer than two pairs.
 */
export function computeDifferenceInterval(
  differences: readonly number[],
  others: readonly number[] = [],
  seed = 42,
): DifferenceInterval | null {
  const n = differences.length;
  const center = computeMean(differences);
  if (n < 2 || center === null) return null;
  const residuals = [...subtractMean(differences), ...subtractMean(others)];
  const free = residuals.length - (others.length ? 2 : 1);
  const t = STUDENT_T95_QUANTILES[free - 1] ?? 1.96;
  const half = t * Math.sqrt(residuals.reduce((sum, r) => sum + r ** 2, 0) / free / n);
  const means = resampleMeans(residuals, n, createMersenneTwister(seed));
  const tail = computeNormalTail(Math.sqrt(residuals.length / free) * t);
  return {
    mean: center,
    low: center + Math.min(-half, interpolateQuantile(means, tail)),
    high: center + Math.max(half, interpolateQuantile(means, 1 - tail)),
  };
}

function subtractMean(values: readonly number[]): number[] {
  const center = computeMean(values) ?? 0;
  return values.map((value) => value - center);
}

/** Means of `n` values drawn with replacement, in order. */
function resampleMeans(values: readonly number[], n: number, draw: Random32): Float64Array {
  const means = new Float64Array(RESAMPLE_COUNT);
  for (let r = 0; r < RESAMPLE_COUNT; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[draw() % values.length] ?? 0;
    means[r] = sum / n;
  }
  return means.toSorted();
}

function interpolateQuantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/** P(Z > z) of the standard normal, to 1e-7 (Abramowitz and Stegun 26.2.17). */
function computeNormalTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
