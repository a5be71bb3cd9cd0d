import type { WalkLevel, Walk } from './walk.ts';

export interface RoleCalls {
  base: number;
  reward: number;
  judge: number;
  optimizer: number;
}

const sumLevels = (walk: Walk, of: (level: WalkLevel) => number): number =>
  walk.reduce((total, level) => total + of(level), 0);

/** Calls of a search by role (docs/algorithm.md#depth-and-calls); `dynamic`: whether rewards are selected for each query. */
export const countWalkCalls = (walk: Walk, dynamic = true): RoleCalls => ({
  base: sumLevels(walk, (l) => l.children),
  reward: dynamic ? sumLevels(walk, (l) => l.freshProbability) : 0,
  judge: sumLevels(walk, (l) => l.children),
  optimizer: sumLevels(walk, (l) => l.rewrites),
});

/** Calls that must wait for one another: answer and judgement at each level, and a rewrite where there is one. */
export const countSequentialCalls = (walk: Walk): number =>
  sumLevels(walk, (l) => 2 * l.reachProbability + l.rewriting);

/** The same in rounds of `concurrency` calls at a time: what a level's calls take where they do not fit in at once. */
export const countCallRounds = (walk: Walk, concurrency: number): number =>
  sumLevels(walk, (l) =>
    Math.max(2 * l.reachProbability + l.rewriting, (l.rewrites + 2 * l.children + l.freshProbability) / concurrency),
  );

/** Stage 1: of each example rewards once, a judgement, and a rewrite and a judgement a round (docs/algorithm.md#stage-1). */
export const countStage1Calls = (examples: number, rounds: number): RoleCalls => ({
  base: 0,
  reward: examples,
  judge: examples * (rounds + 1),
  optimizer: examples * rounds,
});

/** Rewrites that are asked for at a level: of hypotheses that are alike only once. */
export const countRequestedRewrites = ({ expanded, kept, rewrites, choices }: WalkLevel): number =>
  expanded > kept ? (choices * rewrites) / (expanded - kept) : 0;
