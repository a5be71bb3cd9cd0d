import { moved, upcoming } from '../graphs/beam/querySchedule.ts';
import {
  callsOfLevel,
  finalIsDue,
  NOTHING_SPENT,
  ROOT_CALLS,
  spentAfter,
  type Sized,
  type Spent,
} from '../graphs/beam/callBudget.ts';
import { NOTHING_ASKED, type Agenda } from '../state/queryQueue.ts';

/** What decides how many calls a search takes: W, M and the rewrites of the beam's others, D and how much it may grow, the final, and the rest. */
export interface Shape extends Sized {
  actionsBelow: number;
  revisitAfter: number | null;
  /** |X|: those the search may use, and all with those held out. */
  queries: number;
  allQueries: number;
  /** Share of the rewrites that are taken, 0 to 1: duplicates and empty ones are refused. 1 by default. */
  taken?: number;
  /** The first level after which the search may end early (patience, perfect rewards); never by default. */
  mayEndAt?: number;
}

/** One level of a search; in an expectation the counts are means and may be fractions. */
export interface Level {
  /** 0 for the root. */
  depth: number;
  /** How probable it is that the search gets here. */
  reached: number;
  /** How probable it is that its query is asked for the first time, and the query's place. */
  fresh: number;
  query: number;
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
export type Walk = readonly Level[];

/** What happens to a beam: how many keep their prompt, and whether that adds to the depth (a kept prompt does as a rule). */
export interface Keeping {
  kept: number;
  raises?: boolean;
  /** Hypotheses that ask for the very rewrites another asks for; none by default. */
  alike?: number;
}

export interface State {
  level: number;
  beam: number;
  raised: number;
  /** Judgements so far, whole ones; whether any prompt has been rewritten. */
  evaluations: number;
  rewritten: boolean;
  /** What more than one way may lead to: calls, the levels that are as in the paper, and the queries as they stood a level before. */
  spent: Pick<Spent, 'calls' | 'paper'>;
  agenda: Agenda;
}
export const ROOT: State = {
  level: 0,
  beam: 1,
  raised: 0,
  evaluations: 1,
  rewritten: false,
  spent: { ...NOTHING_SPENT, calls: ROOT_CALLS },
  agenda: NOTHING_ASKED,
};
export const ROOT_LEVEL: Level = {
  depth: 0,
  reached: 1,
  fresh: 1,
  query: 0,
  expanded: 0,
  kept: 0,
  children: 1,
  rewrites: 0,
  rewriting: 0,
  choices: 0,
};

/** How hard a query is does not matter here. */
const SOME = { mean: 0, variance: 0 };

export const ended = (state: State, shape: Shape): boolean =>
  state.level + 1 >= shape.depth + state.raised || queryAfter(state, shape) === null;

/** The query of the next level, and whether it is asked for the first time; what is kept at this one does not touch it. */
export function queryAfter({ agenda, level }: State, shape: Shape): { query: number; fresh: boolean } | null {
  const now = moved(agenda, level, null, shape);
  const [query] = upcoming(now, level, 1, shape);
  return query === undefined ? null : { query, fresh: query === now.asked };
}

/** What a beam of so many brings: each kept prompt one child, the best of the others M, the rest of them their rewrites (algorithm.md 1.8). */
export function expansionOf(beam: number, kept: number, { actions, actionsBelow, taken = 1 }: Shape) {
  const rewrites = beam - kept;
  const choices = rewrites > 0 ? actions + (rewrites - 1) * actionsBelow : 0;
  return { rewrites, choices, children: kept + choices, judged: kept + taken * choices };
}

/** Whether the final comes before the next level, where so many keep their prompt. */
export function isDue(state: State, kept: number, shape: Shape): boolean {
  const spent = { ...state.spent, level: state.level, queries: shape.allQueries };
  return state.rewritten && finalIsDue(spent, callsAfter(state, kept, shape), shape);
}

/** Calls of the next level, where so many keep their prompt. */
export function callsAfter(state: State, kept: number, shape: Shape): number {
  const { children, rewrites } = expansionOf(state.beam, kept, shape);
  return callsOfLevel(rewrites, children, queryAfter(state, shape)?.fresh ?? false);
}

/** The next level; the best W go on. */
export function after(state: State, { kept, raises = kept > 0 }: Keeping, shape: Shape): State {
  const { level, beam, raised, evaluations, rewritten } = state;
  const { children, rewrites, judged } = expansionOf(beam, kept, shape);
  const agenda = moved(state.agenda, level, kept === 0 ? SOME : null, shape);
  const fresh = queryAfter(state, shape)?.fresh ?? false;
  const taken = { rewrites, kept, judgements: judged, raises, fresh, asInPaper: agenda.fresh };
  return {
    level: level + 1,
    beam: Math.min(shape.beamWidth, children),
    raised: Math.min(shape.maxDepthIncrease, raised + (raises ? 1 : 0)),
    evaluations: Math.round(evaluations + judged),
    rewritten: rewritten || kept < beam,
    spent: spentAfter(state.spent, taken, shape),
    agenda,
  };
}

/** The search in which `keptAt` says what is kept at each level; null ends it early. */
export function walkOf(shape: Shape, keptAt: (level: number, beam: number) => Keeping | null): Walk {
  const walk: Level[] = [ROOT_LEVEL];
  for (let state = ROOT; !ended(state, shape);) {
    const { level, beam } = state;
    const now = keptAt(level, beam);
    if (!now) break;
    const kept = Math.min(beam, now.kept);
    if (isDue(state, kept, shape)) break;
    const { rewrites, choices, judged } = expansionOf(beam, kept, shape);
    const { query = 0, fresh } = queryAfter(state, shape) ?? {};
    walk.push({
      depth: level + 1,
      reached: 1,
      fresh: fresh ? 1 : 0,
      query,
      expanded: beam,
      kept,
      children: judged,
      rewrites: rewrites - (now.alike ?? 0),
      rewriting: rewrites > 0 ? 1 : 0,
      choices,
    });
    state = after(state, { ...now, kept }, shape);
  }
  return walk;
}
