import type { Interval } from '../../statistics/bootstrap.ts';

/** What is said of a difference in points. */
export type DifferenceVerdict = 'higher' | 'lower' | 'noise';

/** A difference counts if its corrected p-value (0 to 1) is below this. */
const SIGNIFICANCE_LEVEL = 0.05;

/** Classifies a difference: "noise" unless its 95 % interval excludes 0 and its corrected p-value is below 0.05. */
export function classifyDifference({ mean, low, high }: Interval, correctedP: number): DifferenceVerdict {
  if (correctedP >= SIGNIFICANCE_LEVEL || (low <= 0 && high >= 0)) return 'noise';
  return mean > 0 ? 'higher' : 'lower';
}
