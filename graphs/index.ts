export { drpo, type DrpoOptions } from './drpo.ts';
export { REFERENCE_SEARCH, type SearchOptions } from './options.ts';
export { REFERENCE_REWRITE, rewriteExamples, type RewriteOptions } from './rewriteExamples.ts';
export { searchSystemPrompt } from './searchSystemPrompt.ts';
export { allRewardsPerfect, depthReached, patience, queriesExhausted, type SearchView, type StopCriterion } from './stop.ts';
