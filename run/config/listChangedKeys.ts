/** Keys that may change when an unfinished run continues: they decide how it is run, not what it computes. */
const CHANGEABLE_KEYS = new Set([
  'budget',
  'checkpoints',
  'concurrency',
  'tracing',
  'timeoutSeconds',
  'maxRetries',
  'price',
  'prices',
  'maxMissingShare',
]);

/** Lists the keys in which two configs differ, except those that may change. */
export function listChangedKeys(a: unknown, b: unknown, path = ''): string[] {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b) ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !CHANGEABLE_KEYS.has(key));
  return keys.flatMap((key) =>
    listChangedKeys(Reflect.get(a, key), Reflect.get(b, key), path ? `${path}.${key}` : key),
  );
}
