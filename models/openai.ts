import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { encode } from './managed.ts';
import type { Reply, Request, Transport } from './transport.ts';

/** An OpenAI-compatible endpoint and how it is asked; null sends no such setting. */
export interface OpenAISettings {
  model: string;
  /** Default OpenAI's own. */
  baseUrl?: string | undefined;
  /** Without one no Authorization header is sent. */
  apiKey?: string | undefined;
  /** The variable the key came from, for advice. */
  keyName?: string | undefined;
  temperature?: number | null;
  topP?: number | null;
  maxTokens?: number;
  seed?: number | undefined;
  timeoutSeconds?: number;
}

export const OPENAI_URL = 'https://api.openai.com/v1';

/** Chat completions, through ChatOpenAI with its own retries off. */
export function openaiChat(settings: OpenAISettings): Transport & { kind: 'chat' } {
  const { model, temperature, topP, maxTokens, seed } = settings;
  // n can only be given to the constructor
  const byN = new Map<number, ChatOpenAI>();
  const asking = (n: number): ChatOpenAI => {
    const fields = {
      model,
      n,
      ...given({ temperature, topP, maxTokens }),
      ...clientOf(settings),
      __includeRawResponse: true,
    };
    const chat = byN.get(n) ?? new ChatOpenAI(fields);
    byN.set(n, chat);
    return chat;
  };
  return {
    kind: 'chat',
    ...commonOf(settings),
    async send(request, signal) {
      if (!('messages' in request.prompt)) throw new TypeError('a chat model is asked with messages');
      const options = {
        ...given({ seed: seedOf(request, seed), stop: request.stop && [...request.stop] }),
        ...(signal && { signal }),
      };
      const { generations, llmOutput } = await asking(request.n)._generate([...request.prompt.messages], options);
      const choices = generations.map(({ text, message, generationInfo }, i) => {
        const { __raw_response: raw, refusal } = message.additional_kwargs as {
          __raw_response?: RawChat;
          refusal?: string;
        };
        return {
          text,
          refusal: raw?.choices?.[i]?.message?.refusal ?? refusal,
          finish: generationInfo?.['finish_reason'] as unknown,
        };
      });
      const { promptTokens, completionTokens } = (llmOutput?.['tokenUsage'] ?? {}) as {
        promptTokens?: number;
        completionTokens?: number;
      };
      return replyOf(choices, promptTokens, completionTokens);
    },
  };
}

/** Completions of plain text (`/v1/completions`), for models without a chat template. */
export function openaiCompletions(settings: OpenAISettings): Transport & { kind: 'text' } {
  const { model, temperature, topP, maxTokens, seed } = settings;
  // the class refuses some names as those of chat models; the request names the real one
  const llm = new OpenAI({ model: 'instruct', ...clientOf(settings) });
  return {
    kind: 'text',
    ...commonOf(settings),
    async send(request, signal) {
      if (!('text' in request.prompt)) throw new TypeError('a completion model is asked with a text');
      const { prompt, n, stop } = { ...request, prompt: request.prompt.text };
      const decoding = given({
        temperature,
        top_p: topP,
        max_tokens: maxTokens,
        seed: seedOf(request, seed),
        stop: stop && [...stop],
      });
      const data = await llm.completionWithRetry({ model, prompt, n, ...decoding }, signal ? { signal } : {});
      const choices = (data.choices ?? []).map(({ text, finish_reason: finish }) => ({ text, finish }));
      return replyOf(choices, data.usage?.prompt_tokens, data.usage?.completion_tokens);
    },
  };
}

/** Embeddings; each text goes out verbatim, newlines too. */
export function openaiEmbeddings(settings: OpenAISettings): Transport & { kind: 'embeddings' } {
  const fields = { model: settings.model, stripNewLines: false, batchSize: 2048, maxConcurrency: Infinity };
  const embeddings = new OpenAIEmbeddings({ ...fields, ...clientOf(settings) });
  return {
    kind: 'embeddings',
    ...commonOf(settings),
    async send({ prompt }) {
      if (!('texts' in prompt)) throw new TypeError('embeddings are asked for with texts');
      const vectors = await embeddings.embedDocuments([...prompt.texts]);
      return { texts: vectors.map(encode), finish: [], usage: null };
    },
  };
}

interface RawChat {
  choices?: { message?: { refusal?: string | null } }[];
}

interface Choice {
  text: unknown;
  refusal?: string | null | undefined;
  finish: unknown;
}

/** No choice at all and content null are an empty text; a refusal is the text, and the reason it ended. */
function replyOf(choices: readonly Choice[], input: number | undefined, output: number | undefined): Reply {
  const all = choices.length ? choices : [{ text: '', finish: 'empty' }];
  return {
    texts: all.map(({ text, refusal }: Choice) => (typeof text === 'string' && text !== '' ? text : (refusal ?? ''))),
    finish: all.map(({ text, refusal, finish }: Choice) =>
      refusal && !text ? 'refusal' : typeof finish === 'string' ? finish : '',
    ),
    usage: input === undefined && output === undefined ? null : { input: input ?? 0, output: output ?? 0 },
  };
}

function commonOf({
  model,
  baseUrl = OPENAI_URL,
  apiKey,
  keyName,
  temperature,
  topP,
  maxTokens,
  seed,
}: OpenAISettings) {
  return {
    endpoint: publicUrl(baseUrl),
    provider: 'openai',
    model,
    params: given({ temperature, top_p: topP, max_tokens: maxTokens, seed }),
    takesN: true,
    keyName,
    secrets: apiKey ? [apiKey] : [],
  };
}

function clientOf({ baseUrl = OPENAI_URL, apiKey, timeoutSeconds = 600 }: OpenAISettings) {
  const timeout = timeoutSeconds * 1000;
  // the SDK demands a key; where there is none, what it makes of this one is taken out of the request
  return {
    apiKey: apiKey ?? 'none',
    timeout,
    maxRetries: 0,
    configuration: { baseURL: baseUrl, fetch: fetchWith(timeout, apiKey === undefined) },
  };
}

/** The same request asked again needs another seed; request and number decide it. */
const seedOf = ({ sample, part = 0 }: Request, seed: number | undefined): number | undefined =>
  seed === undefined ? undefined : seed + 7919 * sample + part;

const publicUrl = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
};

/** The settings that are there. */
const given = <T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } =>
  Object.fromEntries(Object.entries(settings).filter(([, v]) => v !== undefined && v !== null)) as {
    [K in keyof T]?: Exclude<T[K], null | undefined>;
  };

/** Node's fetch gives up after five minutes without a header, whatever the SDK's timeout: a longer one needs its own dispatcher. */
function fetchWith(timeout: number, keyless: boolean): typeof fetch {
  const dispatcher = timeout > 300_000 ? patient(timeout) : undefined;
  return (url, init) => {
    const headers = new Headers(init?.headers);
    if (keyless) headers.delete('authorization');
    return fetch(url, { ...init, headers, ...(dispatcher && { dispatcher }) } as RequestInit);
  };
}

const patients = new Map<number, object>();

function patient(timeout: number): object | undefined {
  void globalThis.fetch; // makes Node load what the next line looks for
  const own: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
  if (typeof own !== 'object' || own === null) return undefined;
  const Dispatcher = own.constructor as new (options: object) => object;
  const made = patients.get(timeout) ?? new Dispatcher({ headersTimeout: timeout, bodyTimeout: timeout });
  patients.set(timeout, made);
  return made;
}
