import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { Generation } from '@langchain/core/outputs';
import type { RunnableConfig } from '@langchain/core/runnables';
import { z } from 'zod';
import { findLoop } from '../prompts/findLoop.ts';
import { toMessageTexts, toPromptText, type StepPrompt } from '../prompts/promptParts.ts';
import type { ReadResult } from '../prompts/reply.ts';
import { DigitOdds, NO_ODDS, type DigitOddsAccess } from '../state/digitOdds.ts';
import { DEFAULT_REPLY_CHARS, getJsonSchema } from '../prompts/replyForm.ts';
import { splitThoughts } from '../prompts/thoughts.ts';
import { isFatal, getErrorMessage } from '../state/failure.ts';
import type { ReplyForm } from '../state/replyForm.ts';

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
  /** What is asked. A text is the user message; the rules of a request in parts are the system message. */
  prompt?: (variables: Variables) => StepPrompt;
  /** How often an unreadable reply goes back to the model with the complaint, 0 or more. Default: 1. */
  repairs?: number;
  /** Whether replies are requested as text, and repairs sampled as before, as in the reference. Default: false. */
  isPlain?: boolean;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** A question to a model, and how its reply is read. */
export interface ModelQuestion<T> extends Omit<ModelStepOptions<never>, 'prompt'> {
  /** The step that asks, as the summary names it. */
  step: string;
  /** The user message, or a request in parts. */
  text: StepPrompt;
  /** `chars`: characters that the reply may have. `digits`: how likely each score was at its digits, if that was asked for. */
  read: (text: string, chars: number, digits: readonly DigitOdds[]) => ReadResult<T>;
  /** Whether the odds of digits are asked for; only of a model that gives them. */
  odds?: boolean;
  /** Tokens that the reply needs at most. Default: the model's limit. */
  maxTokens?: number;
  /** The form of the reply, of about so many characters, for endpoints with structured output. */
  form?: (chars: number) => z.ZodType;
  /** What the form depends on besides the step and its characters; nothing by default. */
  formKey?: string;
  /** Number of completions, 1 or more; 1 by default. One request asks for all of them if the endpoint can do that. */
  n?: number;
  /** Which repeat of an otherwise equal request this is, from 0. Each repeat is a request. */
  sample?: number;
  config?: RunnableConfig | undefined;
}

/** A completion and why it ended: "length" if it was cut off. */
interface Completion {
  text: string;
  finish: string;
  digits: DigitOdds[];
}

/** A model repeats itself until its limit. Such a reply is not read, even if it begins well. */
const LOOP = { complaint: 'it repeated the same words until it was cut off; keep each text short' };
/** A server keeps thoughts apart, and the limit was spent on one. */
const SPENT_LIMIT = { complaint: 'the reply ended inside a thought' };
/** So much of a bad reply is sent back with the complaint. */
const MAX_REPLY_CHARS = 4000;
const MAX_LOOP_CHARS = 200;
/** Fewer characters for each token than real replies have, so that a form with full texts stays within the limit. */
const MIN_CHARS_PER_TOKEN = 2.5;
const ReplyLimit = z.looseObject({ max_tokens: z.number().positive().optional().catch(undefined) }).catch({});

/**
 * Asks a model, reads its reply, and sends an unreadable reply back with the complaint. Every node gets its data this way.
 * A failure of one item is returned as a complaint. @throws what concerns the whole run, such as a missing key
 */
export async function askModel<T>(question: ModelQuestion<T>): Promise<ReadResult<T>[]> {
  const { n = 1, repairs = 1 } = question;
  const messages = toRequestMessages(question.text);
  try {
    const replies = await collectCompletions(question, messages, n);
    return await Promise.all(replies.map((reply) => readOrRepair(question, messages, reply, repairs)));
  } catch (error) {
    if (isFatal(error)) throw error;
    return [{ complaint: getErrorMessage(error) }];
  }
}

/** The messages of a request: its rules as a system message if it has any, then the user message. */
export function toRequestMessages(prompt: StepPrompt): BaseMessage[] {
  const { rules, text } = toMessageTexts(prompt);
  return [...(rules ? [new SystemMessage(rules)] : []), new HumanMessage(text)];
}

