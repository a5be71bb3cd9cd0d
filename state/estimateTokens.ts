/** A word, a letter of a script that writes many words without spaces, a word of another script, a digit, marks, or line breaks. */
const PIECE =
  /(\p{Script=Latin}+)|([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}])|(\p{L}[\p{L}\p{M}]*)|(\p{N})|([^\s\p{L}\p{N}]+)|\n+/gu;

/**
 * Estimates the tokens of a text, for an endpoint that does not count them. The tokenizers of Qwen 2.5 and Gemma 3 count 0.8 to
 * 1.25 times as many for English, code and JSON; small vocabularies count up to three times as many for other scripts.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece, word, letter, foreign, digit, marks] of text.matchAll(PIECE)) {
    if (word) tokens += 1 + Math.floor(piece.length / 9);
    else if (letter) tokens += 0.8;
    else if (foreign) tokens += Math.max(1, piece.length / 2.7);
    else if (digit) tokens += 1;
    else if (marks) tokens += Math.max(1, piece.length / 2.5);
    else tokens += 0.7;
  }
  return Math.ceil(tokens);
}
