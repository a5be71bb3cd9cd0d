import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import {
  ChatOpenAICompletions,
  convertMessagesToCompletionsMessageParams,
  type OpenAIClient,
  type ChatOpenAICallOptions,
  type ChatOpenAIFields,
} from '@langchain/openai';
import { z } from 'zod';
import { applyAdjustments, applySystemRole, listParameters, listTexts } from './applyAdjustments.ts';
import { createJsonSender, type JsonSender } from './jsonSender.ts';
import { toExtraFields, type OpenAISettings } from './openaiSettings.ts';
import type { ResponseFormat } from '../responseFormat.ts';
import { readDigitOdds } from '../readDigitOdds.ts';
import { addRefusal } from '../refusedParameters.ts';
import { toRecord, toText, type ErrorFields } from '../errorFields.ts';
import type { BodyExchange, ParameterAdjustments } from '../transport.ts';

type CompletionRequest = OpenAIClient.Chat.ChatCompletionCreateParamsNonStreaming;
type StreamedCompletionRequest = OpenAIClient.Chat.ChatCompletionCreateParamsStreaming;
type Completion = OpenAIClient.Chat.ChatCompletion;
type CompletionChunks = AsyncIterable<OpenAIClient.Chat.ChatCompletionChunk>;
type CompletionOptions = Parameters<ChatOpenAICompletions['completionWithRetry']>[1];

