/** A text of the evaluation set; `id` is only carried through to the hits. */
export interface EvaluationText {
  readonly id: number | string;
  readonly instruction: string;
}

/** One overlapping pair; `similarity` is the Jaccard similarity of the word shingles, 0 to 1 (1 for exact). */
export interface Overlap {
  readonly query: string;
  readonly instruction: string;
  readonly id: number | string;
  readonly kind: 'exact' | 'contained' | 'near';
  readonly similarity: number;
}

const MIN_TRIGRAM_WORDS = 6; // words; below it trigrams are too few to compare
const MIN_CONTAINED_WORDS = 4; // words; a shorter text inside another one is chance

/** Words of a text after NFKC, lower case and without punctuation or symbols; 0 or more, none is empty. */
export function normalizeWords(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain.replace(/['’ʼ`]|\p{Default_Ignorable_Code_Point}/gu, '').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
}

function listShingles(list: readonly string[], size: number): string[] {
  return list.slice(size - 1).map((_, start) => list.slice(start, start + size).join(' '));
}

interface TextAnalysis {
  readonly list: readonly string[];
  readonly padded: string;
  readonly trigrams: ReadonlySet<string>;
  readonly wordsAndBigrams: ReadonlySet<string>;
}

function analyzeText(text: string): TextAnalysis {
  const list = normalizeWords(text);
  const short = new Set([...list, ...listShingles(list, 2)]);
  return {
    list,
    padded: ` ${list.join(' ')} `,
    trigrams: new Set(list.length < MIN_TRIGRAM_WORDS ? [] : listShingles(list, 3)),
    wordsAndBigrams: short,
  };
}

function compareShingles(left: TextAnalysis, right: TextAnalysis): number {
  const [one, two] =
    left.trigrams.size > 0 && right.trigrams.size > 0
      ? [left.trigrams, right.trigrams]
      : [left.wordsAndBigrams, right.wordsAndBigrams];
  let shared = 0;
  for (const item of one) if (two.has(item)) shared += 1;
  return shared === 0 ? 0 : shared / (one.size + two.size - shared);
}

/** Similarity of two texts, 0 to 1: Jaccard of word trigrams, or of words and bigrams if either has under 6 words. */
export function measureTextSimilarity(left: string, right: string): number {
  return compareShingles(analyzeText(left), analyzeText(right));
}

type ShingleIndex = Map<string, number[]>;

function buildShingleIndex(keys: readonly Iterable<string>[]): ShingleIndex {
  const map: ShingleIndex = new Map();
  keys.forEach((list, position) => {
    for (const key of new Set(list)) {
      const found = map.get(key);
      if (found) found.push(position);
      else map.set(key, [position]);
    }
  });
  return map;
}

/** The texts that share one of the rarest shingles of a set: as many of these as a similarity >= near cannot avoid. */
function findCandidatePositions(set: ReadonlySet<string>, map: ShingleIndex, near: number): number[] {
  const rarest = [...set].toSorted((a, b) => (map.get(a)?.length ?? 0) - (map.get(b)?.length ?? 0));
  return rarest.slice(0, set.size - Math.ceil(near * set.size - 1e-9) + 1).flatMap((key) => map.get(key) ?? []);
}

/** Overlaps of the queries with an evaluation set in order, the strongest kind per pair; `near` in (0, 1], default 0.65. */
export function findOverlaps(
  queries: readonly string[],
  evaluation: readonly EvaluationText[],
  { near = 0.65 }: { near?: number } = {},
): Overlap[] {
  if (!(near > 0 && near <= 1)) throw new RangeError(`near must be above 0 and at most 1, not ${near}`);
  const texts = evaluation.map(({ id, instruction }) => ({ id, instruction, ...analyzeText(instruction) }));
  const starts = buildShingleIndex(texts.map((text) => listShingles(text.list, MIN_CONTAINED_WORDS).slice(0, 1)));
  const wholes = buildShingleIndex(texts.map((text) => listShingles(text.list, MIN_CONTAINED_WORDS)));
  const byLong = buildShingleIndex(texts.map((text) => text.trigrams));
  const byShort = buildShingleIndex(texts.map((text) => text.wordsAndBigrams));
  const byBrief = buildShingleIndex(texts.map((text) => (text.trigrams.size > 0 ? [] : text.wordsAndBigrams)));

  return queries.flatMap((query) => {
    const own = analyzeText(query);
    const quads = listShingles(own.list, MIN_CONTAINED_WORDS);
    const candidates = new Set([
      ...quads.flatMap((key) => starts.get(key) ?? []),
      ...quads.slice(0, 1).flatMap((key) => wholes.get(key) ?? []),
      ...findCandidatePositions(own.wordsAndBigrams, own.trigrams.size > 0 ? byBrief : byShort, near),
      ...findCandidatePositions(own.trigrams, byLong, near),
    ]);
    const sorted = [...candidates].toSorted((a, b) => a - b);
    return sorted.flatMap((position): Overlap[] => {
      const text = texts[position];
      if (!text) return [];
      const value = compareShingles(own, text);
      const whole = Math.min(own.list.length, text.list.length) >= MIN_CONTAINED_WORDS;
      const inside = whole && (own.padded.includes(text.padded) || text.padded.includes(own.padded));
      const rest = inside ? 'contained' : value >= near ? 'near' : undefined;
      const kind = own.padded === text.padded ? 'exact' : rest;
      return kind ? [{ query, instruction: text.instruction, id: text.id, kind, similarity: value }] : [];
    });
  });
}
