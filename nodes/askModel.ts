import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import type { Generation } from '@langchain/core/outputs';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { ReplyReader, ReadResult } from '../prompts/reply.ts';
import { isFatal, getErrorMessage } from '../state/failure.ts';

/** A reply that could not be read. */
export interface UnreadableReply {
  /** The step that asked. */
  step: string;
  /** The request. */
  asked: string;
  reply: string;
  /** Every unreadable reply to this request, this one last. */
  replies: readonly string[];
  complaint: string;
  /** Whether the model corrected it. */
  repaired: boolean;
}

/** Called with each reply that could not be read. */
export type UnreadableReplyHandler = (event: UnreadableReply) => void;

/** The options that every step has that asks a model. `Variables`: those of its prompt. */
export interface ModelStepOptions<Variables> {
  model: BaseChatModel;
  prompt?: (variables: Variables) => string;
  /** How often an unreadable reply goes back to the model with the complaint, 0 or more. Default: 1. */
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** A question to a model, and how its reply is read. */
export interface ModelQuestion<T> extends Omit<ModelStepOptions<never>, 'prompt'> {
  /** The step that asks, as the summary names it. */
  step: string;
  text: string;
  read: ReplyReader<T>;
  /** Number of completions, 1 or more; 1 by default. One request asks for all of them if the endpoint can do that. */
  n?: number;
  /** Which repeat of an otherwise equal request this is, from 0. Each repeat is a request. */
  sample?: number;
  config?: RunnableConfig | undefined;
}

/**
 * Asks a model, reads its reply, and sends an unreadable reply back with the complaint. Every node gets its data this way.
 * A failure of one item is returned as a complaint. @throws what concerns the whole run, such as a missing key
 */
export async function askModel<T>(question: ModelQuestion<T>): Promise<ReadResult<T>[]> {
  const { model, text, n = 1, repairs = 1, config, sample } = question;
  const messages = [new HumanMessage(text)];
  try {
    const replies = await collectCompletions(model, messages, n, config, sample);
    return await Promise.all(replies.map((reply) => readOrRepair(question, messages, reply, repairs)));
  } catch (error) {
    if (isFatal(error)) throw error;
    return [{ complaint: getErrorMessage(error) }];
  }
}

async function readOrRepair<T>(
  question: ModelQuestion<T>,
  messages: BaseMessage[],
  reply: string,
  repairs: number,
): Promise<ReadResult<T>> {
  const { model, step, text, config, sample } = question;
  const reading = question.read(reply);
  if ('value' in reading) return reading;
  const report = (repaired: boolean): void =>
    question.onUnreadable?.({
      step,
      asked: text,
      reply,
      replies: [...messages.flatMap((m) => (AIMessage.isInstance(m) ? [m.text] : [])), reply],
      complaint: reading.complaint,
      repaired,
    });
  if (repairs === 0) {
    report(false);
    return reading;
  }
  const complaint = `That reply could not be used: ${reading.complaint}. Send it again, whole, as one JSON object in the form asked for and nothing else.`;
  const retry = [...messages, new AIMessage(reply), new HumanMessage(complaint)];
  try {
    const [correction = ''] = await collectCompletions(model, retry, 1, config, sample);
    const corrected = await readOrRepair(question, retry, correction, repairs - 1);
    if ('value' in corrected) report(true);
    return corrected;
  } catch (error) {
    if (isFatal(error)) throw error;
    report(false);
    return reading;
  }
}

/** The texts of n completions. Those that the first request does not return are requested one by one. */
async function collectCompletions(
  model: BaseChatModel,
  messages: BaseMessage[],
  n: number,
  config?: RunnableConfig,
  sample = 0,
): Promise<string[]> {
  const first = await generateTexts(model, messages, { n, ...(sample > 0 && { sample }) }, config);
  const missing = Array.from({ length: Math.max(0, n - first.length) }, (_, i) => sample + first.length + i);
  const rest = await Promise.all(missing.map((sample) => generateTexts(model, messages, { n: 1, sample }, config)));
  return [...first, ...rest.flatMap((texts) => texts.slice(0, 1))].slice(0, n);
}

async function generateTexts(
  model: BaseChatModel,
  messages: BaseMessage[],
  options: { n: number; sample?: number },
  config?: RunnableConfig,
): Promise<string[]> {
  const { generations } = await model.generate([messages], { ...toCallConfig(config), ...options });
  return (generations[0] ?? []).map(getGenerationText);
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

/** Some providers put the text only into the message. */
const getGenerationText = (generation: Generation): string =>
  generation.text ||
  ('message' in generation && generation.message instanceof AIMessage ? generation.message.text : '');
