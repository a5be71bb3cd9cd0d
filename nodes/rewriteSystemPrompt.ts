import type { RunnableConfig } from '@langchain/core/runnables';
import { createReplyReader } from '../prompts/reply.ts';
import {
  createRewriteSystemPromptForm,
  RewriteSystemPromptReply,
  renderRewriteSystemPrompt,
  type RewriteSystemPromptVariables,
} from '../prompts/rewriteSystemPrompt.ts';
import { unwrapPrompt } from '../prompts/unwrapPrompt.ts';
import { removeKeepTags } from '../state/keptPassages.ts';
import { askModel, type ModelStepOptions } from './askModel.ts';
import type { Guard, GuardContext } from './guards/guards.ts';
import type { RejectedRewrite, RewriteSystemPrompt } from './node.ts';
import type { TrainingTexts } from './guards/trainingTexts.ts';

/** Options of `makeRewriteSystemPrompt`. */
export interface RewriteSystemPromptOptions extends ModelStepOptions<RewriteSystemPromptVariables> {
  /** Checks of each rewrite; none by default. */
  guards?: readonly Guard[];
  /** The run's queries and examples, which guards compare rewrites with; `undefined` if they are not known. */
  training?: ((config?: RunnableConfig) => Promise<TrainingTexts | undefined>) | undefined;
  /** What the assistant is for. */
  task?: string | undefined;
  /** Passages that must stay word for word. */
  kept?: readonly string[];
}

/** Makes the step in which the optimizer rewrites the system prompt `actions` times in one request. Each rewrite must pass the guards. */
export function makeRewriteSystemPrompt({
  prompt = renderRewriteSystemPrompt,
  guards = [],
  training,
  task,
  kept = [],
  ...ask
}: RewriteSystemPromptOptions): RewriteSystemPrompt {
  return async function rewriteSystemPrompt({ actions, knownPrompts, ...reads }, config) {
    const texts = guards.length ? await training?.(config) : undefined;
    const read = createReplyReader(RewriteSystemPromptReply);
    const readings = await askModel({
      ...ask,
      step: 'rewriteSystemPrompt',
      text: prompt({ ...reads, ...(task !== undefined && { task }), ...(kept.length > 0 && { kept }) }),
      read,
      form: createRewriteSystemPromptForm,
      n: actions,
      config,
    });
    const removeTags = kept.length > 0 ? removeKeepTags : (text: string): string => text;
    const prompts: string[] = [];
    const rejected: RejectedRewrite[] = [];
    for (const reading of readings) {
      if ('complaint' in reading) {
        rejected.push({ prompt: '', reason: `unreadable: ${reading.complaint}` });
        continue;
      }
      const written = removeTags(unescapeNewlines(reading.value.new_system_prompt));
      const unwrapped = ask.isPlain ? { value: written } : unwrapPrompt(written);
      const text = 'value' in unwrapped ? unwrapped.value : written;
      const context = toGuardContext({ ...reads, ...(knownPrompts && { knownPrompts }) }, prompts, texts);
      const reason = 'value' in unwrapped ? findRejection(guards, text, context) : `wrapped: ${unwrapped.complaint}`;
      if (reason === null) prompts.push(text);
      else rejected.push({ prompt: text, reason });
    }
    return { prompts, rejected };
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

const findRejection = (guards: readonly Guard[], prompt: string, context: GuardContext): string | null =>
  guards.reduce<string | null>((reason, guard) => reason ?? guard(prompt, context), null);

/** Some models escape newlines twice. In a text without newlines, the two characters \n are read as one. */
const unescapeNewlines = (text: string): string => (text.includes('\n') ? text : text.replaceAll('\\n', '\n'));
