import { hash } from 'node:crypto';
import { AIMessage, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import type { DigitOdds, DigitUse } from '../state/digitOdds.ts';
import type { ReplyForm } from '../state/replyForm.ts';
import type { BatchEndpoint } from './batchEndpoint.ts';
import type { ReportedUsage } from './readUsage.ts';

/** The content of a request: a chat, a text to complete, or texts to embed. */
export type Prompt = { messages: readonly BaseMessage[] } | { text: string } | { texts: readonly string[] };

/** How a reply is to be sent: "auto" begins with the JSON schema and goes down if the endpoint refuses or ignores it. */
export type OutputMode = 'auto' | OutputRung;
/** The forms of a reply that an endpoint may hold, the strictest first. */
export type OutputRung = 'json_schema' | 'json_object' | 'text';

export interface ModelRequest {
  prompt: Prompt;
  stop?: readonly string[] | undefined;
  /** Number of completions, at least 1. */
  n: number;
  /** The number, from 0, of a repeated request. Each number has its own answer. */
  sample: number;
  /** The number, from 0, of one of n completions that are requested one by one. */
  part?: number;
  /** The form of the reply. Transports without `output` do not get it. */
  form?: ReplyForm | undefined;
  /** How often the question was sent before without a usable reply. Each time is sampled more freely. */
  repair?: number | undefined;
  /** Whether the odds of each digit are asked for. Only transports with `givesOdds` are asked. */
  odds?: DigitUse | undefined;
  /** Tokens that the reply needs at most, if that is less than the model's own limit. */
  maxTokens?: number | undefined;
}

/** Tokens of a prompt and of its completions. */
export interface TokenUsage {
  input: number;
  /** The part of the input that came from the provider's cache. */
  cachedInput: number;
  /** The part of the input that was written to the provider's cache; left out if there is none. */
  writtenInput?: number | undefined;
  output: number;
  /** The part of the output that is thinking. */
  reasoning: number;
  /** The part of input and output that was estimated from texts, because the endpoint did not count it. */
  estimated: number;
}

/** The reply to one request: a text and a finish reason per completion, perhaps fewer than requested. */
export interface Reply {
  texts: string[];
  finish: string[];
  /** The thoughts before each text, if they came apart from it. They are only counted. */
  thoughts?: string[];
  /** How likely each score was at the digits of each text, if that was asked for. */
  digits?: DigitOdds[][];
  /** What the endpoint reported; null if nothing. */
  usage: ReportedUsage | null;
  /** The name under which the endpoint answered, if it gave a whole reply of OpenAI's API. */
  servedAs?: string;
}

/** A reply from the gateway. `cached`: it came from the cache, without a request. */
export interface GatewayResponse extends Reply {
  usage: TokenUsage;
  cached: boolean;
}

/** The names under which refused parameters are sent; null leaves one out. "system" and "developer" are roles of a message. */
export type ParameterAdjustments = ReadonlyMap<string, string | null>;

/** Whether an endpoint refused, or ignored, the parameters that ask for the odds of digits. */
export const isWithoutOdds = (adjustments: ParameterAdjustments): boolean =>
  adjustments.has(ODDS_PARAMETER) || adjustments.has('top_logprobs');
/** The parameter that asks for the odds of tokens. */
export const ODDS_PARAMETER = 'logprobs';

/** Sends the body of a request in another way than the transport's own, such as in a batch. Returns the body of the answer. */
export type BodyExchange = (body: object) => Promise<unknown>;

/** The way to one model. `send` sends exactly one request and neither retries nor caches. */
export interface Transport {
  kind: 'chat' | 'text' | 'embeddings';
  /** Where calls go: a URL without credentials, or a provider's name. Limits count per endpoint. */
  endpoint: string;
  provider: string;
  model: string;
  /** The settings that decide an answer, such as temperature and seed. They are part of its cache key. */
  params: Readonly<Record<string, unknown>>;
  /** Whether one request can ask for several completions. */
  takesN: boolean;
  /** Whether requests may ask for the odds of digits. */
  givesOdds?: boolean;
  /** Whether `send` follows adjustments. */
  isAdjustable?: boolean;
  /** How replies with a form are requested. Left out, or "text": as text. */
  output?: OutputMode | undefined;
  /** The other names of refused parameters. Default: OpenAI's. */
  successors?: Readonly<Record<string, string>>;
  /** Lists the parameters of a request that the provider's class refuses or drops without a request. */
  listUnsent?: (request: ModelRequest, adjustments: ParameterAdjustments) => Promise<readonly string[]>;
  /** The environment variable of the key, for error messages. */
  keyName?: string | undefined;
  /** Keys that no message may show. */
  secrets?: readonly string[];
  /** The names that the endpoint lists; null if it lists none. It never fails. */
  listModels?: () => Promise<string[] | null>;
  /** The batches of the endpoint, if it may have some. */
  batches?: BatchEndpoint;
  /** `exchange`: sends the body instead, if the transport has batches. */
  send(
    request: ModelRequest,
    signal?: AbortSignal,
    adjustments?: ParameterAdjustments,
    exchange?: BodyExchange,
  ): Promise<Reply>;
}

/** Sends a role's request through the gateway: cache, budget, limits and retries. */
export type AskGateway = (request: ModelRequest, signal?: AbortSignal) => Promise<GatewayResponse>;

/** The cache key of a request: a hash of all that decides the answer. */
export function hashRequest(
  { kind, endpoint, model, params, output }: Transport,
  { prompt, stop, n, sample, part, form, repair, odds, maxTokens }: ModelRequest,
): string {
  const asked = [kind, endpoint, model, params, toPlainPrompt(prompt), stop ?? [], n, sample, part ?? null];
  // the mode and not the rung: what an endpoint refuses later must not change the key of an answer
  const more = [form && [output, form.name, hashSchema(form.schema)], repair, odds && ['odds', maxTokens]].filter(
    Boolean,
  );
  const parts = [...asked, ...more];
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

const schemaHashes = new WeakMap<object, string>();

/** A schema serves many requests, so it is hashed once. */
function hashSchema(schema: object): string {
  const known = schemaHashes.get(schema) ?? hash('sha256', JSON.stringify(schema), 'base64url');
  schemaHashes.set(schema, known);
  return known;
}

/** The characters of a prompt, for estimates of four characters per token. */
export const countCharacters = (prompt: Prompt): number => {
  if ('text' in prompt) return prompt.text.length;
  if ('texts' in prompt) return prompt.texts.reduce((sum, t) => sum + t.length, 0);
  return prompt.messages.reduce(
    (sum, m) => sum + (typeof m.content === 'string' ? m.content : JSON.stringify(m.content)).length,
    0,
  );
};

/** The messages of a prompt, without empty ones of the assistant, which endpoints refuse. @throws TypeError if it has none */
export function requireMessages(prompt: Prompt): BaseMessage[] {
  if (!('messages' in prompt)) throw new TypeError('expected messages for a chat model, got another kind of prompt');
  return prompt.messages.reduce<BaseMessage[]>((messages, message, i) => {
    const [last, dropped] = [messages.at(-1), prompt.messages[i - 1]];
    if (isEmptyReply(message)) return messages;
    if (!last || !dropped || !isEmptyReply(dropped) || last.type !== 'human' || message.type !== 'human')
      return [...messages, message];
    // chat templates want the user and the assistant to alternate
    return [...messages.slice(0, -1), new HumanMessage(`${last.text}\n\n${message.text}`)];
  }, []);
}

const isEmptyReply = (message: BaseMessage): boolean =>
  message.type === 'ai' && AIMessage.isInstance(message) && message.text.trim() === '' && !message.tool_calls?.length;

/** The text of a prompt. @throws TypeError if it has none */
export function requireText(prompt: Prompt): string {
  if (!('text' in prompt)) throw new TypeError('expected a text for a completion model, got another kind of prompt');
  return prompt.text;
}

/** The texts of a prompt. @throws TypeError if it has none */
export function requireTexts(prompt: Prompt): string[] {
  if (!('texts' in prompt)) throw new TypeError('expected texts to embed, got another kind of prompt');
  return [...prompt.texts];
}

function toPlainPrompt(prompt: Prompt): unknown {
  if ('text' in prompt) return prompt.text;
  if ('texts' in prompt) return prompt.texts;
  return prompt.messages.map((m) => [m.type, m.content, m.name ?? null]);
}
