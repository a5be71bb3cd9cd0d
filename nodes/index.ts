import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  renderReferenceJudge,
  renderReferenceRewriteExample,
  renderReferenceRewriteSystemPrompt,
  renderReferenceSelectRewards,
} from '../prompts/referencePrompts.ts';
import type { JudgeTone } from '../prompts/judge.ts';
import { readReferenceReply } from '../prompts/referenceReply.ts';
import type { UnreadableReplyHandler } from './askModel.ts';
import { DEFAULT_GUARDS } from './guards/guardOptions.ts';
import type { Guard } from './guards/guards.ts';
import type { CheckTools } from './checks/runCheck.ts';
import { withChecks } from './checks/withChecks.ts';
import type { Check } from '../state/check.ts';
import type { Criterion } from '../state/criterion.ts';
import { makeChecklistJudge, makeChecklistWriter } from './checklistJudge.ts';
import { makeJudge } from './judge.ts';
import type { Judge, Nodes } from './node.ts';
import { makeJudgePanel } from './judgePanel.ts';
import { createRetriever } from './retrievers.ts';
import { makeRespond, type CutResponse, type Layout } from './respond.ts';
import { makeRetrieveExamples, type ExampleChoice, type Retriever } from './retrieveExamples.ts';
import { makeRewriteExample } from './rewriteExample.ts';
import { makeRewriteSystemPrompt } from './rewriteSystemPrompt.ts';
import { makeSampleQueries, type SampleQueriesOptions } from './sampleQueries.ts';
import { makeFixedRewards, makeSelectRewards } from './selectRewards.ts';
import type { TrainingTexts } from './guards/trainingTexts.ts';

export type { CheckedResponse, CheckFunction, CheckTools } from './checks/runCheck.ts';
export { withChecks, type CheckOptions } from './checks/withChecks.ts';
export type { Check } from '../state/check.ts';
export type { Criterion } from '../state/criterion.ts';
export { createAlignedModel, type AlignedModelOptions, type Artifact } from './alignedModel.ts';
export {
  askModel,
  type ModelQuestion,
  type ModelStepOptions,
  type UnreadableReply,
  type UnreadableReplyHandler,
} from './askModel.ts';
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

/** LangChain models of any provider, by role. Without `embeddings`, examples are retrieved by shared words. */
export interface Models {
  base: BaseLanguageModel;
  reward: BaseChatModel;
  /** One judge, or several whose points are combined by their median. */
  judge: BaseChatModel | readonly BaseChatModel[];
  optimizer: BaseChatModel;
  /** Judges the final's proof alone. Left out: `judge` does. */
  proofJudge?: BaseChatModel;
  embeddings?: Embeddings;
}

/** How responses are rewarded. */
export interface RewardOptions {
  /**
   * "dynamic" selects rewards for each query. "static" judges every query by the same `criteria`, by default just-eval's five
   * aspects. "checks" asks neither a reward model nor a judge.
   */
  mode: 'dynamic' | 'static' | 'checks';
  criteria?: readonly Criterion[];
  /** Rules that count beside the judge's points. */
  checks?: readonly Check[];
  /** What checks need of the world; without it no check may name a module. */
  tools?: CheckTools | undefined;
}

/** How judges are asked. */
export interface JudgingOptions {
  /** How often each judge is asked. Of several samples the median counts. */
  samples: number;
  /** The number of the first repeat, from 0; 0 by default. */
  first?: number;
  /** The text that begins each request, in the place of that of the tone. */
  instructions?: string;
  /** Default: stern. */
  tone?: JudgeTone;
  /** "checklist": yes/no items that the reward model writes once for each query. Default: points. */
  method?: 'points' | 'checklist';
}

/** Options of `paperNodes`. */
export interface PaperNodesOptions extends SampleQueriesOptions {
  /** "default" reads replies tolerantly and repairs them; "reference" reads them as the authors' code does (docs/reference.md). */
  preset?: 'default' | 'reference';
  /** Examples retrieved for each query, 0 or more; 2 by default. */
  k?: number;
  /** Whether each query gets its most similar examples (the default), or all get the same ones. */
  choose?: ExampleChoice;
  /** Whether a query never gets itself as an example; false by default. */
  leaveOwnOut?: boolean;
  /** How examples are retrieved; by `models.embeddings` or by shared words by default. */
  retriever?: Retriever;
  /** How the base model is asked; by default as its kind and the preset need it. */
  layout?: Layout;
  /** How responses are rewarded; dynamically by default. */
  rewards?: RewardOptions;
  /** What the assistant is for. */
  task?: string | undefined;
  /** Passages of the prompt that must stay word for word. */
  mustKeep?: readonly string[];
  /** Checks of the optimizer's rewrites. */
  guards?: readonly Guard[];
  /** Returns the training queries and examples, which no rewrite may repeat. Without them, guards compare only with the judged query and response. */
  training?: ((config?: RunnableConfig) => Promise<TrainingTexts | undefined>) | undefined;
  judge?: JudgingOptions;
  /** Called with each reply that could not be read. */
  onUnreadable?: UnreadableReplyHandler;
  /** Called with each response that is shorter than the base model's reply, or missing. */
  onCut?: (event: CutResponse) => void;
}

