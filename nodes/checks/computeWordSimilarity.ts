/** Computes the cosine of two texts' counts of words, 0 to 1, whatever their case. */
export const computeWordSimilarity = (a: string, b: string): number =>
  computeCountSimilarity(countWords(a), countWords(b));

/** Computes the cosine of two counts of words, 0 to 1; 0 if one of them is empty. */
export function computeCountSimilarity(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  const dot = [...left].reduce((sum, [word, count]) => sum + count * (right.get(word) ?? 0), 0);
  const length = Math.sqrt(sumSquares(left) * sumSquares(right));
  return length === 0 ? 0 : dot / length;
}

/** Counts a text's words, whatever their case. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { segment, isWordLike } of new Intl.Segmenter('en', { granularity: 'word' }).segment(text.toLowerCase()))
    if (isWordLike) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  return counts;
}

const sumSquares = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count * count, 0);
