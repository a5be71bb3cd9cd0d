import { moved, upcoming } from '../graphs/agenda.ts';
import { finalIsDue, NOTHING_SPENT, ROOT_CALLS, type Sized, type Spent } from '../graphs/share.ts';
import { NOTHING_ASKED, type Agenda } from '../state/agenda.ts';

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

/** Rewrites that are asked for at a level: of hypotheses that are alike only once. */
export const choicesAsked = ({ expanded, kept, rewrites, choices }: Level): number =>
  expanded > kept ? (choices * rewrites) / (expanded - kept) : 0;

/** What happens to a beam: how many keep their prompt, and whether that adds to the depth (a kept prompt does as a rule). */
export interface Keeping {
  kept: number;
  raises?: boolean;
  /** Hypotheses that ask for the very rewrites another asks for; none by default. */
  alike?: number;
}

interface State {
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
const ROOT: State = {
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

const keyOf = ({ level, beam, raised, evaluations, rewritten }: State): string =>
  [level, beam, raised, evaluations, rewritten].join(' ');

const ended = (state: State, shape: Shape): boolean =>
  state.level + 1 >= shape.depth + state.raised || queryAfter(state, shape) === null;

/** The query of the next level, and whether it is asked for the first time; what is kept at this one does not touch it. */
function queryAfter({ agenda, level }: State, shape: Shape): { query: number; fresh: boolean } | null {
  const now = moved(agenda, level, null, shape);
  const [query] = upcoming(now, level, 1, shape);
  return query === undefined ? null : { query, fresh: query === now.asked };
}

/** What a beam of so many brings: each kept prompt one child, the best of the others M, the rest of them their rewrites (algorithm.md 1.8). */
function expansionOf(beam: number, kept: number, { actions, actionsBelow, taken = 1 }: Shape) {
  const rewrites = beam - kept;
  const choices = rewrites > 0 ? actions + (rewrites - 1) * actionsBelow : 0;
  return { rewrites, choices, children: kept + choices, judged: kept + taken * choices };
}

/** Whether the final comes before the next level, where so many keep their prompt. */
function isDue(state: State, kept: number, shape: Shape): boolean {
  const { children, rewrites } = expansionOf(state.beam, kept, shape);
  const spent = { ...state.spent, level: state.level, queries: shape.allQueries };
  const next = rewrites + 2 * children + (queryAfter(state, shape)?.fresh ? 1 : 0);
  return state.rewritten && finalIsDue(spent, next, shape);
}

/** The next level; the best W go on. */
function after(state: State, { kept, raises = kept > 0 }: Keeping, shape: Shape): State {
  const { level, beam, raised, evaluations, rewritten } = state;
  const { children, rewrites, judged } = expansionOf(beam, kept, shape);
  const agenda = moved(state.agenda, level, kept === 0 ? SOME : null, shape);
  const adds = raises && raised < shape.maxDepthIncrease ? 1 : 0;
  const { calls, paper } = state.spent;
  return {
    level: level + 1,
    beam: Math.min(shape.beamWidth, children),
    raised: raised + adds,
    evaluations: Math.round(evaluations + judged),
    rewritten: rewritten || kept < beam,
    spent: {
      calls: calls + rewrites + 2 * judged + (queryAfter(state, shape)?.fresh ? 1 : 0),
      paper: agenda.fresh
        ? {
            levels: paper.levels + 1,
            judgements: paper.judgements + kept + rewrites * shape.actions,
            raised: paper.raised + adds,
          }
        : paper,
    },
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

interface Tail {
  calls: number;
  kept: number | null;
  next: Tail | null;
}

/** Of all searches of this shape the one with the fewest (or most) calls: a shortest path over (level, beam, depth so far). */
export function extremeWalk(shape: Shape, wanted: 'least' | 'most'): Walk {
  const known = new Map<string, Tail>();
  const better = (a: Tail, b: Tail): Tail => ((wanted === 'least' ? b.calls < a.calls : b.calls > a.calls) ? b : a);
  const tailOf = (state: State): Tail => {
    const found = known.get(keyOf(state)) ?? search(state);
    known.set(keyOf(state), found);
    return found;
  };
  const search = (state: State): Tail => {
    const end: Tail = { calls: 0, kept: null, next: null };
    if (ended(state, shape)) return end;
    const tails = Array.from({ length: state.beam + 1 }, (_, kept): Tail => {
      if (isDue(state, kept, shape)) return end;
      const { rewrites, children } = expansionOf(state.beam, kept, shape);
      const next = tailOf(after(state, { kept }, shape));
      return { calls: 1 + rewrites + 2 * children + next.calls, kept, next };
    });
    return [...(state.level >= (shape.mayEndAt ?? Infinity) ? [end] : []), ...tails].reduce(better);
  };
  let tail: Tail | null = tailOf(ROOT);
  return walkOf(shape, () => {
    const kept = tail?.kept ?? null;
    tail = tail?.next ?? null;
    return kept === null ? null : { kept };
  });
}

interface Chance {
  state: State;
  probability: number;
}

/** The mean over all searches in which each hypothesis keeps its prompt with probability `share`, independently. */
export function expectedWalk(shape: Shape, share: number): Walk {
  const walk: Level[] = [ROOT_LEVEL];
  let front: Chance[] = [{ state: ROOT, probability: 1 }];
  for (let depth = 1; front.length > 0; depth++) {
    const level: Level = { ...ROOT_LEVEL, depth, reached: 0, fresh: 0, children: 0 };
    const next = new Map<string, Chance>();
    for (const { state, probability } of front) {
      if (ended(state, shape)) continue;
      const { query = 0, fresh } = queryAfter(state, shape) ?? {};
      for (let kept = 0; kept <= state.beam; kept++) {
        if (isDue(state, kept, shape)) continue;
        const p = probability * binomial(state.beam, kept, share);
        const { rewrites, choices, judged } = expansionOf(state.beam, kept, shape);
        const to = after(state, { kept }, shape);
        const key = `${keyOf(to)} ${to.agenda.waiting.map((w) => w.level).join('+')}`;
        if (p > 0) next.set(key, merged({ state: to, probability: p }, next.get(key)));
        level.reached += p;
        level.fresh += fresh ? p : 0;
        level.query += p * query;
        level.expanded += p * state.beam;
        level.kept += p * kept;
        level.rewrites += p * rewrites;
        level.choices += p * choices;
        level.children += p * judged;
        level.rewriting += rewrites > 0 ? p : 0;
      }
    }
    if (level.reached > 0) walk.push({ ...level, query: Math.round(level.query / level.reached) });
    front = [...next.values()];
  }
  return walk;
}

/** Two ways to the same place: they go on as one. */
function merged(one: Chance, other: Chance | undefined): Chance {
  if (!other) return one;
  const probability = one.probability + other.probability;
  const mean = (of: (state: State) => number): number =>
    (one.probability * of(one.state) + other.probability * of(other.state)) / probability;
  const paper = {
    levels: mean((s) => s.spent.paper.levels),
    judgements: mean((s) => s.spent.paper.judgements),
    raised: mean((s) => s.spent.paper.raised),
  };
  return { state: { ...one.state, spent: { calls: mean((s) => s.spent.calls), paper } }, probability };
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways * p ** k * (1 - p) ** (n - k);
}

export interface Calls {
  base: number;
  reward: number;
  judge: number;
  optimizer: number;
}

const sum = (walk: Walk, of: (level: Level) => number): number => walk.reduce((total, level) => total + of(level), 0);

/** Calls of a search by role (algorithm.md 1.8); `dynamic`: whether rewards are selected for each query. */
export const callsOf = (walk: Walk, dynamic = true): Calls => ({
  base: sum(walk, (l) => l.children),
  reward: dynamic ? sum(walk, (l) => l.fresh) : 0,
  judge: sum(walk, (l) => l.children),
  optimizer: sum(walk, (l) => l.rewrites),
});

/** Calls that must wait for one another: answer and judgement at each level, and a rewrite where there is one. */
export const stepsOf = (walk: Walk): number => sum(walk, (l) => 2 * l.reached + l.rewriting);

/** The same in rounds of `concurrency` calls at a time: what a level's calls take where they do not fit in at once. */
export const roundsOf = (walk: Walk, concurrency: number): number =>
  sum(walk, (l) => Math.max(2 * l.reached + l.rewriting, (l.rewrites + 2 * l.children + l.fresh) / concurrency));

/** Stage 1: of each example rewards once, a judgement, and a rewrite and a judgement a round (algorithm.md 1.2). */
export const rewritingCalls = (examples: number, rounds: number): Calls => ({
  base: 0,
  reward: examples,
  judge: examples * (rounds + 1),
  optimizer: examples * rounds,
});
