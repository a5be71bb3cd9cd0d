import type { SearchState } from '../../state/channels.ts';
import { getLevel } from '../../state/hypothesis.ts';
import { countReserved } from '../final/heldOutQueries.ts';
import { countFinalEvaluations, shrinkFinal, type FinalOptions, type ResolvedSearchOptions } from '../searchOptions.ts';

/** How far a search has come. */
export interface SearchProgress {
  /** Levels after the root's. */
  level: number;
  /** Calls so far: rewrites, answers, judgements, and rewards selected. */
  calls: number;
  paper: PaperLevels;
  /** Training queries in all. */
  queries: number;
}

/**
 * Of the levels that come after a query asked for the first time, as all do in the paper: how many, the judgements they
 * would take with everything rewritten M times, and those that kept a prompt (as many as may add to the depth at most).
 */
export interface PaperLevels {
  levels: number;
  judgements: number;
  depthIncreases: number;
}

/** Collects how far a search has come. */
export const toSearchProgress = ({ candidates, progress, queries }: typeof SearchState.State): SearchProgress => ({
  level: getLevel(candidates),
  calls: progress.calls,
  paper: progress.paper,
  queries: queries.length,
});

/** Another level: hypotheses of the beam before that were rewritten, and that kept their prompt; what came of them and was judged. */
interface LevelCost {
  rewrites: number;
  kept: number;
  judgements: number;
  /** Whether it adds to the depth. */
  addsDepth: boolean;
  /** Whether it was the first to ask its query, and whether the level before it was. */
  fresh: boolean;
  matchesPaper: boolean;
}

/** With another level. */
export function addLevelCost(
  { calls, paper }: Pick<SearchProgress, 'calls' | 'paper'>,
  { rewrites, kept, judgements, addsDepth, fresh, matchesPaper }: LevelCost,
  { actions, maxDepthIncrease }: Pick<ResolvedSearchOptions, 'actions' | 'maxDepthIncrease'>,
): Pick<SearchProgress, 'calls' | 'paper'> {
  const levelInPaper = {
    levels: paper.levels + 1,
    judgements: paper.judgements + kept + rewrites * actions,
    depthIncreases: Math.min(maxDepthIncrease, paper.depthIncreases + (addsDepth ? 1 : 0)),
  };
  return { calls: calls + countLevelCalls(rewrites, judgements, fresh), paper: matchesPaper ? levelInPaper : paper };
}

/** Rewrites, answers and judgements, and its query's rewards where they are not known yet. */
export const countLevelCalls = (rewrites: number, judgements: number, fresh: boolean): number =>
  rewrites + 2 * judgements + (fresh ? 1 : 0);

/** What of a search's options counts here. */
export type SearchSize = Pick<ResolvedSearchOptions, 'beamWidth' | 'actions' | 'depth' | 'maxDepthIncrease' | 'final'>;

/**
 * What is taken for so many levels before there are any: prompts rewritten a level as in the nine published runs
 * (docs/algorithm.md#noise-in-the-published-runs), and the share of levels that add to the depth, theirs (0.65) with a margin, so as not to spend too much.
 */
const PAPER_LEVEL_PRIOR = { levels: 2, rewritten: 0.8, raising: 0.5 };

/** The calls of the root: its rewards, its answer, its judgement. */
export const ROOT_CALLS = 3;

/** The paper's search as a whole, as this one has gone so far: its levels after the root's, and what each takes. */
interface PaperSearch {
  levels: number;
  judgementsPerLevel: number;
  callsPerLevel: number;
}

function estimatePaperSearch(
  { paper, queries }: SearchProgress,
  { beamWidth, actions, depth, maxDepthIncrease }: SearchSize,
): PaperSearch {
  const beam = Math.min(beamWidth, actions);
  const usual = beam + Math.min(beam, PAPER_LEVEL_PRIOR.rewritten) * (actions - 1);
  const seen = paper.levels + PAPER_LEVEL_PRIOR.levels;
  const judgements = (paper.judgements + PAPER_LEVEL_PRIOR.levels * usual) / seen;
  const rewrites = actions > 1 ? (judgements - beam) / (actions - 1) : beam;
  const raising = Math.min(0.99, (paper.depthIncreases + PAPER_LEVEL_PRIOR.levels * PAPER_LEVEL_PRIOR.raising) / seen);
  const levels = Math.min((depth - 1) / (1 - raising), depth - 1 + maxDepthIncrease, queries - 1);
  return {
    levels: Math.max(0, levels),
    judgementsPerLevel: judgements,
    callsPerLevel: 2 * judgements + Math.max(0, rewrites) + 1,
  };
}

/** The final as it fits this search, which keeps more or fewer prompts than another, and the queries held out for it. */
export function fitFinal(spent: SearchProgress, options: SearchSize): FinalOptions | null {
  if (!options.final) return null;
  const { judgementsPerLevel: judgements, levels } = estimatePaperSearch(spent, options);
  const held = countReserved(spent.queries, options.final.selectionQueries + options.final.proof.maxQueries);
  const fit = shrinkFinal(options.final, 1 + levels * judgements);
  const queries = Math.min(fit.selectionQueries, Math.max(1, held - 2));
  return held < 1
    ? null
    : { ...fit, selectionQueries: queries, proof: { maxQueries: Math.min(fit.proof.maxQueries, held - queries) } };
}

/** Calls that are left of the paper's search once the final has its own: of its judgements, and for the rewards of its queries. */
function countCallsLeft(spent: SearchProgress, options: SearchSize): number {
  const { levels, callsPerLevel: calls } = estimatePaperSearch(spent, options);
  const final = fitFinal(spent, options);
  const reserve = final ? 2 * countFinalEvaluations(final) + final.selectionQueries + final.proof.maxQueries : 0;
  return ROOT_CALLS + levels * calls - spent.calls - reserve;
}

/** Levels that the final leaves to the search, all its own if there is none: a guess that shrinks to 0 as its share is used up. */
export function countLevelsLeft(spent: SearchProgress, options: SearchSize): number {
  const { levels, callsPerLevel: calls } = estimatePaperSearch(spent, options);
  const left = Math.max(0, levels - spent.level);
  if (!options.final) return left;
  const each = (spent.calls - ROOT_CALLS + PAPER_LEVEL_PRIOR.levels * calls) / (spent.level + PAPER_LEVEL_PRIOR.levels);
  return Math.min(left, Math.max(0, countCallsLeft(spent, options) / each));
}

/**
 * Whether the next level, of so many calls, and the final would together take more than the paper's search takes in the end,
 * as this one has gone so far, by more than half of that level. Kept prompts cost little: a search that keeps many goes deeper.
 */
export const isFinalDue = (spent: SearchProgress, next: number, options: SearchSize): boolean =>
  fitFinal(spent, options) !== null && next > 2 * countCallsLeft(spent, options);