/** A text, or a text in parts; thoughts are no part of it. */
const Content = z.union(
  [
    z.string(),
    z
      .array(z.looseObject({ type: z.string().catch('text'), text: z.string().catch('') }))
      .transform((parts) => parts.map(({ type, text }) => (/think|thought|reason/i.test(type) ? '' : text)).join('')),
  ],
  { error: 'expected a text' },
);
/** The fields of a chat completion that are read. Servers leave many of them out. */
const ChatCompletionBody = z.object({
  choices: z
    .array(
      z.object({
        message: z
          .object({
            content: Content.nullish(),
            refusal: z.string().nullish(),
            reasoning_content: z.string().nullish().catch(null),
            reasoning: z.string().nullish().catch(null),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
        logprobs: z.unknown().optional(),
      }),
    )
    .nullish(),
  usage: z.unknown().optional(),
});

/** Reads an answer of an endpoint. @throws SyntaxError in one sentence if it has another shape */
export function readCompletion<T>(schema: z.ZodType<T>, answer: unknown): T {
  const { data, error } = schema.safeParse(answer);
  if (!error) return data;
  const { path = [], message = '' } = error.issues[0] ?? {};
  throw new SyntaxError(
    `expected a completion, but in ${path.join('.') || 'the answer'}: ${message.replace('Invalid input: ', '')}`,
  );
}

/** The parameters of a request that depend on the reply it needs. */
export interface ReplyParams {
  logprobs?: true;
  top_logprobs?: number;
  max_tokens?: number;
}

/** The options of a call. `adjustments`: what its endpoint refused before. `params`: parameters of this call alone. */
export interface LeanCallOptions extends ChatOpenAICallOptions {
  adjustments?: ParameterAdjustments;
  /** Sends the body in another way. */
  exchange?: BodyExchange | undefined;
  params?: { temperature?: number; prompt_cache_key?: string } & Partial<ResponseFormat> & ReplyParams;
}

/**
 * Chat completions with the SDK's address, headers and errors, but without its retries, streams and fetch, which cost more
 * than the rest of a call.
 */
export class LeanChatCompletions extends ChatOpenAICompletions<LeanCallOptions> {
  readonly #settings: OpenAISettings;
  #send: Promise<JsonSender> | undefined;

  constructor(fields: ChatOpenAIFields, settings: OpenAISettings) {
    super(fields);
    this.#settings = settings;
  }

  /** Does what ChatOpenAI does, except for tools, audio and raw replies. A refusal is next to the finish reason. */
  override async _generate(chat: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const messages = convertMessagesToCompletionsMessageParams({ messages: chat, model: this.model });
    const params = {
      ...this.invocationParams(options),
      ...options.params,
      messages,
      stream: false as const,
      ...toExtraFields(this.#settings),
    };
    const named = applySystemRole(params, this.#settings.systemRole);
    const body = applyAdjustments(named, options.adjustments ?? new Map());
    const sent = options.exchange
      ? options.exchange(body).then(toCompletion)
      : this.completionWithRetry(body, { signal: options.signal });
    const completion = await sent.catch((error: unknown) => {
      throw addRefusal(error, listParameters(body), listTexts(body));
    });
    const { choices, usage } = readCompletion(ChatCompletionBody, completion);
    const generations = (choices ?? []).map(({ message, finish_reason, logprobs }) => {
      const text = message?.content ?? '';
      const thought = message?.reasoning_content ?? message?.reasoning ?? '';
      return {
        text,
        message: new AIMessage(text),
        generationInfo: { finish_reason, refusal: message?.refusal, thought, digits: readDigitOdds(text, logprobs) },
      };
    });
    return { generations, llmOutput: { usage, servedAs: readServedName(completion) } };
  }

  override completionWithRetry(
    request: StreamedCompletionRequest,
    options?: CompletionOptions,
  ): Promise<CompletionChunks>;
  override completionWithRetry(request: CompletionRequest, options?: CompletionOptions): Promise<Completion>;
  override async completionWithRetry(
    request: CompletionRequest | StreamedCompletionRequest,
    options?: CompletionOptions,
  ): Promise<CompletionChunks | Completion> {
    if (request.stream) return super.completionWithRetry(request, options);
    this._getClientOptions(undefined);
    const send = await (this.#send ??= createJsonSender(this.client, '/chat/completions', this.#settings));
    return toCompletion(await send(request, options?.signal));
  }
}

/** An answer that holds no error, as a completion. */
const toCompletion = (answer: unknown): Completion => ensureNoError(answer as Completion); // oxlint-disable-line typescript/no-unsafe-type-assertion -- read leniently by ChatOpenAI

/** The name of the model in a whole reply of OpenAI's API, which scripts seldom send. */
export function readServedName(reply: { id?: unknown; object?: unknown; model?: unknown }): string | undefined {
  const { id, object, model } = reply;
  return id !== undefined && object !== undefined && typeof model === 'string' && model !== '' ? model : undefined;
}

/** Whether the server failed while it wrote a choice. The last one is DeepSeek's. */
const isBrokenOff = ({ error, finish_reason: finish }: ErrorFields): boolean =>
  Boolean(error) || ['error', 'abort', 'insufficient_system_resource'].includes(toText(finish));

/**
 * Returns a completion that holds no error. Servers answer so with status 200 at unknown addresses, and gateways if the model
 * behind them failed. @throws an error with the status that the completion names, else one of the server
 */
export function ensureNoError<T extends { choices?: unknown[] | null | undefined } | null>(completion: T): T {
  const choices = completion?.choices ?? null;
  const body = toRecord(completion) ?? {};
  const failed = (Array.isArray(choices) ? choices : []).map((choice) => toRecord(choice) ?? {}).find(isBrokenOff);
  const error = body['error'] || failed?.['error'] || failed?.['finish_reason'];
  const base = toRecord(body['base_resp']) ?? {};
  const isFailed = Boolean(error) || Boolean(base['status_code']) || choices === null;
  if (!isFailed) return completion;
  const { message, code } = toRecord(error) ?? { message: error };
  const said = [message, base['status_msg'], body['detail'], body['message'], error, completion].find(Boolean);
  const text = said === completion ? `no choices in ${JSON.stringify(said)}` : toText(said) || JSON.stringify(said);
  const status = Number(code);
  const fields = {
    error: completion,
    code: /insufficient (balance|credit|quota)/i.test(text) ? 'insufficient_quota' : code,
  };
  if (status >= 400 && status < 600) throw Object.assign(new Error(text), { ...fields, status });
  throw Object.assign(new SyntaxError(`status 200 with an error: ${text}`), fields);
}
