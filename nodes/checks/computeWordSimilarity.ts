/** Computes the cosine of two texts' counts of words, 0 to 1, whatever their case. */
export function computeWordSimilarity(a: string, b: string): number {
  const [left, right] = [countWords(a), countWords(b)];
  const dot = [...left].reduce((sum, [word, count]) => sum + count * (right.get(word) ?? 0), 0);
  const length = Math.sqrt(sumSquares(left) * sumSquares(right));
  return length === 0 ? 0 : dot / length;
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { segment, isWordLike } of new Intl.Segmenter('en', { granularity: 'word' }).segment(text.toLowerCase()))
    if (isWordLike) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  return counts;
}

const sumSquares = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count * count, 0);
