import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createReplyReader } from '../prompts/reply.ts';
import {
  renderRewriteExamplePrompt,
  RewriteExampleReply,
  type RewriteExampleVariables,
} from '../prompts/rewriteExample.ts';
import { askModel, type UnreadableReplyHandler } from './askModel.ts';
import type { RewriteExample } from './node.ts';

export interface RewriteExampleOptions {
  model: BaseChatModel;
  prompt?: (variables: RewriteExampleVariables) => string;
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** The optimizer in stage 1: a better response to the same query (Algorithm 1, s' = T(s, a)). */
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

/** An answer without the <START> … <END> that the reference's files and some optimizers put around it. */
export function unwrapAnswer(answer: string): string {
  const found = /^\s*<START>\s*\n?([\s\S]*?)\n?\s*<END>\s*$/.exec(answer);
  return found?.[1] ?? answer;
}
