import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { renderJudgePrompt, type JudgeVariables } from '../prompts/judge.ts';
import { createEvaluationReader, type ReplyReader } from '../prompts/reply.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import { askModel, type UnreadableReplyHandler } from './askModel.ts';
import type { Judge } from './node.ts';

/** Options of `makeJudge`. */
export interface JudgeOptions {
  model: BaseChatModel;
  prompt?: (variables: JudgeVariables) => string;
  /** Reads a reply; tolerantly by default. */
  reader?: (rewards: readonly Reward[]) => ReplyReader<Evaluation>;
  /** Which repeat of the same question this judge asks, from 0; 0 by default. */
  sample?: number;
  /** How often an unreadable reply goes back to the model with the complaint; once by default. */
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** Makes the judge E: points and remarks on one response, in one call. An unreadable judgement is missing, with its reason. */
export function makeJudge({
  model,
  prompt = renderJudgePrompt,
  reader = createEvaluationReader,
  sample = 0,
  repairs = 1,
  onUnreadable,
}: JudgeOptions): Judge {
  return async function judge(reads, config) {
    const [reading] = await askModel({
      model,
      step: 'judge',
      text: prompt(reads),
      read: reader(reads.rewards),
      sample,
      repairs,
      onUnreadable,
      config,
    });
    return reading && 'value' in reading
      ? { evaluation: reading.value }
      : { evaluation: {}, missing: reading?.complaint ?? 'no reply' };
  };
}
