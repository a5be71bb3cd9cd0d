import { isPerfect } from '../../state/judgement.ts';
import type { Candidate, CandidateDraft } from '../../state/hypothesis.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { listKnownPrompts, mergeFailedEdits } from './failedEdits.ts';

/** Says why a candidate keeps its prompt on the next query. Null: it is rewritten. */
export function findKeepReason(
  { evaluation, reward }: Candidate,
  { keepPromptAbove }: Pick<ResolvedSearchOptions, 'keepPromptAbove'>,
): 'missing' | 'good' | null {
  if (Object.keys(evaluation).length === 0) return 'missing';
  return isPerfect(evaluation) || (reward ?? 0) > keepPromptAbove ? 'good' : null;
}

/** Counts the rewrites of each prompt of a beam, best first: none if it is kept, M for the best that is not, fewer for the rest. */
export function countRewrites(beam: readonly Candidate[], options: ResolvedSearchOptions): number[] {
  const counts = beam.map((c) => (findKeepReason(c, options) ? 0 : options.runnerUpActions));
  const best = counts.findIndex((count) => count > 0);
  return counts.map((count, rank) => (rank === best ? options.actions : count));
}

/** Makes the children of a candidate: its rewrites, or the kept prompt if there is no usable rewrite. */
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

/** Makes a candidate's kept prompt its child 0. The level adds to the depth if the prompt was good. */
export function makeKeptDraft(
  parent: Candidate,
  query: string,
  index: number,
  options: ResolvedSearchOptions,
): CandidateDraft {
  const reason = findKeepReason(parent, options);
  // the reference counts a missing judgement as a good one here
  const addsDepth = reason === 'good' || (reason === 'missing' && options.missingJudgementScore === 0);
  return makeChildDraft(parent, [parent.prompt], query, index, 0, options, addsDepth);
}

/** Makes the rewrites of a candidate its children, numbered from 0. */
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
  const { lineage } = parent;
  const former = parent.depth === 0 ? [parent.prompt] : lineage.history;
  const history = options.distinctHistory ? former.filter((p) => p !== prompt) : former;
  return {
    id: `${parent.id}.${child}`,
    parent: parent.id,
    depth: parent.depth + 1,
    index,
    prompt,
    query,
    lineage: {
      ...lineage,
      rewritten: prompt !== parent.prompt,
      history: [...history, prompt].slice(-options.historyLength),
      failedEdits: mergeFailedEdits(lineage.failedEdits, lineage.levelFailedEdits, options.failedEditsShown),
      levelFailedEdits: [],
      knownPrompts: listKnownPrompts(lineage, prompts, options.knownPromptsLimit),
      levelPrompts: [],
      addsDepth,
    },
  };
}

/** Collects what the optimizer reads to rewrite a candidate `actions` times. */
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
