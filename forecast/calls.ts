import type { Level, Walk } from './walk.ts';

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

/** Rewrites that are asked for at a level: of hypotheses that are alike only once. */
export const choicesAsked = ({ expanded, kept, rewrites, choices }: Level): number =>
  expanded > kept ? (choices * rewrites) / (expanded - kept) : 0;
