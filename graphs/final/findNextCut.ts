import type { Finalist, CutProgress } from '../../state/final.ts';
import { listKeptSections } from '../../state/keptPassages.ts';
import { isWithin, listSections, removeSections } from './listSections.ts';

/** What stands without words: the mark of an item whose text is left out. */
const BARE_MARK = /^[ \t]*(?:[-*+•–]|\p{N}{1,3}[.)])[ \t]*$/mu;

/**
 * Finds the next section of the winner to leave out besides those that are left out. Passages that must be kept stay, and the
 * first prompt is no shortened one. Null: no section is left.
 */
export function findNextCut(
  winner: Pick<Finalist, 'id' | 'prompt'>,
  first: string,
  { tried, removed, cut }: CutProgress,
  mustKeep: readonly string[],
): CutProgress['cut'] {
  const sections = listSections(winner.prompt);
  const out = sections.filter((_, i) => removed.includes(i));
  const kept = [...mustKeep, ...listKeptSections(winner.prompt)];
  const isAllowed = (prompt: string): boolean =>
    /\p{L}/u.test(prompt) &&
    !BARE_MARK.test(prompt) &&
    collapseSpaces(prompt) !== collapseSpaces(first) &&
    kept.every((passage) => prompt.includes(passage));
  for (const [section, range] of sections.entries()) {
    if (section <= (cut?.section ?? -1) || out.some((other) => isWithin(range, other))) continue;
    const prompt = removeSections(winner.prompt, [...out, range]);
    if (isAllowed(prompt)) return { id: `${winner.id}~${tried + 1}`, section, prompt };
  }
  return null;
}

const collapseSpaces = (text: string): string => text.replace(/\s+/g, ' ').trim();
