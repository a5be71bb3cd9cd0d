import { diffWordsWithSpace } from 'diff';

/** A stretch of two texts: in both, only in the former, or only in the latter. */
export interface DiffSegment {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

/** Beyond this many milliseconds two texts are told apart as wholes. */
const DIFF_TIMEOUT_MS = 400;
/** Fewer words than this in common between two changes make the change harder, not easier, to read. */
const MIN_COMMON_WORDS = 3;

/** What changed from one text to another, word by word. "same" and "gone" make up the former text, "same" and "new" the latter. */
export function diffTexts(from: string, to: string): DiffSegment[] {
  const parts = diffWordsWithSpace(from, to, { timeout: DIFF_TIMEOUT_MS }) as
    readonly { value: string; added: boolean; removed: boolean }[] | undefined;
  if (!parts) return toSegments(from, to);
  return mergeCloseChanges(
    parts.map(({ value, added, removed }) => ({ kind: added ? 'new' : removed ? 'gone' : 'same', text: value })),
  );
}

/** Changes that a few common words tear apart become one. */
function mergeCloseChanges(parts: readonly DiffSegment[]): DiffSegment[] {
  const result: DiffSegment[] = [];
  let gone = '';
  let added = '';
  const flush = (): void => {
    result.push(...toSegments(gone, added));
    gone = added = '';
  };
  parts.forEach(({ kind, text }, i) => {
    const between = gone + added !== '' && i < parts.length - 1;
    if (kind === 'gone') gone += text;
    else if (kind === 'new') added += text;
    else if (between && countTextWords(text) < MIN_COMMON_WORDS && !text.includes('\n')) {
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

const toSegments = (gone: string, added: string): DiffSegment[] => [
  ...(gone ? [{ kind: 'gone', text: gone } as const] : []),
  ...(added ? [{ kind: 'new', text: added } as const] : []),
];

export const countTextWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
