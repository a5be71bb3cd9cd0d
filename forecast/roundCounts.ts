/** The keys whose numbers are amounts or shares. All others of a plan are counts. */
const FRACTIONAL_KEYS = new Set([
  'usd',
  'usdByRole',
  'seconds',
  'keptShare',
  'fullMarks',
  'taken',
  'latency',
  'aspects',
]);

/** A plan as data, with whole calls and tokens. A mean of walks has fractions of them. */
export const roundCounts = (plan: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(plan).map(([key, value]) => [key, FRACTIONAL_KEYS.has(key) ? value : roundValue(value)]),
  );

function roundValue(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value);
  if (Array.isArray(value)) return value.map(roundValue);
  return typeof value === 'object' && value !== null ? roundCounts(value) : value;
}
