import { computeMean } from './computeMean.ts';
import { computeNormalTail } from './computeNormalTail.ts';
import { createMersenneTwister } from './random.ts';

/** The chance (0 to 1) of a mean difference at least as large if each sign were the flip of a coin: a two-sided paired sign-flip test. */
export function testSignFlip(differences: readonly number[], { rounds = 5000, seed = 0 } = {}): number {
  const nonzero = Float64Array.from(differences.filter((d) => d !== 0));
  if (nonzero.length === 0) return 1;
  const draw = createMersenneTwister(seed);
  const observed = Math.abs(nonzero.reduce((sum, d) => sum + d, 0)) - 1e-9;
  let extremeCount = 1;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < nonzero.length; i++) {
      if (i % 32 === 0) bits = draw();
      const d = nonzero[i] ?? 0;
      sum += bits & 1 ? d : -d;
      bits >>>= 1;
    }
    if (Math.abs(sum) >= observed) extremeCount++;
  }
  return extremeCount / (rounds + 1);
}

/**
 * The chance (0 to 1) of a mean this far from zero between equals (`differences[search][instruction]`).
 * For one search it is the sign-flip test over instructions. For several, the luck of the searches counts as well:
 * a t test with the error of both and Satterthwaite's degrees of freedom.
 */
export function testCrossedMean(differences: readonly (readonly number[])[]): number {
  const [first = []] = differences;
  if (differences.length === 1 || first.length < 2) return testSignFlip(first);
  const items = first.flatMap((_, i) => computeMean(differences.map((row) => row[i] ?? 0)) ?? []);
  const searches = differences.flatMap((row) => computeMean(row) ?? []);
  const [ofSearches, ofItems] = [computeVarianceOfMean(searches), computeVarianceOfMean(items)];
  const variance = ofSearches + ofItems;
  const mean = computeMean(items) ?? NaN;
  if (variance === 0) return mean === 0 ? 1 : 0;
  const freedom = variance ** 2 / (ofSearches ** 2 / (searches.length - 1) + ofItems ** 2 / (items.length - 1));
  return Math.min(1, 2 * computeNormalTail(toNormalDeviate(mean ** 2 / variance, freedom)));
}

function computeVarianceOfMean(values: readonly number[]): number {
  const mean = computeMean(values) ?? NaN;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length;
}

/** The normal deviate as rare as a t of this square (Wallace 1959, error below 0.02 from 2 degrees of freedom). */
const toNormalDeviate = (square: number, freedom: number): number =>
  ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log1p(square / freedom));

/** Holm's correction for several comparisons: each p is raised, so that one false alarm among all is as rare as in a single comparison. */
export function correctByHolm(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).toSorted((a, b) => a.p - b.p);
  const corrected = ps.map(() => 1);
  let largest = 0;
  for (const [rank, { p, i }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (ps.length - rank)));
    corrected[i] = largest;
  }
  return corrected;
}
