import { ChatOpenAICompletions, OpenAIClient, wrapOpenAIClientError, type ChatOpenAIFields } from '@langchain/openai';
import { z } from 'zod';
import { ask } from './http.ts';

type Asked = OpenAIClient.Chat.ChatCompletionCreateParamsNonStreaming;
type Streamed = OpenAIClient.Chat.ChatCompletionCreateParamsStreaming;
type Completion = OpenAIClient.Chat.ChatCompletion;
type Chunks = AsyncIterable<OpenAIClient.Chat.ChatCompletionChunk>;
type Options = Parameters<ChatOpenAICompletions['completionWithRetry']>[1];

/** How an endpoint is reached: what the SDK puts into every request of a client, made once. */
interface Reached {
  url: string;
  headers: Record<string, string>;
}

/**
 * Chat completions with the SDK's address, headers and errors, sent without its machinery for retries, streams and
 * fetch: these cost more than all else a call takes. `timeout`: milliseconds. Keyless: no Authorization header goes out.
 */
export class Completions extends ChatOpenAICompletions {
  readonly #keyless: boolean;
  readonly #patience: number;
  #reached: Promise<Reached> | undefined;

  constructor(fields: ChatOpenAIFields & { timeout: number }, keyless: boolean) {
    super(fields);
    this.#keyless = keyless;
    this.#patience = fields.timeout;
  }

  override completionWithRetry(request: Streamed, options?: Options): Promise<Chunks>;
  override completionWithRetry(request: Asked, options?: Options): Promise<Completion>;
  override async completionWithRetry(request: Asked | Streamed, options?: Options): Promise<Chunks | Completion> {
    if (request.stream) return super.completionWithRetry(request, options);
    const { url, headers } = await (this.#reached ??= this.#reach());
    const asked = { headers, body: JSON.stringify(request), signal: options?.signal, timeout: this.#patience };
    const answer = await ask(url, asked);
    if (answer.status < 300) return withoutError(JSON.parse(answer.text) as Completion); // oxlint-disable-line typescript/no-unsafe-type-assertion -- read leniently by ChatOpenAI
    const { status, headers: told, text } = answer;
    throw wrapOpenAIClientError(OpenAIClient.APIError.generate(status, bodyOf(text), text, new Headers(told)));
  }

  async #reach(): Promise<Reached> {
    this._getClientOptions(undefined);
    const { req, url } = await this.client.buildRequest({ method: 'post', path: '/chat/completions', body: {} });
    const headers = Object.fromEntries(req.headers);
    if (this.#keyless) delete headers['authorization'];
    return { url, headers };
  }
}

/** What gateways put into an answer of status 200 when the model behind them failed. */
const Failed = z.object({ error: z.object({ message: z.string().optional(), code: z.unknown().optional() }) });
const FailedChoice = z.object({ choices: z.tuple([Failed], z.unknown()) });

/** The answer, unless it tells of an error with status 200. @throws what the error's own code stands for, else a fault of the server */
export function withoutError<T extends { choices?: unknown[] | null | undefined }>(answer: T): T {
  const { error } = Failed.safeParse(answer).data ?? FailedChoice.safeParse(answer).data?.choices[0] ?? {};
  if (!error) return answer;
  const { message = 'an error without a message', code } = error;
  const status = Number(code);
  if (status >= 400 && status < 600) throw Object.assign(new Error(message), { status });
  throw Object.assign(new SyntaxError(`answered 200 with an error: ${message}`), { code });
}

/** What an endpoint says of a refusal: JSON, where it is. */
function bodyOf(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
