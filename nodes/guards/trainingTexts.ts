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

/** Shorter words are too common to count as rare, unless they are numbers. */
const MIN_RARE_WORD_CHARS = 4;

/** Whether at most one training query has a word. */
export function isRareWord(word: string, training: TrainingTexts): boolean {
  const counts = getOrCreate(wordCountCache, training, () => {
    const wordCounts = new Map<string, number>();
    for (const query of training.queries)
      for (const w of collectWordRuns(query, 1)) wordCounts.set(w, (wordCounts.get(w) ?? 0) + 1);
    return wordCounts;
  });
  return (word.length >= MIN_RARE_WORD_CHARS || /^\p{N}{2,}$/u.test(word)) && (counts.get(word) ?? 0) <= 1;
}

const nameCache = new WeakMap<TrainingTexts, ReadonlySet<string>>();
/** If more of the words within sentences begin with a capital, as nouns do in German, a capital does not mean a name. */
const MAX_NAME_SHARE = 0.4;

/** Whether a word, in lower case, is written as a name in the training queries: with one capital within a sentence, and never without. */
export const isName = (word: string, training: TrainingTexts): boolean =>
  getOrCreate(nameCache, training, () => collectNames(training.queries)).has(word);

function collectNames(texts: readonly string[]): ReadonlySet<string> {
  const within = texts.flatMap((text) => text.match(/(?<=[\p{L}\p{N},] )\p{L}{4,}/gu) ?? []);
  const capital = within.filter((word) => /^\p{Lu}\p{Ll}/u.test(word));
  if (capital.length > MAX_NAME_SHARE * within.length) return new Set();
  const small = new Set(texts.flatMap((text) => text.match(/\p{Ll}[\p{L}\p{N}]*/gu) ?? []));
  return new Set(capital.map((word) => word.toLowerCase()).filter((word) => !small.has(word)));
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
