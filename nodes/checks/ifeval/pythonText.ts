/** What Python takes for white space, as the inside of a class of a regular expression. */
const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
/** A character of a word, as Python's \w. */
export const WORD = String.raw`[\p{L}\p{N}_]`;

const START = new RegExp(`^[${SPACE}]+`, 'u');
const END = new RegExp(`[${SPACE}]+$`, 'u');

/** A text without white space around it, as Python strips it. */
export const removeSpace = (text: string): string => text.replace(START, '').replace(END, '');

/** A text without certain characters at its ends. */
export function removeEnds(text: string, characters: string, ends: 'both' | 'start' | 'end' = 'both'): string {
  let [start, end] = [0, text.length];
  if (ends !== 'end') while (start < end && characters.includes(text[start] ?? '')) start++;
  if (ends !== 'start') while (end > start && characters.includes(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

/** The words of a text between white space. */
export const splitAtSpace = (text: string): string[] => removeSpace(text).split(new RegExp(`[${SPACE}]+`, 'u'));

/**
 * A regular expression of Python as one of JavaScript, for the parts that IFEval uses: \s, \d, \b and the dot. A text that is none
 * is looked for as it is.
 */
export function toPattern(source: string, flags = ''): RegExp {
  const translated = source.replaceAll(/\\(.)|\./gs, (whole, letter: string | undefined) =>
    letter === undefined ? String.raw`[^\n]` : (CLASSES[letter] ?? whole),
  );
  try {
    return new RegExp(translated, `${flags}u`);
  } catch {
    return new RegExp(source.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), `${flags}u`);
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  d: String.raw`\p{Nd}`,
  w: WORD,
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
};

/** How often a pattern matches a text; matches do not overlap. */
export const countMatches = (text: string, source: string, flags = ''): number =>
  [...text.matchAll(toPattern(source, `g${flags}`))].length;

/** Whether a count is as an instruction wants it. */
export const isInRelation = (found: number, relation: 'less than' | 'at least', wanted: number): boolean =>
  relation === 'less than' ? found < wanted : found >= wanted;
