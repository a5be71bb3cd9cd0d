/** A text that is repeated so often at the end of a reply, and over so many characters, is a loop. */
const MIN_REPEATS = 3;
const MIN_LOOP_CHARS = 60;
const MAX_CLAUSE_CHARS = 400;

/** Where the clause begins that a text repeats until its end, perhaps cut off in the last repeat; -1 if there is none. */
export function findLoop(text: string): number {
  const end = text.trimEnd();
  for (let length = 1; length <= MAX_CLAUSE_CHARS && length * MIN_REPEATS <= end.length; length++) {
    let start = end.length;
    while (start > length && end[start - 1] === end[start - 1 - length]) start--;
    const repeated = end.length - start + length;
    if (repeated >= Math.max(length * MIN_REPEATS, MIN_LOOP_CHARS)) return start - length;
  }
  return -1;
}
