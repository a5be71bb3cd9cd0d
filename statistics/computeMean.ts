/** The mean, or null of an empty list. Summed from left to right as in the reference, so that floats agree to the last digit. */
export function computeMean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** A value and how much it counts, above 0. */
export interface WeightedValue {
  value: number;
  weight: number;
}

/** The weighted mean, or null of an empty list. With weights of 1 it is the mean to the last digit. */
export function computeWeightedMean(values: readonly WeightedValue[]): number | null {
  if (values.length === 0) return null;
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  return values.reduce((sum, { value, weight }) => sum + weight * value, 0) / total;
}
