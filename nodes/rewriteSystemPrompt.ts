import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createReplyReader } from '../prompts/reply.ts';
import {
  RewriteSystemPromptReply,
  renderRewriteSystemPrompt,
  type RewriteSystemPromptVariables,
} from '../prompts/rewriteSystemPrompt.ts';
import { askModel, type UnreadableReplyHandler } from './askModel.ts';
import type { Guard, GuardContext } from './guards/guards.ts';
import type { RejectedRewrite, RewriteSystemPrompt } from './node.ts';
import type { TrainingTexts } from './guards/trainingTexts.ts';

export interface RewriteSystemPromptOptions {
  model: BaseChatModel;
  prompt?: (variables: RewriteSystemPromptVariables) => string;
  guards?: readonly Guard[];
  /** What the run is trained with, for guards to hold rewrites against; asked for once. */
  training?: (() => Promise<TrainingTexts>) | undefined;
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** The optimizer O: one request, `actions` rewrites of the system prompt, each of which must pass the guards. */
export function makeRewriteSystemPrompt({
  model,
  prompt = renderRewriteSystemPrompt,
  guards = [],
  training,
  repairs = 1,
  onUnreadable,
}: RewriteSystemPromptOptions): RewriteSystemPrompt {
  let known: Promise<TrainingTexts | undefined> | undefined;
  return async function rewriteSystemPrompt({ actions, knownPrompts, ...reads }, config) {
    const against = guards.length ? await (known ??= training?.() ?? Promise.resolve(undefined)) : undefined;
    const read = createReplyReader(RewriteSystemPromptReply);
    const readings = await askModel({
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
    const refused: RejectedRewrite[] = [];
    for (const reading of readings) {
      const text = 'value' in reading ? unescapeNewlines(reading.value.new_system_prompt) : '';
      const reason =
        'value' in reading
          ? findRejection(
              guards,
              text,
              toGuardContext({ ...reads, ...(knownPrompts && { knownPrompts }) }, prompts, against),
            )
          : `unreadable: ${reading.complaint}`;
      if (reason === null) prompts.push(text);
      else refused.push({ prompt: text, reason });
    }
    return { prompts, refused };
  };
}

type RewritePromptInput = Omit<Parameters<RewriteSystemPrompt>[0], 'actions'>;

const toGuardContext = (
  { prompt, history, knownPrompts = [], query, response }: RewritePromptInput,
  siblings: readonly string[],
  training: TrainingTexts | undefined,
): GuardContext => ({
  nearbyPrompts: [prompt, ...history, ...siblings],
  knownFingerprints: knownPrompts,
  parent: prompt,
  query,
  response,
  ...(training && { training }),
});

const findRejection = (guards: readonly Guard[], prompt: string, view: GuardContext): string | null =>
  guards.reduce<string | null>((found, guard) => found ?? guard(prompt, view), null);

/** Models escape newlines twice at times: the two characters \n stand for a newline where there is no real one. */
const unescapeNewlines = (text: string): string => (text.includes('\n') ? text : text.replaceAll('\\n', '\n'));
