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

export interface ModelQuestion<T> {
  model: BaseChatModel;
  /** The step that asks, for the summary. */
  step: string;
  text: string;
  read: ReplyReader<T>;
  /** Choices wanted: one request where the endpoint gives several. */
  n?: number;
  /** Which repeat of an otherwise equal request this is, from 0: each is asked for on its own. */
  sample?: number;
  /** How often a reply that cannot be read is sent back with the complaint. */
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
  config?: RunnableConfig | undefined;
}

/**
 * The only way a node gets data out of a model: asks, reads the reply, and sends a reply that cannot be read back with the
 * complaint. One item's failure is data (a complaint); what concerns the whole run is thrown.
 */
export async function askModel<T>(asking: ModelQuestion<T>): Promise<ReadResult<T>[]> {
  const question = [new HumanMessage(asking.text)];
  try {
    const texts = await collectCompletions(asking.model, question, asking.n ?? 1, asking.config, asking.sample);
    return await Promise.all(texts.map((text) => readOrRepair(asking, question, text, asking.repairs ?? 1)));
  } catch (error) {
    if (isFatal(error)) throw error;
    return [{ complaint: getErrorMessage(error) }];
  }
}

async function readOrRepair<T>(
  asking: ModelQuestion<T>,
  asked: BaseMessage[],
  text: string,
  repairs: number,
): Promise<ReadResult<T>> {
  const reading = asking.read(text);
  if ('value' in reading) return reading;
  const told = (repaired: boolean): void =>
    asking.onUnreadable?.({
      step: asking.step,
      asked: asking.text,
      reply: text,
      replies: [...asked.flatMap((m) => (AIMessage.isInstance(m) ? [m.text] : [])), text],
      complaint: reading.complaint,
      repaired,
    });
  if (repairs === 0) {
    told(false);
    return reading;
  }
  const complaint = `That reply could not be used: ${reading.complaint}. Send it again, whole, as one JSON object in the form asked for and nothing else.`;
  const again = [...asked, new AIMessage(text), new HumanMessage(complaint)];
  try {
    const [reply = ''] = await collectCompletions(asking.model, again, 1, asking.config, asking.sample);
    const second = await readOrRepair(asking, again, reply, repairs - 1);
    if ('value' in second) told(true);
    return second;
  } catch (error) {
    if (isFatal(error)) throw error;
    told(false);
    return reading;
  }
}

/** The texts of n choices; what one request does not give is asked for as further samples. */
export async function collectCompletions(
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
  extra: { n: number; sample?: number },
  config?: RunnableConfig,
): Promise<string[]> {
  const { generations } = await model.generate([messages], { ...toCallConfig(config), ...extra });
  return (generations[0] ?? []).map(getGenerationText);
}

/** What of a node's config concerns a model call. */
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

/** Some providers leave a generation's own text empty and put it into the message. */
const getGenerationText = (generation: Generation): string =>
  generation.text ||
  ('message' in generation && generation.message instanceof AIMessage ? generation.message.text : '');
