/** What a judgement says of one aspect: its points, or its remark. */
export interface AspectValue {
  aspect: string;
  value: string;
}

/** Judgements of an aspect from which on its own commonest value counts; below, that of all aspects. */
const MIN_FOR_OWN_MODE = 3;

/** Counts the judgements that say of each aspect what is said of it most often. */
export function countUsual(judgements: readonly (readonly AspectValue[])[]): number {
  const all = judgements.flat();
  const overall = findMode(all);
  const groups = groupItems(all, ({ aspect }) => aspect);
  const modes = new Map(
    [...groups].map(([aspect, values]) => [aspect, values.length < MIN_FOR_OWN_MODE ? overall : findMode(values)]),
  );
  return judgements.filter((values) => values.every(({ aspect, value }) => modes.get(aspect) === value)).length;
}

/** The commonest value, the first among equals; empty without values. */
export function findMode(values: readonly AspectValue[]): string {
  const counts = new Map<string, number>();
  for (const { value } of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [mode = ''] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return mode;
}

/** Groups items by a key, in the order in which the keys first appear. */
export function groupItems<T>(items: readonly T[], getKey: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(getKey(item));
    if (group) group.push(item);
    else groups.set(getKey(item), [item]);
  }
  return groups;
}
