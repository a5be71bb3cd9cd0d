import type { SearchState } from '../../state/channels.ts';
import { getLevel } from '../../state/hypothesis.ts';
import { MIN_COMPARED_QUERIES } from '../final/compareShortened.ts';
import { countQueries, countReserved, splitHeldOut, type QueryCounts } from '../final/heldOutQueries.ts';
import { type ResolvedSearchOptions } from '../searchOptions.ts';
import {
  countFinalEvaluations,
  countShorteningEvaluations,
  fitFinalToShare,
  type ResolvedFinal,
} from '../finalOptions.ts';

// The final takes its calls out of the search's, so that both together cost no more than the paper's search. After each
// level the calls of the paper's search are estimated from the run so far. The final comes when only its own calls are left.
// The paper asks a new query on every level and rewrites each prompt that is not kept M times. So only a level that follows
// a new query tells how many prompts the paper's search would keep: a query that is asked again is a hard one.

/** How far a search has come. */
export interface SearchProgress {
  /** Levels after the root's. */
  level: number;
  /** Calls so far: rewrites, responses, judgements and selections of rewards. */
  calls: number;
  paper: PaperLevels;
  queries: QueryCounts;
}

/** What the paper's search would have taken on the levels that follow a new query. */
export interface PaperLevels {
  levels: number;
  /** Judgements of these levels, if each prompt that is not kept were rewritten M times. */
  judgements: number;
  /** Those of these levels that add to the depth, at most `maxDepthIncrease`. */
  depthIncreases: number;
}

/** What one level took. */
interface LevelCost {
  /** Prompts of the beam before it that were rewritten, and those that were kept. */
  rewrites: number;
  kept: number;
  judgements: number;
  /** Whether the level adds to the depth. */
  addsDepth: boolean;
  /** Whether the level asked a new query. */
  fresh: boolean;
  /** Whether the level before it asked a new query, as every level of the paper does. */
  matchesPaper: boolean;
}

/** The options of a search that its cost depends on. */
export type SearchSize = Pick<
  ResolvedSearchOptions,
  'beamWidth' | 'actions' | 'depth' | 'maxDepthIncrease' | 'final' | 'finalInSearch' | 'keepsFinalSize'
>;

/** The calls of the root's level: its rewards, its response and its judgement. */
const ROOT_CALLS = 3;

/**
 * What is assumed before there are levels to count, worth `levels` of them. The nine published runs rewrote 0.8 prompts a
 * level, and 0.65 of their levels added to the depth. The lower share here keeps a search from spending too much.
 */
const PAPER_LEVEL_PRIOR = { levels: 2, rewritten: 0.8, depthIncreases: 0.5 };

/** Collects how far a search has come. */
export const toSearchProgress = ({ candidates, progress, queries }: typeof SearchState.State): SearchProgress => ({
  level: getLevel(candidates),
  calls: progress.calls,
  paper: progress.paper,
  queries: countQueries(queries),
});

/** Adds a level to the progress of a search. */
export function addLevelCost(
  { calls, paper }: Pick<SearchProgress, 'calls' | 'paper'>,
  { rewrites, kept, judgements, addsDepth, fresh, matchesPaper }: LevelCost,
  { actions, maxDepthIncrease }: Pick<ResolvedSearchOptions, 'actions' | 'maxDepthIncrease'>,
): Pick<SearchProgress, 'calls' | 'paper'> {
  const next = {
    levels: paper.levels + 1,
    judgements: paper.judgements + kept + rewrites * actions,
    depthIncreases: Math.min(maxDepthIncrease, paper.depthIncreases + (addsDepth ? 1 : 0)),
  };
  return { calls: calls + countLevelCalls(rewrites, judgements, fresh), paper: matchesPaper ? next : paper };
}

/** Counts the calls of a level. Each judgement needs a response. A new query needs its rewards selected. */
export const countLevelCalls = (rewrites: number, judgements: number, fresh: boolean): number =>
  rewrites + 2 * judgements + (fresh ? 1 : 0);

/** Whether the final is due: more than half of the next level's calls would be missing to the final. */
export const isFinalDue = (progress: SearchProgress, nextCalls: number, options: SearchSize): boolean =>
  fitFinalInSearch(progress, options) !== null && nextCalls > 2 * countCallsLeft(progress, options);

/** Estimates how many levels are left to the search, before the final if there is one. */
export function countLevelsLeft(progress: SearchProgress, options: SearchSize): number {
  const { levels, callsPerLevel } = estimatePaperSearch(progress, options);
  const left = Math.max(0, levels - progress.level);
  if (!options.finalInSearch) return left;
  const prior = PAPER_LEVEL_PRIOR.levels;
  const ownCallsPerLevel = (progress.calls - ROOT_CALLS + prior * callsPerLevel) / (progress.level + prior);
  return Math.min(left, Math.max(0, countCallsLeft(progress, options) / ownCallsPerLevel));
}

