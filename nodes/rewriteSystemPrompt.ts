import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { readerOf } from '../prompts/reply.ts';
import { RewriteSystemPromptReply, rewriteSystemPromptPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { ask, type OnUnreadable } from './ask.ts';
import type { Refusal, RewriteSystemPrompt } from './node.ts';

/** Says why a rewrite is not taken, or null. `tried`: the path's last prompts and the siblings taken so far. */
export type Guard = (prompt: string, tried: readonly string[]) => string | null;

export interface RewriteSystemPromptOptions {
  model: BaseChatModel;
  prompt?: typeof rewriteSystemPromptPrompt;
  guards?: readonly Guard[];
  repairs?: number;
  onUnreadable?: OnUnreadable | undefined;
}

/** The optimizer O: one request, `actions` rewrites of the system prompt, each of which must pass the guards. */
export function makeRewriteSystemPrompt({
  model,
  prompt = rewriteSystemPromptPrompt,
  guards = [],
  repairs = 1,
  onUnreadable,
}: RewriteSystemPromptOptions): RewriteSystemPrompt {
  return async function rewriteSystemPrompt({ actions, ...reads }, config) {
    const read = readerOf(RewriteSystemPromptReply);
    const readings = await ask({
      model,
      step: 'rewriteSystemPrompt',
      text: prompt(reads),
      read,
      n: actions,
      repairs,
      onUnreadable,
      config,
    });
    const prompts: string[] = [];
    const refused: Refusal[] = [];
    for (const reading of readings) {
      const text = 'value' in reading ? withNewlines(reading.value.new_system_prompt) : '';
      const reason =
        'value' in reading
          ? refusal(guards, text, [reads.prompt, ...reads.history, ...prompts])
          : `unreadable: ${reading.complaint}`;
      if (reason === null) prompts.push(text);
      else refused.push({ prompt: text, reason });
    }
    return { prompts, refused };
  };
}

const refusal = (guards: readonly Guard[], prompt: string, tried: readonly string[]): string | null =>
  guards.reduce<string | null>((found, guard) => found ?? guard(prompt, tried), null);

/** Models escape newlines twice at times: the two characters \n stand for a newline where there is no real one. */
const withNewlines = (text: string): string => (text.includes('\n') ? text : text.replaceAll('\\n', '\n'));

/** Refuses prompts without a word in them. */
export const notEmpty: Guard = (prompt) => (prompt.trim() === '' ? 'empty' : null);

/** Refuses prompts of more than about `tokens` tokens, at four characters a token. */
export const notOversized =
  (tokens: number): Guard =>
  (prompt) =>
    prompt.length > 4 * tokens ? 'oversized' : null;

/** Refuses a prompt that differs from one already tried in white space alone. */
export const notDuplicate: Guard = (prompt, tried) =>
  tried.some((other) => squeezed(other) === squeezed(prompt)) ? 'duplicate' : null;

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
