import { BaseMessage } from '@langchain/core/messages';
import type { Generation } from '@langchain/core/outputs';
import type { RunnableConfig } from '@langchain/core/runnables';
import { getJsonSchema } from '../prompts/replyForm.ts';
import { DigitOddsList } from '../state/digitOdds.ts';
import type { ReplyForm } from '../state/replyForm.ts';
import type { ModelQuestion } from './modelQuestion.ts';
import { getReplyChars, readSafely, type Completion } from './readModelReply.ts';

/** The n completions. Those that the first request does not return are requested one by one. */
export async function collectCompletions<T>(
  question: ModelQuestion<T>,
  messages: BaseMessage[],
  n: number,
  repair = 0,
): Promise<Completion[]> {
  const { sample = 0, isPlain = false, odds, maxTokens } = question;
  const reply = { ...createReplyForm(question), ...(odds && { odds }), ...(maxTokens !== undefined && { maxTokens }) };
  const options = isPlain ? {} : { ...reply, ...(repair > 0 && { repair }) };
  const generate = async (sampling: { n: number; sample?: number }): Promise<Completion[]> => {
    const called = { ...toCallConfig(question.config), ...sampling, ...options };
    const { generations } = await question.model.generate([messages], called);
    return (generations[0] ?? []).map(toCompletion);
  };
  const first = await generate({ n, ...(sample > 0 && { sample }) });
  const missing = Array.from({ length: Math.max(0, n - first.length) }, (_, i) => sample + first.length + i);
  const rest = await Promise.all(missing.map((part) => generate({ n: 1, sample: part })));
  return [...first, ...rest.flatMap((completions) => completions.slice(0, 1))].slice(0, n);
}

/** The form of a reply as endpoints take it. Its lengths leave room within the model's limit of tokens. */
function createReplyForm<T>(question: ModelQuestion<T>): { form?: ReplyForm } {
  const { model, step, form, formKey = '' } = question;
  if (!form) return {};
  const chars = getReplyChars(model);
  const schema = getJsonSchema(`${step} ${chars} ${formKey}`, () => form(chars));
  return { form: { name: step, schema, isReadable: (text) => 'value' in readSafely(question, text) } };
}

/** The part of a node's config that concerns a model call. */
export function toCallConfig(
  config?: RunnableConfig,
): Pick<RunnableConfig, 'callbacks' | 'tags' | 'metadata' | 'signal'> {
  const { callbacks, tags, metadata, signal } = config ?? {};
  return {
    ...(callbacks && { callbacks }),
    ...(tags && { tags }),
    ...(metadata && { metadata }),
    ...(signal && { signal }),
  };
}

/** The text of a generation. Some providers put it only into the message, in parts among which thoughts are none of the text. */
export function getGenerationText(generation: Generation): string {
  const message = 'message' in generation ? generation.message : undefined;
  if (!BaseMessage.isInstance(message) || (generation.text && !Array.isArray(message.content))) return generation.text;
  return message.text;
}

const toCompletion = (generation: Generation): Completion => ({
  text: getGenerationText(generation),
  finish: String(generation.generationInfo?.['finish_reason'] ?? ''),
  digits: DigitOddsList.parse(generation.generationInfo?.['digits'] ?? []),
});
