import { runsOf } from '../../state/promptFingerprint.ts';

/** What a run is trained with: its queries, and the texts of its in-context examples. */
export interface Training {
  queries: readonly string[];
  examples: readonly string[];
}

/** Looked up often, made once. */
const runs = new WeakMap<Training, Map<number, ReadonlySet<string>>>();
const counts = new WeakMap<Training, ReadonlyMap<string, number>>();

/** Whether one of these runs of so many words stands in a training query or an example. */
export const repeats = (found: readonly string[], training: Training, words: number): boolean => {
  const known = kept(
    kept(runs, training, () => new Map<number, ReadonlySet<string>>()),
    words,
    () => {
      const texts = [...training.queries, ...training.examples];
      return new Set(texts.flatMap((text) => [...runsOf(text, words)]));
    },
  );
  return found.some((run) => known.has(run));
};

/** Letters from which a word can be a query's own. */
const LONG = 4;

/** Whether no more than one of the training queries has a word. */
export function isRare(word: string, training: Training): boolean {
  const count = kept(counts, training, () => {
    const found = new Map<string, number>();
    for (const query of training.queries) for (const w of runsOf(query, 1)) found.set(w, (found.get(w) ?? 0) + 1);
    return found;
  });
  return word.length >= LONG && (count.get(word) ?? 0) <= 1;
}

/** What a map holds under a key, made where it holds nothing. */
function kept<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}