async function readOrRepair<T>(
  question: ModelQuestion<T>,
  messages: BaseMessage[],
  completion: Completion,
  repairs: number,
  repair = 1,
): Promise<ReadResult<T>> {
  const { step, text } = question;
  const { text: reply } = completion;
  const reading = readCompletion(question, completion);
  if ('value' in reading) return reading;
  const report = (repaired: boolean): void =>
    question.onUnreadable?.({
      step,
      asked: toPromptText(text),
      reply,
      replies: [...messages.flatMap((m) => (AIMessage.isInstance(m) ? [m.text] : [])), reply],
      complaint: reading.complaint,
      repaired,
    });
  // no correction of the digits helps if the endpoint has shown that it gives no odds
  if (repairs === 0 || (wantsDigitsAlone(question) && !getDigitOdds(question.model).areGiven())) {
    report(false);
    return reading;
  }
  const sent = question.isPlain ? reply : splitThoughts(reply).answer;
  const retry = createRepair(messages, sent, reading.complaint, question);
  try {
    const [correction = { text: '', finish: '', digits: [] }] = await collectCompletions(question, retry, 1, repair);
    const corrected = await readOrRepair(question, retry, correction, repairs - 1, repair + 1);
    if ('value' in corrected) report(true);
    return corrected;
  } catch (error) {
    if (isFatal(error)) throw error;
    report(false);
    return reading;
  }
}

function readCompletion<T>(question: ModelQuestion<T>, { text, finish, digits }: Completion): ReadResult<T> {
  if (finish === 'length' && text.trim() === '') return SPENT_LIMIT;
  return finish === 'length' && findLoop(text) >= 0 ? LOOP : readSafely(question, text, digits);
}

/** What a reader makes of a reply. If the reader itself fails, the reply could not be read. */
function readSafely<T>(question: ModelQuestion<T>, reply: string, digits: readonly DigitOdds[] = []): ReadResult<T> {
  try {
    return question.read(reply, getReplyChars(question.model), digits);
  } catch (error) {
    return { complaint: `drpo failed to read it (${getErrorMessage(error)})` };
  }
}

/** The conversation so far, the reply (cut if it is long) and the complaint. An empty reply is not sent back. */
function createRepair<T>(
  messages: BaseMessage[],
  reply: string,
  complaint: string,
  question: ModelQuestion<T>,
): BaseMessage[] {
  const { isPlain = false } = question;
  const again = wantsDigitsAlone(question)
    ? 'Send the digits and nothing else.'
    : 'Send it again, whole, as one JSON object in the form asked for and nothing else.';
  const text = `That reply could not be used: ${complaint}. ${again}`;
  const last = messages.at(-1);
  if (reply.trim() === '' && last) return [...messages.slice(0, -1), new HumanMessage(`${last.text}\n\n${text}`)];
  return [...messages, new AIMessage(isPlain ? reply : cutReply(reply)), new HumanMessage(text)];
}

/** The beginning of a long reply. Of a loop, little more than the clause that it repeats. */
function cutReply(reply: string): string {
  const loop = findLoop(reply);
  const most = loop < 0 ? MAX_REPLY_CHARS : Math.min(MAX_REPLY_CHARS, loop + MAX_LOOP_CHARS);
  return reply.length > most ? `${reply.slice(0, most)} […]` : reply;
}

/** The n completions. Those that the first request does not return are requested one by one. */
async function collectCompletions<T>(
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

function getReplyChars(model: BaseChatModel): number {
  const { max_tokens: tokens } = ReplyLimit.parse(model.invocationParams({}));
  return tokens ? tokens * MIN_CHARS_PER_TOKEN : DEFAULT_REPLY_CHARS;
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
  digits: Digits.parse(generation.generationInfo?.['digits']),
});

const Digits = z.array(DigitOdds).catch([]);

/** What is known of a model's odds of digits. Models behind no gateway do not say, and are not asked for them. */
export const getDigitOdds = (model: BaseChatModel): DigitOddsAccess =>
  hasDigitOdds(model) ? model.digitOdds : NO_ODDS;

const hasDigitOdds = (model: BaseChatModel): model is BaseChatModel & { digitOdds: DigitOddsAccess } =>
  'digitOdds' in model;

/** Whether a question is answered by digits alone, whose odds count. */
const wantsDigitsAlone = ({ odds, form }: Pick<ModelQuestion<never>, 'odds' | 'form'>): boolean =>
  odds === true && form === undefined;
