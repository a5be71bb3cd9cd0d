/** The mean, or null of an empty list. Summed from left to right as in the reference, so that floats agree to the last digit. */
export function computeMean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}
