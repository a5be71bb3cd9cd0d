/** The length of a vector. */
const DIMENSIONS = 64;

/** Embeds a text by its words: each adds one at a place that follows from its letters. */
export function computeWordVector(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0);
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    const place = Array.from(word).reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % DIMENSIONS, 7);
    vector[place] = (vector[place] ?? 0) + 1;
  }
  return vector;
}
