import { removeRepetition } from './removeRepetition.ts';

/** How many lines a new prompt may have, and how many characters each. */
export interface LineLimits {
  lines: number;
  chars: number;
}

/** A line for the paragraph, one for each bullet that is asked for, and one to spare. */
const MIN_LINES = 10;
/** More lines than the current prompt has. */
const MORE_LINES = 4;
const [MIN_LINE_CHARS, MAX_LINE_CHARS, KEEP_TAG_CHARS] = [120, 1000, 13];
/** Of the characters that a reply may have, since a loop has more of them for each token than other texts. */
const SHARE = 1.4;
/** A shorter line, such as a fence of code, may come twice. */
const MIN_COPY_CHARS = 30;

/** The limits of a new prompt's lines, which leave room for those of the current one. `chars`: of the whole reply. */
export function computeLineLimits(chars: number, current: string): LineLimits {
  const own = current.split('\n');
  const lines = Math.max(MIN_LINES, own.length + MORE_LINES);
  const longest = Math.max(...own.map((line) => line.length)) + KEEP_TAG_CHARS;
  const fitting = Math.min(MAX_LINE_CHARS, Math.floor((SHARE * chars) / lines));
  return { lines, chars: Math.max(MIN_LINE_CHARS, longest, fitting) };
}

/**
 * A new prompt that came in lines, as one text. What a line repeats is left out, and so is a line that came before. A line that
 * was cut at `most` characters ends with its last whole sentence.
 */
export function joinPromptLines(lines: readonly string[], most: number): string {
  const kept: string[] = [];
  for (const line of lines) {
    // a rule or the edge of a table repeats itself, and may come twice
    if (!/\p{L}/u.test(line)) {
      kept.push(line.trimEnd());
      continue;
    }
    const whole = line.length < most ? line : endWithSentence(line);
    const text = removeRepetition(whole).trimEnd();
    const isCopy = text.length >= MIN_COPY_CHARS && kept.includes(text);
    if (!isCopy && text !== '') kept.push(text);
  }
  return kept.join('\n').trim();
}

const endWithSentence = (line: string): string => /^[\s\S]*[.!?…。！？]["'”’)*]*(?=\s|$)/.exec(line)?.[0] ?? '';
