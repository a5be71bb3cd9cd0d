import type { Stage } from '../prompts/judge.ts';
import { createSelectionReader } from '../prompts/readSelection.ts';
import { createReplyReader } from '../prompts/reply.ts';
import {
  createSelectRewardsForm,
  PlainSelection,
  renderSelectRewardsPrompt,
  type SelectRewardsVariables,
} from '../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, resolveReward, STATIC_ASPECT_NAMES } from '../state/aspects.ts';
import type { Aspect } from '../state/reward.ts';
import { askModel, type ModelStepOptions } from './askModel.ts';
import type { SelectRewards } from './node.ts';

/** Options of `makeSelectRewards`. */
export interface SelectRewardsOptions extends ModelStepOptions<SelectRewardsVariables> {
  /** The aspects on offer, by stage; the paper's fourteen by default. */
  aspects?: Record<Stage, readonly Aspect[]>;
  /** The smallest and largest number of rewards, by stage: 2 to 5 for prompts and 3 to 6 for examples by default (docs/algorithm.md#algorithm-2-the-system-prompt). */
  range?: Record<Stage, readonly [number, number]>;
}

/** Makes the step of dynamic rewards: for each query the model chooses the aspects that matter, or names new ones. */
export function makeSelectRewards({
  prompt = renderSelectRewardsPrompt,
  aspects = { prompt: ASPECTS, example: EXAMPLE_ASPECTS },
  range = { prompt: [2, 5], example: [3, 6] },
  ...ask
}: SelectRewardsOptions): SelectRewards {
  return async function selectRewards({ query, stage }, config) {
    const [least, most] = range[stage];
    const variables = { query, aspects: aspects[stage], least, most };
    const [reading] = await askModel({
      ...ask,
      step: 'selectRewards',
      text: prompt(variables),
      read: ask.isPlain ? createReplyReader(PlainSelection) : createSelectionReader(variables),
      form: (chars) => createSelectRewardsForm(variables, chars),
      config,
    });
    if (!reading || 'complaint' in reading)
      return { ...toFixedRewards(STATIC_ASPECT_NAMES), missing: reading?.complaint ?? 'no reply' };
    const { reasoning } = reading.value;
    const named = reading.value.aspects.map(({ name, proposed }) => resolveReward(name, aspects[stage], proposed));
    return { rewards: [...new Map(named.map((r) => [r.name, r])).values()], reasoning };
  };
}

/** Options of `makeFixedRewards`. */
export interface FixedRewardsOptions {
  /** Names of the aspects; just-eval's five by default. */
  aspects?: readonly string[];
}

/** Makes the step of static rewards, the paper's ablation: the same aspects for every query. */
export function makeFixedRewards({ aspects = STATIC_ASPECT_NAMES }: FixedRewardsOptions = {}): SelectRewards {
  return async function selectRewards() {
    return toFixedRewards(aspects);
  };
}

const toFixedRewards = (names: readonly string[]): Awaited<ReturnType<SelectRewards>> => ({
  rewards: names.map((name) => resolveReward(name)),
  reasoning: '',
});
