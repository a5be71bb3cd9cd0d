import { parseCheckedLine } from '../models/cache/checkedLine.ts';

/** Reads the complete lines of a text; the rest of a torn last line is passed over. Undefined: a line is not as it was written. */
export function readCheckedLines<T>(text: string, parse: (line: unknown) => T): T[] | undefined {
  try {
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => parse(parseCheckedLine(line)));
  } catch {
    return undefined;
  }
}
