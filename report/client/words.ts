import { diffWordsWithSpace } from 'diff';

/** A stretch of two texts: in both, only in the former, or only in the latter. */
export interface Stretch {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

/** Beyond this many milliseconds two texts are told apart as wholes. */
const PATIENCE = 400;
/** Fewer words than this in common between two changes make the change harder, not easier, to read. */
const WORDS_IN_COMMON = 3;

/** What changed from one text to another, word by word. "same" and "gone" make up the former text, "same" and "new" the latter. */
export function changes(from: string, to: string): Stretch[] {
  const parts = diffWordsWithSpace(from, to, { timeout: PATIENCE }) as
    readonly { value: string; added: boolean; removed: boolean }[] | undefined;
  if (!parts) return stretches(from, to);
  return calmed(
    parts.map(({ value, added, removed }) => ({ kind: added ? 'new' : removed ? 'gone' : 'same', text: value })),
  );
}

/** Changes that a few common words tear apart become one. */
function calmed(parts: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  let gone = '';
  let added = '';
  const flush = (): void => {
    result.push(...stretches(gone, added));
    gone = added = '';
  };
  parts.forEach(({ kind, text }, i) => {
    const between = gone + added !== '' && i < parts.length - 1;
    if (kind === 'gone') gone += text;
    else if (kind === 'new') added += text;
    else if (between && wordsIn(text) < WORDS_IN_COMMON && !text.includes('\n')) {
      gone += text;
      added += text;
    } else {
      flush();
      result.push({ kind, text });
    }
  });
  flush();
  return result;
}

const stretches = (gone: string, added: string): Stretch[] => [
  ...(gone ? [{ kind: 'gone', text: gone } as const] : []),
  ...(added ? [{ kind: 'new', text: added } as const] : []),
];

export const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;
