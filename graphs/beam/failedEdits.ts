import type { Candidate, Lineage } from '../../state/hypothesis.ts';
import { fingerprintPrompt } from '../../state/promptFingerprint.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Points by which a rewrite must lie below a sibling, on the same query, to have failed: about two standard deviations of their noise. */
const FAILED_EDIT_MARGIN_POINTS = 1;
/** Of an edit, this many of its lines are remembered, each of this many characters at most; longer ones are left out, not cut. */
const MAX_EDIT_LINES = 3;
const MAX_LINE_CHARACTERS = 240;

/**
 * A level with what its survivors' siblings have shown not to work, and with which prompts were tried in it; their children
 * know of both when they are rewritten.
 */
export function recordFailedEdits(
  level: readonly Candidate[],
  {
    beamWidth,
    failedEditsShown,
    knownPromptsLimit,
  }: Pick<ResolvedSearchOptions, 'beamWidth' | 'failedEditsShown' | 'knownPromptsLimit'>,
): Candidate[] {
  const levelPrompts = knownPromptsLimit > 0 ? [...new Set(level.map((c) => fingerprintPrompt(c.prompt)))] : [];
  return level.map((c, index) => {
    if (index >= beamWidth) return c;
    const lineage: Lineage = {
      ...c.lineage,
      levelFailedEdits: failedEditsShown > 0 ? findFailedEdits(c, level) : [],
      levelPrompts,
    };
    return { ...c, lineage };
  });
}

/** Prompts a child's own rewrites may not repeat: those of the levels before, and of its siblings; the newest so many. */
export const listKnownPrompts = (
  { knownPrompts, levelPrompts }: Lineage,
  siblings: readonly string[],
  most: number,
): string[] =>
  most === 0 ? [] : [...new Set([...knownPrompts, ...levelPrompts, ...siblings.map(fingerprintPrompt)])].slice(-most);

/** What siblings added to their common parent that did worse than this one on the same query. */
function findFailedEdits({ id, parent, prompt, reward }: Candidate, level: readonly Candidate[]): string[] {
  if (reward === null) return [];
  return level
    .filter(
      (s) => s.parent === parent && s.id !== id && s.reward !== null && s.reward <= reward - FAILED_EDIT_MARGIN_POINTS,
    )
    .flatMap((s) => extractAddedLines(s, prompt) ?? []);
}

/** The lines a rewrite has that neither its parent nor the better sibling has; null where there are none to tell. */
function extractAddedLines({ prompt, lineage }: Candidate, better: string): string | null {
  const known = new Set([...splitLines(lineage.history.at(-2) ?? ''), ...splitLines(better)]);
  const lines = splitLines(prompt).filter((line) => !known.has(line) && line.length <= MAX_LINE_CHARACTERS);
  return lines.length ? lines.slice(0, MAX_EDIT_LINES).join('\n') : null;
}

const splitLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What a child remembers: what its parent did, and what the parent's level has shown since; the newest so many, each once. */
export const mergeFailedEdits = (
  failedEdits: readonly string[],
  levelFailedEdits: readonly string[],
  failedEditsShown: number,
): string[] =>
  failedEditsShown === 0 ? [] : [...new Set([...failedEdits, ...levelFailedEdits])].slice(-failedEditsShown);
