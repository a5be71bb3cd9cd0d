export { drpo, type DrpoOptions } from './drpo.ts';
export {
  DEFAULT_FINAL,
  REFERENCE_SEARCH,
  KNOWN_PROMPTS_LIMIT,
  type FinalOptions,
  type SearchOptions,
} from './searchOptions.ts';
export { REFERENCE_REWRITE, rewriteExamples, type RewriteOptions } from './rewriteExamples.ts';
export { searchSystemPrompt } from './searchSystemPrompt.ts';
export {
  allRewardsPerfect,
  depthReached,
  patience,
  queriesExhausted,
  type SearchView,
  type StopCriterion,
} from './stopCriteria.ts';
export { beam, bestOfN, greedy, mcts, monteCarlo, stochasticBeam, type Strategy } from './strategies/index.ts';
export { askPerson } from './approve.ts';
