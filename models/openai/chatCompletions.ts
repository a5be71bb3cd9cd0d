import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import {
  ChatOpenAICompletions,
  convertMessagesToCompletionsMessageParams,
  OpenAIClient,
  wrapOpenAIClientError,
  type ChatOpenAIFields,
} from '@langchain/openai';
import { z } from 'zod';
import { sendHttpRequest } from './httpClient.ts';

type CompletionRequest = OpenAIClient.Chat.ChatCompletionCreateParamsNonStreaming;
type StreamedCompletionRequest = OpenAIClient.Chat.ChatCompletionCreateParamsStreaming;
type Completion = OpenAIClient.Chat.ChatCompletion;
type CompletionChunks = AsyncIterable<OpenAIClient.Chat.ChatCompletionChunk>;
type CompletionOptions = Parameters<ChatOpenAICompletions['completionWithRetry']>[1];

/** How an endpoint is reached: what the SDK puts into every request of a client, made once. */
interface EndpointAccess {
  url: string;
  headers: Record<string, string>;
}

/** Text, or text in parts. */
const Content = z.union([
  z.string(),
  z.array(z.looseObject({ text: z.string().catch('') })).transform((parts) => parts.map((p) => p.text).join('')),
]);
/** What is read of a chat completion; servers leave much of it out. */
const ChatCompletionBody = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: Content.nullish(), refusal: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
});

/**
 * Chat completions with the SDK's address, headers and errors, sent without its machinery for retries, streams and
 * fetch: these cost more than all else a call takes. `timeout`: milliseconds. Keyless: no Authorization header goes out.
 */
export class LeanChatCompletions extends ChatOpenAICompletions {
  readonly #keyless: boolean;
  readonly #timeoutMs: number;
  #endpoint: Promise<EndpointAccess> | undefined;

  constructor(fields: ChatOpenAIFields & { timeout: number }, keyless: boolean) {
    super(fields);
    this.#keyless = keyless;
    this.#timeoutMs = fields.timeout;
  }

  /** As ChatOpenAI has it, less what tools, audio and raw replies take; a refusal stands beside the reason it ended. */
  override async _generate(given: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const messages = convertMessagesToCompletionsMessageParams({ messages: given, model: this.model });
    const asked = { ...this.invocationParams(options), messages, stream: false as const };
    const { choices, usage } = ChatCompletionBody.parse(
      await this.completionWithRetry(asked, { signal: options.signal }),
    );
    const generations = (choices ?? []).map(({ message, finish_reason }) => {
      const text = message?.content ?? '';
      return { text, message: new AIMessage(text), generationInfo: { finish_reason, refusal: message?.refusal } };
    });
    const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage ?? {};
    return {
      generations,
      llmOutput: {
        tokenUsage: { promptTokens: promptTokens ?? undefined, completionTokens: completionTokens ?? undefined },
      },
    };
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
    const { url, headers } = await (this.#endpoint ??= this.#resolveEndpoint());
    const asked = { headers, body: JSON.stringify(request), signal: options?.signal, timeout: this.#timeoutMs };
    const answer = await sendHttpRequest(url, asked);
    if (answer.status < 300) return ensureNoError(JSON.parse(answer.text) as Completion); // oxlint-disable-line typescript/no-unsafe-type-assertion -- read leniently by ChatOpenAI
    const { status, headers: told, text } = answer;
    throw wrapOpenAIClientError(OpenAIClient.APIError.generate(status, parseErrorBody(text), text, new Headers(told)));
  }

  async #resolveEndpoint(): Promise<EndpointAccess> {
    this._getClientOptions(undefined);
    const { req, url } = await this.client.buildRequest({ method: 'post', path: '/chat/completions', body: {} });
    const headers = Object.fromEntries(req.headers);
    if (this.#keyless) delete headers['authorization'];
    return { url, headers };
  }
}

/** What gateways put into an answer of status 200 when the model behind them failed. */
const ErrorBody = z.object({ error: z.object({ message: z.string().optional(), code: z.unknown().optional() }) });
const ChoiceErrorBody = z.object({ choices: z.tuple([ErrorBody], z.unknown()) });

/** The answer, unless it tells of an error with status 200. @throws what the error's own code stands for, else a fault of the server */
export function ensureNoError<T extends { choices?: unknown[] | null | undefined }>(answer: T): T {
  if (![answer, answer.choices?.[0]].some((part) => Object.hasOwn(Object(part), 'error'))) return answer;
  const { error } = ErrorBody.safeParse(answer).data ?? ChoiceErrorBody.safeParse(answer).data?.choices[0] ?? {};
  if (!error) return answer;
  const { message = 'an error without a message', code } = error;
  const status = Number(code);
  if (status >= 400 && status < 600) throw Object.assign(new Error(message), { status });
  throw Object.assign(new SyntaxError(`answered 200 with an error: ${message}`), { code });
}

/** What an endpoint says of a refusal: JSON, where it is. */
function parseErrorBody(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
