import { collectWordRuns } from '../../state/promptFingerprint.ts';

/** What a run is trained with: its queries, and the texts of its in-context examples. */
export interface TrainingTexts {
  queries: readonly string[];
  examples: readonly string[];
}

/** Looked up often, made once. */
const wordRunCache = new WeakMap<TrainingTexts, Map<number, ReadonlySet<string>>>();
const wordCountCache = new WeakMap<TrainingTexts, ReadonlyMap<string, number>>();

/** Whether one of these runs of so many words stands in a training query or an example. */
export const containsTrainingText = (found: readonly string[], training: TrainingTexts, words: number): boolean => {
  const known = getOrCreate(
    getOrCreate(wordRunCache, training, () => new Map<number, ReadonlySet<string>>()),
    words,
    () => {
      const texts = [...training.queries, ...training.examples];
      return new Set(texts.flatMap((text) => [...collectWordRuns(text, words)]));
    },
  );
  return found.some((run) => known.has(run));
};

/** Letters from which a word can be a query's own. */
const MIN_RARE_WORD_CHARS = 4;

/** Whether no more than one of the training queries has a word. */
export function isRareWord(word: string, training: TrainingTexts): boolean {
  const count = getOrCreate(wordCountCache, training, () => {
    const found = new Map<string, number>();
    for (const query of training.queries)
      for (const w of collectWordRuns(query, 1)) found.set(w, (found.get(w) ?? 0) + 1);
    return found;
  });
  return word.length >= MIN_RARE_WORD_CHARS && (count.get(word) ?? 0) <= 1;
}

/** What a map holds under a key, made where it holds nothing. */
function getOrCreate<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}
