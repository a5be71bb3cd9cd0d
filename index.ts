export { scoringOf } from './evals/justEval/justEvalAspects.ts';
export { justEvalJudge } from './evals/justEval/justEvalJudge.ts';
export * from './graphs/index.ts';
export * from './nodes/index.ts';
