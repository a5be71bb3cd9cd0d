import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  renderReferenceJudge,
  renderReferenceRewriteExample,
  renderReferenceRewriteSystemPrompt,
  renderReferenceSelectRewards,
} from '../prompts/referencePrompts.ts';
import { readReferenceReply } from '../prompts/referenceReply.ts';
import { toCheckName } from '../state/toCheckName.ts';
import { makeAgentRespond } from './agentRespond.ts';
import type { ModelStepOptions } from './modelQuestion.ts';
import { makeChecklistJudge, makeChecklistWriter } from './checklistJudge.ts';
import { withChecks } from './checks/withChecks.ts';
import { makeExpectedJudge } from './expectedJudge.ts';
import { makeExplainScores } from './explainScores.ts';
import { DEFAULT_GUARDS } from './guards/guardOptions.ts';
import { makeJudge } from './judge.ts';
import { makeJudgePanel } from './judgePanel.ts';
import type { Judge, Nodes, Respond, SelectRewards } from './node.ts';
import type { Models, PaperNodesOptions } from './paperNodesOptions.ts';
import { makeRespond, type Layout } from './respond.ts';
import { makeRetrieveExamples } from './retrieveExamples.ts';
import { createRetriever } from './retrievers.ts';
import { makeRewriteExample } from './rewriteExample.ts';
import { makeRewriteSystemPrompt } from './rewriteSystemPrompt.ts';
import { makeSampleQueries } from './sampleQueries.ts';
import { makeFixedRewards, makeSelectRewards } from './selectRewards.ts';

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
  const { preset = 'default', k = 2, leaveOwnOut = false, rewards = { mode: 'dynamic' }, task } = options;
  const isReference = preset === 'reference';
  const asking = { repairs: isReference ? 0 : 1, isPlain: isReference, onUnreadable: options.onUnreadable };
  const retriever = options.retriever ?? createRetriever(options.choose, models.embeddings);
  const judgeWith = makeJudgeFactory(models, options, asking);
  return {
    sampleQueries: makeSampleQueries(options),
    retrieveExamples: makeRetrieveExamples({ retriever, k, leaveOwnOut }),
    selectRewards: createSelectRewards(models, options, asking),
    respond: createRespond(models.base, options),
    judge: withChecks(rewards.mode === 'checks' ? undefined : judgeWith([models.judge].flat()), rewards),
    ...(models.proofJudge &&
      rewards.mode !== 'checks' && { proofJudge: withChecks(judgeWith([models.proofJudge]), rewards) }),
    ...createExplainScores(models, options, asking),
    rewriteSystemPrompt: makeRewriteSystemPrompt({
      model: models.optimizer,
      ...asking,
      guards: options.guards ?? (isReference ? [] : DEFAULT_GUARDS),
      training: options.training,
      task,
      rules: isReference ? [] : (rewards.checks ?? []).map(toCheckName),
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

/** How all steps that read a reply ask for it. */
type Asking = Pick<ModelStepOptions<never>, 'repairs' | 'isPlain' | 'onUnreadable'>;

function createSelectRewards(
  { reward }: Models,
  { preset, rewards = { mode: 'dynamic' }, task }: PaperNodesOptions,
  asking: Asking,
): SelectRewards {
  const { mode, criteria = [] } = rewards;
  if (mode === 'checks') return makeFixedRewards({ aspects: [] });
  if (mode === 'static') return makeFixedRewards(criteria.length > 0 ? { aspects: criteria } : {});
  const prompt = preset === 'reference' && { prompt: renderReferenceSelectRewards };
  return makeSelectRewards({ model: reward, criteria, task, ...asking, repairs: 1, ...prompt });
}

function createRespond(base: Models['base'], { preset, layout, onCut }: PaperNodesOptions): Respond {
  if (!isLanguageModel(base)) return makeAgentRespond(base);
  const isVerbatim = preset === 'reference';
  return makeRespond({ model: base, layout: layout ?? pickPresetLayout(base, isVerbatim), isVerbatim, onCut });
}

const isLanguageModel = (base: Models['base']): base is BaseLanguageModel => '_modelType' in base;

const pickPresetLayout = (base: BaseLanguageModel, isReference: boolean): Layout =>
  base._modelType() !== 'base_chat_model' ? 'plain' : isReference ? 'split' : 'chat';

/** The step that explains scores, with the first judge; nothing if scores come with their remarks. */
function createExplainScores(
  { judge }: Models,
  options: PaperNodesOptions,
  asking: Asking,
): Pick<Nodes, 'explainScores'> {
  const { remarks, instructions, tone } = options.judge ?? {};
  const [model] = [judge].flat();
  const areLate = pickScoring(options) === 'expected' && remarks === 'when-rewritten';
  if (!areLate || options.rewards?.mode === 'checks' || !model) return {};
  return { explainScores: makeExplainScores(makeJudge({ model, instructions, tone, ...asking })) };
}

/** Makes one judge of models, each asked as often as the options say. Of several judgements the median counts. */
function makeJudgeFactory({ reward }: Models, options: PaperNodesOptions, asking: Asking) {
  const { samples = 1, first = 0, instructions, tone, method = 'points', remarks } = options.judge ?? {};
  const scoring = pickScoring(options);
  const writeChecklist = makeChecklistWriter({ model: reward, ...asking, repairs: 1 });
  const reference = options.preset === 'reference' && {
    reader: () => readReferenceReply,
    prompt: renderReferenceJudge,
  };
  const makeOne = (model: BaseChatModel, sample: number): Judge => {
    const common = { model, sample, instructions, tone, ...asking };
    if (method === 'checklist') return makeChecklistJudge({ ...common, writeChecklist });
    return scoring === 'expected' && remarks === 'when-rewritten'
      ? makeExpectedJudge(common)
      : makeJudge({ ...common, ...reference, scoring });
  };
  return (models: readonly BaseChatModel[]): Judge => {
    const judges = models.flatMap((model) => Array.from({ length: samples }, (_, i) => makeOne(model, first + i)));
    return judges.length === 1 && judges[0] ? judges[0] : makeJudgePanel(judges);
  };
}

/** What a score is: by default the mean over the odds of its digit, and in the preset "reference" the points as written. */
const pickScoring = ({ preset, judge }: PaperNodesOptions): 'points' | 'expected' =>
  judge?.scoring ?? (preset === 'reference' ? 'points' : 'expected');
