import { diffWordsWithSpace } from 'diff';

/** A part that both texts share, or that only the old or only the new text has. */
export interface DiffSegment {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** If the comparison takes longer, the whole text counts as changed. */
const DIFF_TIMEOUT_MS = 400;
/** Two changes with fewer common words between them are easier to read as one. */
const MIN_COMMON_WORDS = 3;

/** Compares two texts by words. The "same" and "removed" parts give the old text, the "same" and "added" parts the new one. */
export function diffTexts(from: string, to: string): DiffSegment[] {
  const parts = diffWordsWithSpace(from, to, { timeout: DIFF_TIMEOUT_MS }) as
    readonly { value: string; added: boolean; removed: boolean }[] | undefined;
  if (!parts) return toSegments(from, to);
  return mergeCloseChanges(
    parts.map(({ value, added, removed }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text: value })),
  );
}

/** Merges changes that only a few common words separate. */
function mergeCloseChanges(parts: readonly DiffSegment[]): DiffSegment[] {
  const result: DiffSegment[] = [];
  let removed = '';
  let added = '';
  const flush = (): void => {
    result.push(...toSegments(removed, added));
    removed = added = '';
  };
  parts.forEach(({ kind, text }, i) => {
    const isBetweenChanges = removed + added !== '' && i < parts.length - 1;
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else if (isBetweenChanges && countTextWords(text) < MIN_COMMON_WORDS && !text.includes('\n')) {
      removed += text;
      added += text;
    } else {
      flush();
      result.push({ kind, text });
    }
  });
  flush();
  return result;
}

const toSegments = (removed: string, added: string): DiffSegment[] => [
  ...(removed ? [{ kind: 'removed', text: removed } as const] : []),
  ...(added ? [{ kind: 'added', text: added } as const] : []),
];

export const countTextWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
