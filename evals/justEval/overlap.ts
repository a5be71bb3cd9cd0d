/** A text of the evaluation set; its `id` is copied to the overlaps. */
export interface EvaluationText {
  readonly id: number | string;
  readonly instruction: string;
}

/** A query and an instruction that overlap; `similarity` is the Jaccard similarity of their word shingles, 0 to 1. */
export interface Overlap {
  readonly query: string;
  readonly instruction: string;
  readonly id: number | string;
  readonly kind: 'exact' | 'contained' | 'near';
  readonly similarity: number;
}

/** With fewer words, a text has too few trigrams to compare. */
const MIN_TRIGRAM_WORDS = 6;
/** A text with fewer words is inside another one by chance. */
const MIN_CONTAINED_WORDS = 4;

/** Splits a text into words after NFKC, in lower case, without punctuation and symbols. */
export function normalizeWords(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain.replace(/['’ʼ`]|\p{Default_Ignorable_Code_Point}/gu, '').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
}

const listShingles = (words: readonly string[], size: number): string[] =>
  words.slice(size - 1).map((_, start) => words.slice(start, start + size).join(' '));

interface TextAnalysis {
  readonly words: readonly string[];
  /** The words between single spaces, so that whole words are found inside. */
  readonly spaced: string;
  /** Empty for a text that is too short for trigrams. */
  readonly trigrams: ReadonlySet<string>;
  readonly wordsAndBigrams: ReadonlySet<string>;
}

function analyzeText(text: string): TextAnalysis {
  const words = normalizeWords(text);
  return {
    words,
    spaced: ` ${words.join(' ')} `,
    trigrams: new Set(words.length < MIN_TRIGRAM_WORDS ? [] : listShingles(words, 3)),
    wordsAndBigrams: new Set([...words, ...listShingles(words, 2)]),
  };
}

function compareShingles(left: TextAnalysis, right: TextAnalysis): number {
  const [one, other] =
    left.trigrams.size > 0 && right.trigrams.size > 0
      ? [left.trigrams, right.trigrams]
      : [left.wordsAndBigrams, right.wordsAndBigrams];
  let common = 0;
  for (const shingle of one) if (other.has(shingle)) common += 1;
  return common === 0 ? 0 : common / (one.size + other.size - common);
}

/** Measures the similarity of two texts, 0 to 1: Jaccard of word trigrams, or of words and bigrams if either has under 6 words. */
export function measureTextSimilarity(left: string, right: string): number {
  return compareShingles(analyzeText(left), analyzeText(right));
}

/** The texts that hold a shingle, by their positions. */
type ShingleIndex = Map<string, number[]>;

function buildShingleIndex(shinglesByText: readonly Iterable<string>[]): ShingleIndex {
  const index: ShingleIndex = new Map();
  shinglesByText.forEach((shingles, position) => {
    for (const shingle of new Set(shingles)) {
      const positions = index.get(shingle);
      if (positions) positions.push(position);
      else index.set(shingle, [position]);
    }
  });
  return index;
}

/** The texts with one of a set's rarest shingles: so many of these that no text of similarity `near` can avoid them all. */
function findCandidatePositions(set: ReadonlySet<string>, index: ShingleIndex, near: number): number[] {
  const rarest = [...set].toSorted((a, b) => (index.get(a)?.length ?? 0) - (index.get(b)?.length ?? 0));
  return rarest.slice(0, set.size - Math.ceil(near * set.size - 1e-9) + 1).flatMap((key) => index.get(key) ?? []);
}

/** A function that gives, in order, the positions of all texts which may overlap a query. */
function createCandidateFinder(texts: readonly TextAnalysis[], near: number): (query: TextAnalysis) => number[] {
  const runs = texts.map(({ words }) => listShingles(words, MIN_CONTAINED_WORDS));
  const firstRunIndex = buildShingleIndex(runs.map((shingles) => shingles.slice(0, 1)));
  const runIndex = buildShingleIndex(runs);
  const trigramIndex = buildShingleIndex(texts.map(({ trigrams }) => trigrams));
  const wordIndex = buildShingleIndex(texts.map(({ wordsAndBigrams }) => wordsAndBigrams));
  const shortTextIndex = buildShingleIndex(texts.map((text) => (text.trigrams.size > 0 ? [] : text.wordsAndBigrams)));
  return ({ words, trigrams, wordsAndBigrams }) => {
    const queryRuns = listShingles(words, MIN_CONTAINED_WORDS);
    const candidates = new Set([
      ...queryRuns.flatMap((run) => firstRunIndex.get(run) ?? []),
      ...queryRuns.slice(0, 1).flatMap((run) => runIndex.get(run) ?? []),
      ...findCandidatePositions(wordsAndBigrams, trigrams.size > 0 ? shortTextIndex : wordIndex, near),
      ...findCandidatePositions(trigrams, trigramIndex, near),
    ]);
    return [...candidates].toSorted((a, b) => a - b);
  };
}

function classifyOverlap(
  query: TextAnalysis,
  text: TextAnalysis,
  similarity: number,
  near: number,
): Overlap['kind'] | undefined {
  if (query.spaced === text.spaced) return 'exact';
  const isLongEnough = Math.min(query.words.length, text.words.length) >= MIN_CONTAINED_WORDS;
  const isInside = query.spaced.includes(text.spaced) || text.spaced.includes(query.spaced);
  if (isLongEnough && isInside) return 'contained';
  return similarity >= near ? 'near' : undefined;
}

/** Finds the overlaps of queries with an evaluation set, in order; `near` in (0, 1] is the least similarity, by default 0.65. */
export function findOverlaps(
  queries: readonly string[],
  evaluation: readonly EvaluationText[],
  { near = 0.65 }: { near?: number } = {},
): Overlap[] {
  if (!(near > 0 && near <= 1)) throw new RangeError(`near must be above 0 and at most 1, not ${near}`);
  const texts = evaluation.map(({ id, instruction }) => ({ id, instruction, ...analyzeText(instruction) }));
  const findCandidates = createCandidateFinder(texts, near);
  return queries.flatMap((query) => {
    const analysis = analyzeText(query);
    return findCandidates(analysis).flatMap((position): Overlap[] => {
      const text = texts[position];
      if (!text) return [];
      const similarity = compareShingles(analysis, text);
      const kind = classifyOverlap(analysis, text, similarity, near);
      return kind ? [{ query, instruction: text.instruction, id: text.id, kind, similarity }] : [];
    });
  });
}
