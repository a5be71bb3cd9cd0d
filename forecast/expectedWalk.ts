import {
  advanceState,
  countNextCalls,
  hasEnded,
  countExpansion,
  isFinalNext,
  findNextQuery,
  ROOT_STATE,
  ROOT_LEVEL,
  simulateWalk,
  type WalkLevel,
  type SearchShape,
  type WalkState,
  type Walk,
} from './walk.ts';

/** Where a search stands, whatever it has taken. */
const toStateKey = ({ level, beam, depthIncreases: raised, hasRewrites: rewritten }: WalkState): string =>
  [level, beam, raised, rewritten].join(' ');

interface WalkTail {
  calls: number;
  kept: number | null;
  next: WalkTail | null;
}

/** Of all searches of this shape the one with the fewest (or most) calls: a shortest path over (level, beam, depth so far). */
export function findExtremeWalk(shape: SearchShape, wanted: 'least' | 'most'): Walk {
  const known = new Map<string, WalkTail>();
  const better = (a: WalkTail, b: WalkTail): WalkTail =>
    (wanted === 'least' ? b.calls < a.calls : b.calls > a.calls) ? b : a;
  // what was taken tells when the final comes; near enough is the same
  const taken = ({ evaluations }: WalkState): number => (shape.final ? Math.round(evaluations / shape.beamWidth) : 0);
  const tailOf = (state: WalkState): WalkTail => {
    const key = `${toStateKey(state)} ${taken(state)}`;
    const found = known.get(key) ?? search(state);
    known.set(key, found);
    return found;
  };
  const search = (state: WalkState): WalkTail => {
    const end: WalkTail = { calls: 0, kept: null, next: null };
    if (hasEnded(state, shape)) return end;
    const tails = Array.from({ length: state.beam + 1 }, (_, kept): WalkTail => {
      if (isFinalNext(state, kept, shape)) return end;
      const next = tailOf(advanceState(state, { kept }, shape));
      return { calls: countNextCalls(state, kept, shape) + next.calls, kept, next };
    });
    return [...(state.level >= (shape.mayEndAt ?? Infinity) ? [end] : []), ...tails].reduce(better);
  };
  let tail: WalkTail | null = tailOf(ROOT_STATE);
  return simulateWalk(shape, () => {
    const kept = tail?.kept ?? null;
    tail = tail?.next ?? null;
    return kept === null ? null : { kept };
  });
}

interface WeightedState {
  state: WalkState;
  probability: number;
}

/** The mean over all searches in which each hypothesis keeps its prompt with probability `share`, independently. */
export function computeExpectedWalk(shape: SearchShape, share: number): Walk {
  const walk: WalkLevel[] = [ROOT_LEVEL];
  let front: WeightedState[] = [{ state: ROOT_STATE, probability: 1 }];
  for (let depth = 1; front.length > 0; depth++) {
    const level: WalkLevel = { ...ROOT_LEVEL, depth, reachProbability: 0, freshProbability: 0, children: 0 };
    const next = new Map<string, WeightedState>();
    for (const { state, probability } of front) {
      if (hasEnded(state, shape)) continue;
      const { query = 0, fresh } = findNextQuery(state, shape) ?? {};
      for (let kept = 0; kept <= state.beam; kept++) {
        if (isFinalNext(state, kept, shape)) continue;
        const p = probability * computeBinomial(state.beam, kept, share);
        const { rewrites, choices, judged } = countExpansion(state.beam, kept, shape);
        const to = advanceState(state, { kept }, shape);
        const key = [toStateKey(to), ...to.queue.waiting.map((w) => w.level)].join(' ');
        if (p > 0) next.set(key, mergeStates({ state: to, probability: p }, next.get(key)));
        level.reachProbability += p;
        level.freshProbability += fresh ? p : 0;
        level.queryIndex += p * query;
        level.expanded += p * state.beam;
        level.kept += p * kept;
        level.rewrites += p * rewrites;
        level.choices += p * choices;
        level.children += p * judged;
        level.rewriting += rewrites > 0 ? p : 0;
      }
    }
    if (level.reachProbability > 0)
      walk.push({ ...level, queryIndex: Math.round(level.queryIndex / level.reachProbability) });
    front = [...next.values()];
  }
  return walk;
}

/** Two ways to the same place: they go on as one. */
function mergeStates(one: WeightedState, other: WeightedState | undefined): WeightedState {
  if (!other) return one;
  const probability = one.probability + other.probability;
  const mean = (of: (state: WalkState) => number): number =>
    (one.probability * of(one.state) + other.probability * of(other.state)) / probability;
  const paper = {
    levels: mean((s) => s.progress.paper.levels),
    judgements: mean((s) => s.progress.paper.judgements),
    depthIncreases: mean((s) => s.progress.paper.depthIncreases),
  };
  return { state: { ...one.state, progress: { calls: mean((s) => s.progress.calls), paper } }, probability };
}

function computeBinomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways * p ** k * (1 - p) ** (n - k);
}
