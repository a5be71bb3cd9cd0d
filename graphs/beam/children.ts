import { isPerfect } from '../../state/judgement.ts';
import type { Candidate, CandidateDraft } from '../../state/hypothesis.ts';
import { mergeFailedEdits, listKnownPrompts } from './failedEdits.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Why a hypothesis keeps its prompt on the next query instead of being rewritten; null where it is rewritten. */
export function findKeepReason(
  { evaluation, reward }: Candidate,
  { keepPromptAbove }: Pick<ResolvedSearchOptions, 'keepPromptAbove'>,
): 'missing' | 'good' | null {
  if (Object.keys(evaluation).length === 0) return 'missing';
  return isPerfect(evaluation) || (reward ?? 0) > keepPromptAbove ? 'good' : null;
}

/** How many rewrites of each of a beam, best first, are asked for: none of a prompt that is kept, M of the best that is not. */
export function countRewrites(beam: readonly Candidate[], options: ResolvedSearchOptions): number[] {
  const wanted = beam.map((c) => (findKeepReason(c, options) ? 0 : options.runnerUpActions));
  const best = wanted.findIndex((n) => n > 0);
  return wanted.map((n, rank) => (rank === best ? options.actions : n));
}

/** The kept prompt as child 0 of its parent. It adds to the depth where there was nothing to mend (or, in the reference, nothing to go by). */
export function makeKeptDraft(
  parent: Candidate,
  query: string,
  index: number,
  options: ResolvedSearchOptions,
): CandidateDraft {
  const reason = findKeepReason(parent, options);
  const addsDepth = reason === 'good' || (reason === 'missing' && options.missingJudgementScore === 0);
  return makeChildDraft(parent, [parent.prompt], query, index, 0, options, addsDepth);
}

/** The rewrites as children of their parent, numbered from 0. */
export const makeRewrittenDrafts = (
  parent: Candidate,
  prompts: readonly string[],
  query: string,
  index: number,
  options: ResolvedSearchOptions,
): CandidateDraft[] => prompts.map((_, i) => makeChildDraft(parent, prompts, query, index + i, i, options, false));

function makeChildDraft(
  parent: Candidate,
  prompts: readonly string[],
  query: string,
  index: number,
  child: number,
  options: ResolvedSearchOptions,
  addsDepth: boolean,
): CandidateDraft {
  const prompt = prompts[child] ?? parent.prompt;
  const former = parent.depth === 0 ? [parent.prompt] : parent.lineage.history;
  const all = options.distinctHistory ? [...former.filter((p) => p !== prompt), prompt] : [...former, prompt];
  return {
    id: `${parent.id}.${child}`,
    parent: parent.id,
    depth: parent.depth + 1,
    index,
    prompt,
    query,
    lineage: {
      ...parent.lineage,
      rewritten: prompt !== parent.prompt,
      history: all.slice(-options.historyLength),
      failedEdits: mergeFailedEdits(
        parent.lineage.failedEdits,
        parent.lineage.levelFailedEdits,
        options.failedEditsShown,
      ),
      levelFailedEdits: [],
      knownPrompts: listKnownPrompts(parent.lineage, prompts, options.knownPromptsLimit),
      levelPrompts: [],
      addsDepth,
    },
  };
}

/** What rewriting a hypothesis so many times reads. */
export const toRewriteInput = ({ prompt, query, response, evaluation, lineage }: Candidate, actions: number) => ({
  prompt,
  query,
  response,
  evaluation,
  history: lineage.history,
  ...(lineage.failedEdits.length > 0 && { failedEdits: lineage.failedEdits }),
  ...(lineage.knownPrompts.length > 0 && { knownPrompts: lineage.knownPrompts }),
  actions,
});

/** The children of a hypothesis: its rewrites, or the kept prompt where none is of use. */
export const makeChildren = (
  parent: Candidate,
  prompts: readonly string[],
  query: string,
  index: number,
  options: ResolvedSearchOptions,
): CandidateDraft[] =>
  prompts.length
    ? makeRewrittenDrafts(parent, prompts, query, index, options)
    : [makeKeptDraft(parent, query, index, options)];
