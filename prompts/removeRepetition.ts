/** Repeated characters from which on a text is cut: for something said three times or more, and for lines said twice. */
const MIN_LOOP_CHARACTERS = 40;
const MIN_COPY_CHARACTERS = 80;
const MAX_CUTS = 20;
/** A last line that announces what follows, such as "# Answer:". */
const LAST_HEADING = /(?:^|\n)[ \t]*(?:#{1,6}[ \t]*[^\n]*|\*\*[^\n]+\*\*:?|<[A-Z]+>|[^\n]{1,60}:)\s*$/;

/** A text that ends with a line or a sentence. */
const AFTER_SENTENCE = /(?:\n|[.!?…]["'”’)*]*\s|[。！？])\s*$/;

/** Cuts a text where it begins to repeat itself to its end. Headings of the repetition go too. */
export function removeRepetition(text: string): string {
  let kept = text;
  for (let cuts = 0; cuts < MAX_CUTS; cuts++) {
    const start = findRepetition(kept);
    if (start === null) break;
    kept = kept.slice(0, start).trimEnd();
    for (let heading = LAST_HEADING.exec(kept); heading; heading = LAST_HEADING.exec(kept))
      kept = kept.slice(0, heading.index).trimEnd();
  }
  return kept;
}

/** Where the longest repetition that lasts to the end begins; null if there is none. Linear in the length. */
function findRepetition(text: string): number | null {
  const { length } = text;
  const borders = computeBorders(text);
  for (let suffix = length; suffix > 0; suffix--) {
    const repeated = borders[suffix - 1] ?? 0;
    const period = suffix - repeated;
    const isLoop = suffix >= 3 * period && repeated >= MIN_LOOP_CHARACTERS;
    const isCopy =
      repeated >= MIN_COPY_CHARACTERS && isLineStart(text, length - suffix) && isLineStart(text, length - repeated);
    if (isCopy) return length - repeated;
    if (isLoop && AFTER_SENTENCE.test(text.slice(0, length - repeated))) return length - repeated;
    if (isLoop) return findSentenceEnd(text, length - repeated, period);
  }
  return null;
}

const isLineStart = (text: string, index: number): boolean => index === 0 || text.charAt(index - 1) === '\n';

/** The end of the sentence at an index, at most `most` characters after it; else the index. */
function findSentenceEnd(text: string, index: number, most: number): number {
  const end = /[.!?…]["'”’)*]*(?=\s|$)|[。！？]|\n/.exec(text.slice(index, index + most));
  return end ? index + end.index + end[0].length : index;
}

/** For each number of last characters, how many of them at their end are the same as at their beginning (Knuth–Morris–Pratt). */
function computeBorders(text: string): Int32Array {
  const last = text.length - 1;
  const borders = new Int32Array(text.length);
  for (let i = 1, matched = 0; i <= last; i++) {
    while (matched > 0 && text[last - i] !== text[last - matched]) matched = borders[matched - 1] ?? 0;
    if (text[last - i] === text[last - matched]) matched++;
    borders[i] = matched;
  }
  return borders;
}
