export type { CheckedResponse, CheckFunction, CheckTools } from './checks/runCheck.ts';
export { withChecks, type CheckOptions } from './checks/withChecks.ts';
export type * from '../state/check.ts';
export { type IfevalKind } from '../state/ifevalKinds.ts';
export type { LanguageCode } from '../state/languageCodes.ts';
export type { Criterion } from '../state/criterion.ts';
export { makeAgentRespond, type MessageAgent, type NodesWithAgent } from './agentRespond.ts';
export type { ToolCall } from '../state/toolCall.ts';
export { createAlignedModel, type AlignedModelOptions, type Artifact } from './alignedModel.ts';
export { askModel } from './askModel.ts';
export type * from './modelQuestion.ts';
export * from './evaluators/fromEvaluator.ts';
export * from './evaluators/toEvaluator.ts';
export { createGuards, DEFAULT_GUARD_OPTIONS, DEFAULT_GUARDS, type GuardOptions } from './guards/guardOptions.ts';
export * from './guards/guards.ts';
export type { TrainingTexts } from './guards/trainingTexts.ts';
export {
  makeChecklistJudge,
  makeChecklistWriter,
  type ChecklistJudgeOptions,
  type ChecklistWriter,
} from './checklistJudge.ts';
export { makeExpectedJudge, type ExpectedJudgeOptions } from './expectedJudge.ts';
export { makeExplainScores } from './explainScores.ts';
export { makeJudge, type JudgeOptions } from './judge.ts';
export { makeJudgePanel } from './judgePanel.ts';
export type * from './node.ts';
export { makeRespond, type CutResponse, type Layout, type RespondOptions } from './respond.ts';
export type { ResponseCut } from '../prompts/responseText.ts';
export {
  makeRetrieveExamples,
  type ExampleChoice,
  type RetrieveExamplesOptions,
  type Retriever,
} from './retrieveExamples.ts';
export {
  createEmbeddingRetriever,
  createFixedRetriever,
  createLexicalRetriever,
  createRetriever,
} from './retrievers.ts';
export { makeRewriteExample, type RewriteExampleOptions } from './rewriteExample.ts';
export { makeRewriteSystemPrompt, type RewriteSystemPromptOptions } from './rewriteSystemPrompt.ts';
export { makeSampleQueries, type SampleQueriesOptions } from './sampleQueries.ts';
export {
  makeFixedRewards,
  makeSelectRewards,
  type FixedRewardsOptions,
  type SelectRewardsOptions,
} from './selectRewards.ts';
export type { JudgeTone, JudgeVariables, Stage } from '../prompts/judge.ts';
export type { PromptParts, StepPrompt } from '../prompts/promptParts.ts';
export type { Checklist, WriteChecklistVariables } from '../prompts/writeChecklist.ts';
export type { ReadResult, ReplyReader } from '../prompts/reply.ts';
export type { RewriteExampleVariables } from '../prompts/rewriteExample.ts';
export type { RewriteSystemPromptVariables } from '../prompts/rewriteSystemPrompt.ts';
export type { SelectRewardsVariables } from '../prompts/selectRewards.ts';
export type { Example, Query, QueryInput } from '../state/example.ts';
export type { Evaluation, Score } from '../state/judgement.ts';
export type { Aspect, Reward } from '../state/reward.ts';
export { paperNodes } from './paperNodes.ts';
export type { JudgingOptions, Models, PaperNodesOptions, RewardOptions } from './paperNodesOptions.ts';
export type { DigitOdds, DigitUse } from '../state/digitOdds.ts';
