import { isPerfect } from '../../state/judgement.ts';
import { mean } from '../../statistics/mean.ts';
import type { Aggregate, Candidate, Draft, Lineage } from '../../state/hypothesis.ts';
import { remembered, triedBefore } from './failedEdits.ts';
import type { Search } from '../searchOptions.ts';
import { safeFirst } from '../safety.ts';

/**
 * The level's candidates, best first. Equals keep their order: the earlier parent, then the earlier sample (a stable
 * descending sort, algorithm.md 1.6). A missing reward is never a zero: for ranking, the level's mean stands in for it.
 */
export function ranked(candidates: readonly Candidate[], aggregate: Aggregate): Candidate[] {
  const levelMean = mean(candidates.flatMap((c) => (c.reward === null ? [] : [c.reward])));
  return candidates
    .map((c) => (c.reward === null && levelMean !== null ? { ...c, lineage: withStandIn(c.lineage, levelMean) } : c))
    .map((c) => ({ c, rank: rankOf(c, aggregate, levelMean) }))
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ c }) => c);
}

/** A level in its order, the unsafe last: by what is thought of each (graphs/beam/estimateLevel.ts), or by its path's value. */
export const inOrder = (level: readonly Candidate[], { rankBy, aggregate, safetyFloor }: Search): Candidate[] =>
  safeFirst(rankBy === 'estimate' ? byEstimate(level) : ranked(level, aggregate), safetyFloor);

const byEstimate = (level: readonly Candidate[]): Candidate[] =>
  level.toSorted((a, b) => b.lineage.quality.mean - a.lineage.quality.mean);

const withStandIn = (path: Lineage, reward: number): Lineage => ({
  ...path,
  standing: path.standing + reward,
  levels: path.levels + 1,
});

function rankOf({ reward, lineage }: Candidate, aggregate: Aggregate, levelMean: number | null): number {
  if (aggregate === 'last') return reward ?? levelMean ?? 0;
  return lineage.levels === 0 ? 0 : lineage.standing / lineage.levels;
}

/** Why a hypothesis keeps its prompt on the next query instead of being rewritten; null where it is rewritten. */
export function keepReason(
  { evaluation, reward }: Candidate,
  { keepAbove }: Pick<Search, 'keepAbove'>,
): 'missing' | 'good' | null {
  if (Object.keys(evaluation).length === 0) return 'missing';
  return isPerfect(evaluation) || (reward ?? 0) > keepAbove ? 'good' : null;
}

/** How many rewrites of each of a beam, best first, are asked for: none of a prompt that is kept, M of the best that is not. */
export function rewritesWanted(beam: readonly Candidate[], options: Search): number[] {
  const wanted = beam.map((c) => (keepReason(c, options) ? 0 : options.actionsBelow));
  const best = wanted.findIndex((n) => n > 0);
  return wanted.map((n, rank) => (rank === best ? options.actions : n));
}

/** The kept prompt as child 0 of its parent. It adds to the depth where there was nothing to mend (or, in the reference, nothing to go by). */
export function keptDraft(parent: Candidate, query: string, place: number, options: Search): Draft {
  const reason = keepReason(parent, options);
  const skipped = reason === 'good' || (reason === 'missing' && options.failed === 0);
  return draft(parent, [parent.prompt], query, place, 0, options, skipped);
}

/** The rewrites as children of their parent, numbered from 0. */
export const rewrittenDrafts = (
  parent: Candidate,
  prompts: readonly string[],
  query: string,
  place: number,
  options: Search,
): Draft[] => prompts.map((_, i) => draft(parent, prompts, query, place + i, i, options, false));

function draft(
  parent: Candidate,
  prompts: readonly string[],
  query: string,
  place: number,
  child: number,
  options: Search,
  skipped: boolean,
): Draft {
  const prompt = prompts[child] ?? parent.prompt;
  const former = parent.depth === 0 ? [parent.prompt] : parent.lineage.history;
  const all = options.distinctHistory ? [...former.filter((p) => p !== prompt), prompt] : [...former, prompt];
  return {
    id: `${parent.id}.${child}`,
    parent: parent.id,
    depth: parent.depth + 1,
    place,
    prompt,
    query,
    lineage: {
      ...parent.lineage,
      rewritten: prompt !== parent.prompt,
      history: all.slice(-options.history),
      failed: remembered(parent.lineage.failed, parent.lineage.lessons, options.memory),
      lessons: [],
      tried: triedBefore(parent.lineage, prompts, options.tried),
      level: [],
      skipped,
    },
  };
}

/** What rewriting a hypothesis so many times reads. */
export const rewriteReads = ({ prompt, query, response, evaluation, lineage }: Candidate, actions: number) => ({
  prompt,
  query,
  response,
  evaluation,
  history: lineage.history,
  ...(lineage.failed.length > 0 && { failed: lineage.failed }),
  ...(lineage.tried.length > 0 && { tried: lineage.tried }),
  actions,
});

/** The children of a hypothesis: its rewrites, or the kept prompt where none is of use. */
export const childrenOf = (
  parent: Candidate,
  prompts: readonly string[],
  query: string,
  place: number,
  options: Search,
): Draft[] =>
  prompts.length ? rewrittenDrafts(parent, prompts, query, place, options) : [keptDraft(parent, query, place, options)];
