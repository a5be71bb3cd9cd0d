export { scoringOf } from './evals/aspects.ts';
export { justEvalJudge } from './evals/justEvalJudge.ts';
export * from './graphs/index.ts';
export * from './nodes/index.ts';
