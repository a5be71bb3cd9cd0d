import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createReplyReader } from '../prompts/reply.ts';
import {
  renderRewriteExamplePrompt,
  RewriteExampleReply,
  type RewriteExampleVariables,
} from '../prompts/rewriteExample.ts';
import { askModel, type UnreadableReplyHandler } from './askModel.ts';
import type { RewriteExample } from './node.ts';

/** Options of `makeRewriteExample`. */
export interface RewriteExampleOptions {
  model: BaseChatModel;
  prompt?: (variables: RewriteExampleVariables) => string;
  /** How often an unreadable reply goes back to the model with the complaint; once by default. */
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** Makes the step of stage 1 in which the optimizer writes a better response to the same query: s' = T(s, a) of Algorithm 1. */
export function makeRewriteExample({
  model,
  prompt = renderRewriteExamplePrompt,
  repairs = 1,
  onUnreadable,
}: RewriteExampleOptions): RewriteExample {
  return async function rewriteExample(reads, config) {
    const read = createReplyReader(RewriteExampleReply);
    const [reading] = await askModel({
      model,
      step: 'rewriteExample',
      text: prompt(reads),
      read,
      repairs,
      onUnreadable,
      config,
    });
    if (!reading || 'complaint' in reading) return { response: null, missing: reading?.complaint ?? 'no reply' };
    return { response: unwrapAnswer(reading.value.new_response) };
  };
}

/** Removes the <START> and <END> that the reference's files and some optimizers put around an answer. */
export function unwrapAnswer(answer: string): string {
  const wrapped = /^\s*<START>\s*\n?([\s\S]*?)\n?\s*<END>\s*$/.exec(answer);
  return wrapped?.[1] ?? answer;
}
