const WORDS = ['one', 'two', 'three', 'four', 'five'];
const WORD =
  /^\W*(?:score|rating|points)?\W*(one|two|three|four|five)(?:\s*(?:\/|out of|of)\s*(?:five|5))?(?:\s*(?:points?|stars?))?\W*$/i;
const NOT_APPLICABLE = /^\W*(?:n\s*a|(?:n\s*\/\s*a|not applicable|does not apply)\b\D*)\W*$/i;
/** Words before a number that make it a bound, no score. */
const BOUND =
  /\b(?:less|more|fewer|than|least|most|between|under|over|almost|nearly|below|above|not|no|minus|up to)\b/i;
/** What may stand before a score: a label, or words that give one. After other words, a number counts something else. */
const LABEL =
  /(?:^|[:=])(?:[^\p{L}]|\b(?:a|an|as|final|give|grade|i|is|it|mark|my|overall|points?|rate|rated|rating|score|the|would)\b)*$/iu;
const SCORE =
  /^(?<before>[^\d]*?)(?<points>\d+(?:[.,]\d+)?)\s*(?:(?:\/|out of|of)\s*(?<most>\d+(?:[.,]0+)?))?(?<after>[^\d]*)$/i;

/**
 * Reads a score of 1 to 5 points in any of a judge's spellings: 4, "4", 4.5, "4/5", "4 out of 5", "**4**", "four". Null for
 * "N/A" (the aspect does not apply), undefined for anything else.
 */
export function readPoints(raw: unknown): number | null | undefined {
  if (typeof raw !== 'string' && typeof raw !== 'number') return undefined;
  const text = String(raw).normalize('NFKC');
  if (NOT_APPLICABLE.test(text)) return null;
  const word = WORD.exec(text)?.[1];
  if (word !== undefined) return WORDS.indexOf(word.toLowerCase()) + 1;
  const { before = '', points = '', most = '5', after = '' } = SCORE.exec(text)?.groups ?? {};
  if (
    /[-−]$/.test(before) ||
    BOUND.test(before) ||
    !LABEL.test(before) ||
    /^\s*%/.test(after) ||
    Number(most.replace(',', '.')) !== 5
  )
    return undefined;
  const value = Number(points.replace(',', '.') || Number.NaN);
  return value >= 1 && value <= 5 ? value : undefined;
}
