import type { Stage } from '../prompts/judge.ts';
import { createSelectionReader } from '../prompts/readSelection.ts';
import { createReplyReader } from '../prompts/reply.ts';
import {
  createSelectRewardsForm,
  PlainSelection,
  renderSelectRewardsPrompt,
  SELECTION_TOKENS,
  type SelectRewardsVariables,
} from '../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, normalizeAspectName, resolveReward, STATIC_ASPECT_NAMES } from '../state/aspects.ts';
import { listConstantRewards, listOfferedAspects, toReward, type Criterion } from '../state/criterion.ts';
import type { Aspect, Reward } from '../state/reward.ts';
import { askModel } from './askModel.ts';
import type { ModelStepOptions } from './modelQuestion.ts';
import type { SelectRewards } from './node.ts';

/** Options of `makeSelectRewards`. */
export interface SelectRewardsOptions extends ModelStepOptions<SelectRewardsVariables> {
  /** The aspects on offer, by stage; the paper's fourteen by default. */
  aspects?: Record<Stage, readonly Aspect[]>;
  /** The smallest and largest number of rewards, by stage: 2 to 5 for prompts and 3 to 6 for examples by default (docs/algorithm.md#algorithm-2-the-system-prompt). */
  range?: Record<Stage, readonly [number, number]>;
  /** The user's criteria: they are offered, or count on every query. A name of an aspect leaves only the named ones on offer. */
  criteria?: readonly Criterion[];
  /** What the assistant is for. */
  task?: string | undefined;
}

/** Makes the step of dynamic rewards: for each query the model chooses the aspects that matter, or names new ones. */
export function makeSelectRewards({
  prompt = renderSelectRewardsPrompt,
  aspects = { prompt: ASPECTS, example: EXAMPLE_ASPECTS },
  range = DEFAULT_RANGE,
  criteria = [],
  task,
  ...ask
}: SelectRewardsOptions): SelectRewards {
  return async function selectRewards({ query, stage, criteria: ofQuery = [] }, config) {
    const variables = toSelectionVariables({ query, stage, criteria, task }, aspects[stage], range[stage]);
    const constant = [...listConstantRewards(criteria), ...ofQuery.map(toReward)];
    const [reading] = await askModel({
      ...ask,
      step: 'selectRewards',
      text: prompt(variables),
      read: ask.isPlain ? createReplyReader(PlainSelection) : createSelectionReader(variables),
      form: (chars) => createSelectRewardsForm(variables, chars),
      formKey: JSON.stringify([variables.least, variables.most, variables.aspects.map(({ name }) => name)]),
      ...(prompt === renderSelectRewardsPrompt && { maxTokens: SELECTION_TOKENS }),
      config,
    });
    if (!reading || 'complaint' in reading)
      return {
        rewards: mergeRewards([...constant, ...STATIC_ASPECT_NAMES.map((name) => resolveReward(name))]),
        reasoning: '',
        missing: reading?.complaint ?? 'no reply',
      };
    const { reasoning } = reading.value;
    const chosen = reading.value.aspects.map(({ name, proposed }) => resolveReward(name, variables.aspects, proposed));
    return { rewards: mergeRewards([...constant, ...chosen]), reasoning };
  };
}

/** How many aspects are selected by default, by stage. */
const DEFAULT_RANGE: Record<Stage, readonly [number, number]> = { prompt: [2, 5], example: [3, 6] };

/** What a request for rewards says, for the node and for a forecast of it. */
export function toSelectionVariables(
  {
    query,
    stage,
    criteria,
    task,
  }: { query: string; stage: Stage; criteria: readonly Criterion[]; task?: string | undefined },
  aspects: readonly Aspect[] = stage === 'prompt' ? ASPECTS : EXAMPLE_ASPECTS,
  [least, most]: readonly [number, number] = DEFAULT_RANGE[stage],
): SelectRewardsVariables {
  const own = criteria.filter((one) => typeof one !== 'string');
  const wanted = own.filter(({ always }) => !always).map(({ name }) => name);
  const constant = own.filter(({ always }) => always).map(({ name }) => name);
  const offered = criteria.length > 0 ? listOfferedAspects(criteria, aspects) : aspects;
  return {
    query,
    aspects: offered,
    least: Math.min(least, offered.length),
    most: Math.min(most, offered.length),
    ...(task !== undefined && { task }),
    ...(wanted.length > 0 && { wanted }),
    ...(constant.length > 0 && { constant }),
  };
}

/** Each reward once, by its name; of two the first counts. */
function mergeRewards(rewards: readonly Reward[]): Reward[] {
  const keys = rewards.map(({ name }) => normalizeAspectName(name));
  return rewards.filter((_, i) => keys.indexOf(keys[i] ?? '') === i);
}

/** Options of `makeFixedRewards`. */
export interface FixedRewardsOptions {
  /** Names of the aspects, or criteria of the user's own; just-eval's five by default. */
  aspects?: readonly Criterion[];
}

/** Makes the step of static rewards, the paper's ablation: the same aspects for every query, and those that a query brings. */
export function makeFixedRewards({ aspects = STATIC_ASPECT_NAMES }: FixedRewardsOptions = {}): SelectRewards {
  return async function selectRewards({ criteria = [] }) {
    return { rewards: mergeRewards([...criteria, ...aspects].map(toReward)), reasoning: '' };
  };
}
