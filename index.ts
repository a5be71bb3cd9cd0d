export { createJustEvalRewards } from './evals/justEval/justEvalAspects.ts';
export { createJustEvalJudge } from './evals/justEval/createJustEvalJudge.ts';
export * from './graphs/index.ts';
export * from './nodes/index.ts';
