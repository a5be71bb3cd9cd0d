import type { RunnableConfig } from '@langchain/core/runnables';
import {
  createRewriteSystemPromptForm,
  readRewrittenPrompt,
  renderRewriteSystemPrompt,
  type RewriteSystemPromptVariables,
} from '../prompts/rewriteSystemPrompt.ts';
import { computeLineLimits } from '../prompts/promptLines.ts';
import { unwrapPrompt } from '../prompts/unwrapPrompt.ts';
import { removeKeepTags } from '../state/keptPassages.ts';
import { askModel } from './askModel.ts';
import type { ModelStepOptions } from './modelQuestion.ts';
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
  /** Rules that every response is checked by. */
  rules?: readonly string[];
  /** Passages that must stay word for word. */
  kept?: readonly string[];
}

/** Makes the step in which the optimizer rewrites the system prompt `actions` times in one request. Each rewrite must pass the guards. */
export function makeRewriteSystemPrompt({
  prompt = renderRewriteSystemPrompt,
  guards = [],
  training,
  task,
  rules = [],
  kept = [],
  ...ask
}: RewriteSystemPromptOptions): RewriteSystemPrompt {
  return async function rewriteSystemPrompt({ actions, knownPrompts, ...reads }, config) {
    const texts = guards.length ? await training?.(config) : undefined;
    const current = reads.prompt;
    const readings = await askModel({
      ...ask,
      step: 'rewriteSystemPrompt',
      text: prompt({
        ...reads,
        ...(task !== undefined && { task }),
        ...(rules.length > 0 && { rules }),
        ...(kept.length > 0 && { kept }),
      }),
      read: (text, chars) => readRewrittenPrompt(text, computeLineLimits(chars, current).chars),
      form: (chars) => createRewriteSystemPromptForm(chars, computeLineLimits(chars, current)),
      formKey: JSON.stringify(computeLineLimits(0, current)),
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
      const written = removeTags(unescapeNewlines(reading.value));
      const unwrapped = ask.isPlain ? { value: written } : unwrapPrompt(written);
      const text = 'value' in unwrapped ? unwrapped.value : written;
      const context = toGuardContext({ ...reads, ...(knownPrompts && { knownPrompts }) }, prompts, texts);
      const rejection =
        'value' in unwrapped ? findRejection(guards, text, context) : { reason: `wrapped: ${unwrapped.complaint}` };
      if (rejection === null) prompts.push(text);
      else rejected.push({ prompt: text, ...rejection });
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

type Rejection = Omit<RejectedRewrite, 'prompt'>;

/** The first guard's reason, and the new line that alone would be rejected for it. */
function findRejection(guards: readonly Guard[], prompt: string, context: GuardContext): Rejection | null {
  for (const guard of guards) {
    const reason = guard(prompt, context);
    if (reason === null) continue;
    const { parent } = context;
    const isToBlame = (line: string): boolean => guard(`${parent}\n${line}`, context) === reason;
    const line = guard(parent, context) === reason ? undefined : listNewLines(prompt, parent).find(isToBlame);
    return { reason, ...(line !== undefined && { line: line.slice(0, MAX_LINE_CHARACTERS) }) };
  }
  return null;
}

/** So much of a rejected line is kept. */
const MAX_LINE_CHARACTERS = 500;

const listNewLines = (prompt: string, parent: string): string[] =>
  prompt.split('\n').flatMap((line) => (line.trim() === '' || parent.includes(line) ? [] : [line.trim()]));

/** Some models escape newlines twice. In a text without newlines, the two characters \n are read as one. */
const unescapeNewlines = (text: string): string => (text.includes('\n') ? text : text.replaceAll('\\n', '\n'));
