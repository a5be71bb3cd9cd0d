export * from './graphs/index.ts';
export {
  BudgetExceededError,
  CallFailedError,
  ModelsConfigError,
  RoleDownError,
  StoppedError,
  StoreError,
  type BudgetLimitName,
  type FailureKind,
  type ModelError,
} from './models/errors.ts';
export type { Role } from './models/roles.ts';
export type { Guard, GuardContext } from './nodes/guards/guards.ts';
export type { TrainingTexts } from './nodes/guards/trainingTexts.ts';
export type { MessageAgent, NodesWithAgent } from './nodes/agentRespond.ts';
export type { ToolCall } from './state/toolCall.ts';
export { paperNodes, type Models, type PaperNodesOptions } from './nodes/index.ts';
export type { UnreadableReply, UnreadableReplyHandler } from './nodes/modelQuestion.ts';
export type * from './nodes/node.ts';
export type { Layout } from './nodes/respond.ts';
export type { Retriever } from './nodes/retrieveExamples.ts';
export type { SampleQueriesOptions } from './nodes/sampleQueries.ts';
export type { Stage } from './prompts/judge.ts';
export type { Check } from './state/check.ts';
export type { Criterion, OwnCriterion } from './state/criterion.ts';
export type { QueryFields, QueryMeaning } from './run/config/queryFields.ts';
export type { Example, Query, QueryDetails, QueryInput, Turn } from './state/example.ts';
export { CheckpointsError, SearchError } from './state/failure.ts';
export type { Evaluation, Score } from './state/judgement.ts';
export type { Reward } from './state/reward.ts';
export { optimize, type OptimizedRun } from './run/optimize.ts';
export type { GivenExamples, GivenQuery, OptimizeModels, OptimizeOptions } from './run/optimizeOptions.ts';
export type * from './run/config/optimizeConfig.ts';
export type { NodeOverrideFactory, NodeOverrides } from './run/nodeOverrides.ts';
export type { JudgeReliability, OptimizeResult, SearchOutcome } from './run/result.ts';
export type { RunWarning } from './run/runWarning.ts';
export type { RunAction, RunControl, RunStatus } from './run/runControl.ts';
export type { RunPhase } from './report/runPhase.ts';
export { UserError } from './run/config/userError.ts';
export type * from './run/events.ts';
