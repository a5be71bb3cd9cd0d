import {
  after,
  callsAfter,
  ended,
  expansionOf,
  isDue,
  queryAfter,
  ROOT,
  ROOT_LEVEL,
  walkOf,
  type Level,
  type Shape,
  type State,
  type Walk,
} from './walk.ts';

/** Where a search stands, whatever it has taken. */
const placeOf = ({ level, beam, raised, rewritten }: State): string => [level, beam, raised, rewritten].join(' ');

interface Tail {
  calls: number;
  kept: number | null;
  next: Tail | null;
}

/** Of all searches of this shape the one with the fewest (or most) calls: a shortest path over (level, beam, depth so far). */
export function extremeWalk(shape: Shape, wanted: 'least' | 'most'): Walk {
  const known = new Map<string, Tail>();
  const better = (a: Tail, b: Tail): Tail => ((wanted === 'least' ? b.calls < a.calls : b.calls > a.calls) ? b : a);
  // what was taken tells when the final comes; near enough is the same
  const taken = ({ evaluations }: State): number => (shape.final ? Math.round(evaluations / shape.beamWidth) : 0);
  const tailOf = (state: State): Tail => {
    const key = `${placeOf(state)} ${taken(state)}`;
    const found = known.get(key) ?? search(state);
    known.set(key, found);
    return found;
  };
  const search = (state: State): Tail => {
    const end: Tail = { calls: 0, kept: null, next: null };
    if (ended(state, shape)) return end;
    const tails = Array.from({ length: state.beam + 1 }, (_, kept): Tail => {
      if (isDue(state, kept, shape)) return end;
      const next = tailOf(after(state, { kept }, shape));
      return { calls: callsAfter(state, kept, shape) + next.calls, kept, next };
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
        const key = [placeOf(to), ...to.agenda.waiting.map((w) => w.level)].join(' ');
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
