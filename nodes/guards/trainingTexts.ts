import { collectWordRuns } from '../../state/promptFingerprint.ts';

/** The texts that a run is trained with: its queries, and the texts of its in-context examples. */
export interface TrainingTexts {
  queries: readonly string[];
  examples: readonly string[];
}

const wordRunCache = new WeakMap<TrainingTexts, Map<number, ReadonlySet<string>>>();
const wordCountCache = new WeakMap<TrainingTexts, ReadonlyMap<string, number>>();

/** Whether a training query or an example contains one of these runs of `words` words. */
export const containsTrainingText = (runs: readonly string[], training: TrainingTexts, words: number): boolean => {
  const known = getOrCreate(
    getOrCreate(wordRunCache, training, () => new Map<number, ReadonlySet<string>>()),
    words,
    () => {
      const texts = [...training.queries, ...training.examples];
      return new Set(texts.flatMap((text) => [...collectWordRuns(text, words)]));
    },
  );
  return runs.some((run) => known.has(run));
};

/** Shorter words are too common to count as rare. */
const MIN_RARE_WORD_CHARS = 4;

/** Whether at most one training query has a word. */
export function isRareWord(word: string, training: TrainingTexts): boolean {
  const counts = getOrCreate(wordCountCache, training, () => {
    const wordCounts = new Map<string, number>();
    for (const query of training.queries)
      for (const w of collectWordRuns(query, 1)) wordCounts.set(w, (wordCounts.get(w) ?? 0) + 1);
    return wordCounts;
  });
  return word.length >= MIN_RARE_WORD_CHARS && (counts.get(word) ?? 0) <= 1;
}

/** The value of a key, which is created if the map has none. */
function getOrCreate<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  create: () => V,
): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
