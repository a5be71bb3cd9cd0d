import { INITIAL_PROGRESS } from '../state/channels.ts';
import { advanceQueue, pickNextQueries } from '../graphs/beam/querySchedule.ts';
import {
  countLevelCalls,
  isFinalDue,
  ROOT_CALLS,
  addLevelCost,
  type SearchSize,
  type SearchProgress,
} from '../graphs/beam/callBudget.ts';
import { EMPTY_QUEUE, type QueryQueue } from '../state/queryQueue.ts';

/** What decides how many calls a search takes: W, M and the rewrites of the beam's others, D and how much it may grow, the final, and the rest. */
export interface SearchShape extends SearchSize {
  runnerUpActions: number;
  revisitAfter: number | null;
  /** |X|: those the search may use, and all with those held out. */
  queries: number;
  allQueries: number;
  /** Share of the rewrites that are taken, 0 to 1: duplicates and empty ones are refused. 1 by default. */
  acceptedShare?: number;
  /** The first level after which the search may end early (patience, perfect rewards); never by default. */
  mayEndAt?: number;
}

/** One level of a search; in an expectation the counts are means and may be fractions. */
export interface WalkLevel {
  /** 0 for the root. */
  depth: number;
  /** How probable it is that the search gets here. */
  reachProbability: number;
  /** How probable it is that its query is asked for the first time, and the query's place. */
  freshProbability: number;
  queryIndex: number;
  /** Hypotheses of the beam before, those of them that keep their prompt, and the children of all, which are judged here. */
  expanded: number;
  kept: number;
  children: number;
  /** Requests for rewrites: of the hypotheses that do not keep their prompt, those not alike. */
  rewrites: number;
  /** How probable it is that any is rewritten: then the level takes three calls one after the other, else two. */
  rewriting: number;
  /** Rewrites of all the hypotheses that do not keep their prompt. */
  choices: number;
}
export type Walk = readonly WalkLevel[];

/** What happens to a beam: how many keep their prompt, and whether that adds to the depth (a kept prompt does as a rule). */
export interface KeepOutcome {
  kept: number;
  raises?: boolean;
  /** Hypotheses that ask for the very rewrites another asks for; none by default. */
  alike?: number;
}

export interface WalkState {
  level: number;
  beam: number;
  depthIncreases: number;
  /** Judgements so far, whole ones; whether any prompt has been rewritten. */
  evaluations: number;
  hasRewrites: boolean;
  /** What more than one way may lead to: calls, the levels that are as in the paper, and the queries as they stood a level before. */
  progress: Pick<SearchProgress, 'calls' | 'paper'>;
  queue: QueryQueue;
}
export const ROOT_STATE: WalkState = {
  level: 0,
  beam: 1,
  depthIncreases: 0,
  evaluations: 1,
  hasRewrites: false,
  progress: { ...INITIAL_PROGRESS, calls: ROOT_CALLS },
  queue: EMPTY_QUEUE,
};
export const ROOT_LEVEL: WalkLevel = {
  depth: 0,
  reachProbability: 1,
  freshProbability: 1,
  queryIndex: 0,
  expanded: 0,
  kept: 0,
  children: 1,
  rewrites: 0,
  rewriting: 0,
  choices: 0,
};

/** How hard a query is does not matter here. */
const ANY_DIFFICULTY = { mean: 0, variance: 0 };

export const hasEnded = (state: WalkState, shape: SearchShape): boolean =>
  state.level + 1 >= shape.depth + state.depthIncreases || findNextQuery(state, shape) === null;

/** The query of the next level, and whether it is asked for the first time; what is kept at this one does not touch it. */
export function findNextQuery(
  { queue: agenda, level }: WalkState,
  shape: SearchShape,
): { query: number; fresh: boolean } | null {
  const now = advanceQueue(agenda, level, null, shape);
  const [query] = pickNextQueries(now, level, 1, shape);
  return query === undefined ? null : { query, fresh: query === now.askedCount };
}

/** What a beam of so many brings: each kept prompt one child, the best of the others M, the rest of them their rewrites (docs/algorithm.md#depth-and-calls). */
export function countExpansion(
  beam: number,
  kept: number,
  { actions, runnerUpActions, acceptedShare: taken = 1 }: SearchShape,
) {
  const rewrites = beam - kept;
  const choices = rewrites > 0 ? actions + (rewrites - 1) * runnerUpActions : 0;
  return { rewrites, choices, children: kept + choices, judged: kept + taken * choices };
}

/** Whether the final comes before the next level, where so many keep their prompt. */
export function isFinalNext(state: WalkState, kept: number, shape: SearchShape): boolean {
  const spent = { ...state.progress, level: state.level, queries: shape.allQueries };
  return state.hasRewrites && isFinalDue(spent, countNextCalls(state, kept, shape), shape);
}

/** Calls of the next level, where so many keep their prompt. */
export function countNextCalls(state: WalkState, kept: number, shape: SearchShape): number {
  const { children, rewrites } = countExpansion(state.beam, kept, shape);
  return countLevelCalls(rewrites, children, findNextQuery(state, shape)?.fresh ?? false);
}

/** The next level; the best W go on. */
export function advanceState(
  state: WalkState,
  { kept, raises = kept > 0 }: KeepOutcome,
  shape: SearchShape,
): WalkState {
  const { level, beam, depthIncreases: raised, evaluations, hasRewrites: rewritten } = state;
  const { children, rewrites, judged } = countExpansion(beam, kept, shape);
  const agenda = advanceQueue(state.queue, level, kept === 0 ? ANY_DIFFICULTY : null, shape);
  const fresh = findNextQuery(state, shape)?.fresh ?? false;
  const taken = { rewrites, kept, judgements: judged, addsDepth: raises, fresh, matchesPaper: agenda.isFirstAsk };
  return {
    level: level + 1,
    beam: Math.min(shape.beamWidth, children),
    depthIncreases: Math.min(shape.maxDepthIncrease, raised + (raises ? 1 : 0)),
    evaluations: Math.round(evaluations + judged),
    hasRewrites: rewritten || kept < beam,
    progress: addLevelCost(state.progress, taken, shape),
    queue: agenda,
  };
}

/** The search in which `keptAt` says what is kept at each level; null ends it early. */
export function simulateWalk(shape: SearchShape, keptAt: (level: number, beam: number) => KeepOutcome | null): Walk {
  const walk: WalkLevel[] = [ROOT_LEVEL];
  for (let state = ROOT_STATE; !hasEnded(state, shape);) {
    const { level, beam } = state;
    const now = keptAt(level, beam);
    if (!now) break;
    const kept = Math.min(beam, now.kept);
    if (isFinalNext(state, kept, shape)) break;
    const { rewrites, choices, judged } = countExpansion(beam, kept, shape);
    const { query = 0, fresh } = findNextQuery(state, shape) ?? {};
    walk.push({
      depth: level + 1,
      reachProbability: 1,
      freshProbability: fresh ? 1 : 0,
      queryIndex: query,
      expanded: beam,
      kept,
      children: judged,
      rewrites: rewrites - (now.alike ?? 0),
      rewriting: rewrites > 0 ? 1 : 0,
      choices,
    });
    state = advanceState(state, { ...now, kept }, shape);
  }
  return walk;
}
