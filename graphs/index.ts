export { askPerson, type ApprovalHandler, type Decision, type Question } from './approve.ts';
export type {
  ExampleData,
  ExamplesGraph,
  PromptGraph,
  RewrittenExamples,
  SearchData,
  SearchGraph,
  StrategyResult,
} from './compiledGraphs.ts';
export { drpo, type DrpoOptions } from './drpo.ts';
export {
  REFERENCE_REWRITE,
  rewriteExamples,
  type RewriteExamplesNodes,
  type RewriteOptions,
} from './rewriteExamples.ts';
export { KNOWN_PROMPTS_LIMIT, REFERENCE_SEARCH, type SearchOptions } from './searchOptions.ts';
export {
  DEFAULT_FINAL,
  type FinalOptions,
  type ProofOptions,
  type ResolvedFinal,
  type ShortenOptions,
} from './finalOptions.ts';
export { searchSystemPrompt } from './searchSystemPrompt.ts';
export {
  allRewardsPerfect,
  depthReached,
  minExpectedGain,
  patience,
  queriesExhausted,
  type SearchView,
  type StopCriterion,
} from './stopCriteria.ts';
export {
  beam,
  bestOfN,
  greedy,
  mcts,
  monteCarlo,
  stochasticBeam,
  type Strategy,
  type StrategyGraph,
  type StrategyOptions,
} from './strategies/index.ts';
export type { Difficulty, Estimate } from '../state/estimate.ts';
export type { FinalOutcome, ProofAnswer, ProofPair, ShortenedPrompt } from '../state/final.ts';
export type { ProofVerdict, VerdictOutcome, VerdictReason } from '../state/verdict.ts';
export type { Candidate, Hypothesis, Lineage, PathAggregation } from '../state/hypothesis.ts';
