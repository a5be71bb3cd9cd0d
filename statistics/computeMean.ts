/** Left to right, as the reference sums, so that floats agree to the last digit. Null of nothing. */
export function computeMean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}
