import type { Candidate, Lineage } from '../../state/hypothesis.ts';
import { fingerprintPrompt } from '../../state/promptFingerprint.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Points by which a rewrite must score below a sibling on the same query to have failed: about two standard deviations of noise. */
const FAILED_EDIT_MARGIN_POINTS = 1;
/** Lines of an edit that are remembered, and characters of a line. Longer lines are left out, not cut. */
const MAX_EDIT_LINES = 3;
const MAX_LINE_CHARACTERS = 240;

/**
 * Records in each prompt of the beam what failed in its siblings, and the fingerprints of all prompts of the level.
 * The optimizer learns of both when it rewrites their children.
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

/** Lists the fingerprints that the rewrites of a child may not repeat: earlier levels and its siblings, the newest `limit`. */
export const listKnownPrompts = (
  { knownPrompts, levelPrompts }: Lineage,
  siblings: readonly string[],
  limit: number,
): string[] =>
  limit === 0 ? [] : [...new Set([...knownPrompts, ...levelPrompts, ...siblings.map(fingerprintPrompt)])].slice(-limit);

/** Finds what siblings added to their common parent that scored clearly lower than this candidate on the same query. */
function findFailedEdits({ id, parent, prompt, reward }: Candidate, level: readonly Candidate[]): string[] {
  if (reward === null) return [];
  return level
    .filter(
      (s) => s.parent === parent && s.id !== id && s.reward !== null && s.reward <= reward - FAILED_EDIT_MARGIN_POINTS,
    )
    .flatMap((s) => extractAddedLines(s, prompt) ?? []);
}

/** Extracts the lines of a rewrite that neither its parent nor its better sibling has. Null: there are none. */
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

/** Merges the failed edits a parent knew with those of its own level, each once, the newest `failedEditsShown`. */
export const mergeFailedEdits = (
  failedEdits: readonly string[],
  levelFailedEdits: readonly string[],
  failedEditsShown: number,
): string[] =>
  failedEditsShown === 0 ? [] : [...new Set([...failedEdits, ...levelFailedEdits])].slice(-failedEditsShown);
