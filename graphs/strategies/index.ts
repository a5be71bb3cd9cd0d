import { beam, greedy, stochasticBeam } from './beams.ts';
import { mcts } from './mcts.ts';
import { bestOfN, monteCarlo } from './sampling.ts';
import type { Strategy } from './strategy.ts';

export { beam, greedy, stochasticBeam, drawSurvivors } from './beams.ts';
export { mcts } from './mcts.ts';
export { bestOfN, monteCarlo } from './sampling.ts';
export { DEFAULT_STRATEGY_OPTIONS } from './strategy.ts';
export type { Strategy, StrategyGraph, StrategyOptions } from './strategy.ts';

/** The strategies by their names in a config. */
export const STRATEGIES = {
  beam,
  greedy,
  'stochastic-beam': stochasticBeam,
  'monte-carlo': monteCarlo,
  'best-of-n': bestOfN,
  mcts,
} as const satisfies Record<string, Strategy>;
export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = [
  'beam',
  'greedy',
  'stochastic-beam',
  'monte-carlo',
  'best-of-n',
  'mcts',
] as const satisfies StrategyName[];