/**
 * The seven steps of the paper on the given models. Swap a step by spreading: `{ ...paperNodes(models), judge: mine }`.
 *
 * @example
 * import { drpo } from 'drpo';
 * import { createGuards, DEFAULT_GUARD_OPTIONS, makeFixedRewards, paperNodes } from 'drpo/nodes';
 * import { createSimulatedModels } from 'drpo/simulated';
 *
 * const guards = createGuards({ ...DEFAULT_GUARD_OPTIONS, overfit: false });
 * const nodes = paperNodes(createSimulatedModels(), { guards, k: 1 });
 * const graph = drpo({ ...nodes, selectRewards: makeFixedRewards({ aspects: ['Clarity'] }) }, { depth: 2, final: null });
 * const { value } = await graph.invoke({ queries: ['How do tides work?', 'Plan a picnic.'] });
 * console.log(value);
 */
export function paperNodes(models: Models, options: PaperNodesOptions = {}): Nodes {
  const { preset = 'default', k = 2, leaveOwnOut = false, rewards = { mode: 'dynamic' }, task, onUnreadable } = options;
  const isReference = preset === 'reference';
  const asking = { repairs: isReference ? 0 : 1, isPlain: isReference, onUnreadable };
  const retriever = options.retriever ?? createRetriever(options.choose, models.embeddings);
  const { instructions, tone, method = 'points' } = options.judge ?? {};
  const writeChecklist = makeChecklistWriter({ model: models.reward, ...asking, repairs: 1 });
  const judgeWith = (judges: readonly BaseChatModel[]): Judge =>
    createPanel(judges, options.judge ?? { samples: 1 }, (model, sample) =>
      method === 'checklist'
        ? makeChecklistJudge({ model, sample, instructions, tone, writeChecklist, ...asking })
        : makeJudge({
            model,
            sample,
            instructions,
            tone,
            ...asking,
            ...(isReference && { reader: () => readReferenceReply, prompt: renderReferenceJudge }),
          }),
    );
  return {
    sampleQueries: makeSampleQueries(options),
    retrieveExamples: makeRetrieveExamples({ retriever, k, leaveOwnOut }),
    selectRewards:
      rewards.mode === 'checks'
        ? makeFixedRewards({ aspects: [] })
        : rewards.mode === 'static'
          ? makeFixedRewards(rewards.criteria?.length ? { aspects: rewards.criteria } : {})
          : makeSelectRewards({
              model: models.reward,
              criteria: rewards.criteria ?? [],
              task,
              ...asking,
              repairs: 1,
              ...(isReference && { prompt: renderReferenceSelectRewards }),
            }),
    respond: makeRespond({
      model: models.base,
      layout: options.layout ?? pickPresetLayout(models.base, isReference),
      isVerbatim: isReference,
      onCut: options.onCut,
    }),
    judge: withChecks(rewards.mode === 'checks' ? undefined : judgeWith([models.judge].flat()), rewards),
    ...(models.proofJudge &&
      rewards.mode !== 'checks' && { proofJudge: withChecks(judgeWith([models.proofJudge]), rewards) }),
    rewriteSystemPrompt: makeRewriteSystemPrompt({
      model: models.optimizer,
      ...asking,
      guards: options.guards ?? (isReference ? [] : DEFAULT_GUARDS),
      training: options.training,
      task,
      kept: options.mustKeep ?? [],
      ...(isReference && { prompt: renderReferenceRewriteSystemPrompt }),
    }),
    rewriteExample: makeRewriteExample({
      model: models.optimizer,
      ...asking,
      ...(isReference && { prompt: renderReferenceRewriteExample }),
    }),
  };
}

const createPanel = (
  models: readonly BaseChatModel[],
  { samples, first = 0 }: { samples: number; first?: number },
  judge: (model: BaseChatModel, sample: number) => Judge,
): Judge => {
  const judges = models.flatMap((model) => Array.from({ length: samples }, (_, i) => judge(model, first + i)));
  return judges.length === 1 && judges[0] ? judges[0] : makeJudgePanel(judges);
};

const pickPresetLayout = (base: BaseLanguageModel, isReference: boolean): Layout =>
  base._modelType() !== 'base_chat_model' ? 'plain' : isReference ? 'split' : 'chat';
