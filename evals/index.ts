export {
  compareRows,
  type Comparison,
  type JustEvalMeasure,
  type Measure,
  type RowJudgements,
} from './justEval/compareRows.ts';
export type { DifferenceVerdict } from './justEval/classifyDifference.ts';
export { createJustEvalJudge } from './justEval/createJustEvalJudge.ts';
export { parseInstructions, type Instruction } from './justEval/instructions.ts';
export {
  makeJudgeJustEval,
  type JudgeJustEval,
  type JudgeJustEvalOptions,
  type JudgementInput,
  type JustEvalJudgement,
} from './justEval/judgeJustEval.ts';
export {
  computeSummaryIntervals,
  summarizeJudgements,
  type AspectRecord,
  type JudgementSummary,
  type SummaryIntervals,
} from './justEval/judgementSummary.ts';
export {
  createJustEvalRewards,
  JUST_EVAL_ASPECTS,
  REGULAR_ASPECTS,
  type AspectPoints,
  type JudgementMode,
  type JustEvalAspect,
} from './justEval/justEvalAspects.ts';
export {
  createAlignedMethod,
  createBaseMethod,
  type AlignmentMethod,
  type InstructionAnswerer,
  type MethodAnswer,
} from './justEval/methods.ts';
export type { ParsedJudgement } from './justEval/parseJudgement.ts';
export type { ScoredJudgement } from './justEval/records.ts';
export { runJustEval, toScoredJudgement, type JustEvalOptions, type JustEvalRecord } from './justEval/runJustEval.ts';
export { createUrialMethod } from './justEval/urial.ts';
export type { JudgeJustEvalVariables } from '../prompts/judgeJustEval.ts';
export type { BootstrapOptions, Interval, ResampleOptions } from '../statistics/bootstrap.ts';
