import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Stage } from '../prompts/judge.ts';
import { readerOf } from '../prompts/reply.ts';
import { selectRewardsPrompt, SelectRewardsReply } from '../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, rewardNamed, STATIC_ASPECTS } from '../state/aspects.ts';
import type { Aspect } from '../state/reward.ts';
import { ask, type OnUnreadable } from './askModel.ts';
import type { SelectRewards } from './node.ts';

export interface SelectRewardsOptions {
  model: BaseChatModel;
  prompt?: typeof selectRewardsPrompt;
  /** What is on offer, by stage. */
  aspects?: Record<Stage, readonly Aspect[]>;
  /** The least and greatest number of rewards, by stage (algorithm.md 5.2). */
  range?: Record<Stage, readonly [number, number]>;
  repairs?: number;
  onUnreadable?: OnUnreadable | undefined;
}

/** Dynamic rewards: the model chooses for each query which aspects matter, or names new ones. */
export function makeSelectRewards({
  model,
  prompt = selectRewardsPrompt,
  aspects = { prompt: ASPECTS, example: EXAMPLE_ASPECTS },
  range = { prompt: [2, 5], example: [3, 6] },
  repairs = 1,
  onUnreadable,
}: SelectRewardsOptions): SelectRewards {
  return async function selectRewards({ query, stage }, config) {
    const [least, most] = range[stage];
    const text = prompt({ query, aspects: aspects[stage], least, most });
    const [reading] = await ask({
      model,
      step: 'selectRewards',
      text,
      read: readerOf(SelectRewardsReply),
      repairs,
      onUnreadable,
      config,
    });
    if (!reading || 'complaint' in reading)
      return { ...fixed(STATIC_ASPECTS), missing: reading?.complaint ?? 'no reply' };
    const { reasoning, selected_aspects, new_aspects } = reading.value.aspects_selection;
    const named = selected_aspects.map((name) => rewardNamed(name, aspects[stage], new_aspects[name]));
    return { rewards: [...new Map(named.map((r) => [r.name, r])).values()], reasoning };
  };
}

/** Static rewards, the paper's ablation: the same aspects for every query. */
export function makeFixedRewards({ aspects = STATIC_ASPECTS }: { aspects?: readonly string[] } = {}): SelectRewards {
  return async function selectRewards() {
    return fixed(aspects);
  };
}

const fixed = (names: readonly string[]): Awaited<ReturnType<SelectRewards>> => ({
  rewards: names.map((name) => rewardNamed(name)),
  reasoning: '',
});
