import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { readerOf } from '../prompts/reply.ts';
import { RewriteSystemPromptReply, rewriteSystemPromptPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { ask, type OnUnreadable } from './askModel.ts';
import type { Guard, GuardView } from './guards/guards.ts';
import type { Refusal, RewriteSystemPrompt } from './node.ts';
import type { Training } from './guards/trainingTexts.ts';

export interface RewriteSystemPromptOptions {
  model: BaseChatModel;
  prompt?: typeof rewriteSystemPromptPrompt;
  guards?: readonly Guard[];
  /** What the run is trained with, for guards to hold rewrites against; asked for once. */
  training?: (() => Promise<Training>) | undefined;
  repairs?: number;
  onUnreadable?: OnUnreadable | undefined;
}

/** The optimizer O: one request, `actions` rewrites of the system prompt, each of which must pass the guards. */
export function makeRewriteSystemPrompt({
  model,
  prompt = rewriteSystemPromptPrompt,
  guards = [],
  training,
  repairs = 1,
  onUnreadable,
}: RewriteSystemPromptOptions): RewriteSystemPrompt {
  let known: Promise<Training | undefined> | undefined;
  return async function rewriteSystemPrompt({ actions, tried, ...reads }, config) {
    const against = guards.length ? await (known ??= training?.() ?? Promise.resolve(undefined)) : undefined;
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
          ? refusal(guards, text, viewOf({ ...reads, ...(tried && { tried }) }, prompts, against))
          : `unreadable: ${reading.complaint}`;
      if (reason === null) prompts.push(text);
      else refused.push({ prompt: text, reason });
    }
    return { prompts, refused };
  };
}

type Reads = Omit<Parameters<RewriteSystemPrompt>[0], 'actions'>;

const viewOf = (
  { prompt, history, tried = [], query, response }: Reads,
  siblings: readonly string[],
  training: Training | undefined,
): GuardView => ({
  tried: [prompt, ...history, ...siblings],
  sketches: tried,
  parent: prompt,
  query,
  response,
  ...(training && { training }),
});

const refusal = (guards: readonly Guard[], prompt: string, view: GuardView): string | null =>
  guards.reduce<string | null>((found, guard) => found ?? guard(prompt, view), null);

/** Models escape newlines twice at times: the two characters \n stand for a newline where there is no real one. */
const withNewlines = (text: string): string => (text.includes('\n') ? text : text.replaceAll('\\n', '\n'));