/** Fits the final to the queries that are held out and, if it does not keep its sizes, to the search. Null: there is no final. */
export const fitFinal = (progress: SearchProgress, options: SearchSize): ResolvedFinal | null =>
  options.keepsFinalSize ? fitToQueries(options.final, progress, options) : fitFinalInSearch(progress, options);

/** Fits the final whose calls come out of the search's to the size of the paper's search. */
function fitFinalInSearch(progress: SearchProgress, options: SearchSize): ResolvedFinal | null {
  if (!options.finalInSearch) return null;
  const { judgementsPerLevel, levels } = estimatePaperSearch(progress, options);
  return fitToQueries(fitFinalToShare(options.finalInSearch, 1 + levels * judgementsPerLevel), progress, options);
}

function fitToQueries(
  final: ResolvedFinal | null,
  { queries }: SearchProgress,
  options: SearchSize,
): ResolvedFinal | null {
  if (!final) return null;
  const own = queries.proof;
  const numbers = Array.from({ length: countReserved(queries, options) + own }, (_, i) => i);
  const { selection, proof } = splitHeldOut(numbers.slice(own), numbers.slice(0, own), final);
  if (selection.length === 0) return null;
  return { ...final, selectionQueries: selection.length, proof: { ...final.proof, maxQueries: proof.length } };
}

/** Estimates the calls that are left to the search: those of the paper's search without those made and the final's. */
function countCallsLeft(progress: SearchProgress, options: SearchSize): number {
  const { levels, callsPerLevel } = estimatePaperSearch(progress, options);
  const final = fitFinalInSearch(progress, options);
  const finalCalls = final ? 2 * countFinalEvaluations(final) + final.selectionQueries + final.proof.maxQueries : 0;
  return ROOT_CALLS + levels * callsPerLevel - progress.calls - finalCalls;
}

/** Few prompts have as many sections as cuts may be tried, and a cut that loses answers few queries, so half is expected. */
const SHORTENING_SHARE = 0.5;

/** What a search and its final are made of. */
export interface ExpectedWork {
  rewrites: number;
  /** Responses with their judgements. */
  evaluations: number;
  /** Queries whose rewards are selected. */
  queries: number;
}

/** Estimates a search and its final before the search begins. */
export function estimateWork(options: SearchSize, queries: QueryCounts): ExpectedWork {
  const start = { level: 0, calls: 0, paper: { levels: 0, judgements: 0, depthIncreases: 0 }, queries };
  const { levels, judgementsPerLevel, rewritesPerLevel } = estimatePaperSearch(start, options);
  const search = {
    rewrites: levels * rewritesPerLevel,
    evaluations: 1 + levels * judgementsPerLevel,
    queries: 1 + levels,
  };
  const final = fitFinal(start, options);
  if (!final) return search;
  const isTried = final.selectionQueries + final.proof.maxQueries >= MIN_COMPARED_QUERIES;
  const cuts = isTried ? SHORTENING_SHARE * countShorteningEvaluations(final) : 0;
  if (options.finalInSearch) return { ...search, evaluations: search.evaluations + cuts };
  return {
    ...search,
    evaluations: search.evaluations + countFinalEvaluations(final) + cuts,
    queries: search.queries + final.selectionQueries + final.proof.maxQueries,
  };
}

/** The paper's search as a whole, estimated from this run: its levels after the root's, and what each takes. */
interface PaperSearch {
  levels: number;
  judgementsPerLevel: number;
  rewritesPerLevel: number;
  callsPerLevel: number;
}

function estimatePaperSearch(
  { paper, queries }: SearchProgress,
  { beamWidth, actions, depth, maxDepthIncrease }: SearchSize,
): PaperSearch {
  const prior = PAPER_LEVEL_PRIOR;
  const beam = Math.min(beamWidth, actions);
  const seen = paper.levels + prior.levels;
  const assumedJudgements = beam + Math.min(beam, prior.rewritten) * (actions - 1);
  const judgementsPerLevel = (paper.judgements + prior.levels * assumedJudgements) / seen;
  const rewritesPerLevel = Math.max(0, actions > 1 ? (judgementsPerLevel - beam) / (actions - 1) : beam);
  const increaseShare = Math.min(0.99, (paper.depthIncreases + prior.levels * prior.depthIncreases) / seen);
  const levels = Math.min((depth - 1) / (1 - increaseShare), depth - 1 + maxDepthIncrease, queries.training - 1);
  return {
    levels: Math.max(0, levels),
    judgementsPerLevel,
    rewritesPerLevel,
    callsPerLevel: countLevelCalls(rewritesPerLevel, judgementsPerLevel, true),
  };
}
