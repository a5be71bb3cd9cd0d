import { z } from 'zod';
import { EMBEDDING_EXTRAS_SHAPE, EXTRAS_SHAPE, VariableName } from './requestExtras.ts';
import type { RequestExtras } from './requestExtras.ts';
import { isCredential } from './credentials.ts';
import { PROVIDER_NAMES, type ProviderName } from './providers.ts';
import { isKeylessAddress } from './isKeylessAddress.ts';
import type { OutputMode } from './transport.ts';

/** Calls in flight at the same time, over all roles. */
export const DEFAULT_CONCURRENCY = 16;
/** Tokens of a reply. */
export const DEFAULT_MAX_TOKENS = 2048;
export const DEFAULT_TIMEOUT_SECONDS = 600;
/** The longest that a timer of Node waits, about 24.8 days. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
/** Attempts after the first. */
export const DEFAULT_MAX_RETRIES = 6;
/** The address of a model without `baseUrl`, if the environment variable OPENAI_BASE_URL names none. */
export const DEFAULT_OPENAI_URL = 'https://api.openai.com/v1';
/** The environment variable with the key for that address. */
export const DEFAULT_KEY_ENV = 'OPENAI_API_KEY';

const TimeoutSeconds = z
  .number()
  .positive()
  .max(Math.floor(MAX_TIMER_MS / 1000));
const makeIntegerSchema = (minimum: number) => z.number().int().min(minimum);

/** The address of an endpoint. It must hold no key, because the run's folder shows it. */
const Address = z
  .url({ protocol: /^https?$/, error: 'expected an address such as https://host/v1', abort: true })
  .refine(isKeylessAddress, {
    error:
      'expected an address without parameters, user, password and keys; put parameters into query, and name the environment variable of a key in apiKeyEnv or as { "env": NAME }',
    params: { secret: true },
  });

/** The name of a model. An address, or a key, in its place is not shown. */
const ModelName = z
  .string()
  .min(1)
  .refine((name) => !/:\/\/|[?&#][\w-]+=/.test(name) && !isCredential(name), {
    error: 'expected the name of a model; an address follows it as @http://… or stands in baseUrl, and holds no key',
    params: { secret: true },
  });

/** Who says the system prompt. "user": it stands before the first user message. */
const SystemRole = z.enum(['system', 'developer', 'user']);
export type SystemRole = z.infer<typeof SystemRole>;

/** US dollars per million tokens, sent in one way. */
export interface TokenRates {
  input: number;
  /** Of input from the provider's cache. Default: the price of other input. */
  cachedInput?: number | undefined;
  /** Of input that the provider's cache stores. Default: the price of other input. */
  writtenInput?: number | undefined;
  output: number;
  /** Of the output that is thinking. Default: the price of other output. */
  reasoning?: number | undefined;
}

/** US dollars per million tokens. */
export interface ModelPrice extends TokenRates {
  /** Of requests in a batch. Default: the prices of other requests. */
  batch?: TokenRates | undefined;
}

const dollars = z.number().min(0);
const RATES = {
  input: dollars,
  cachedInput: dollars.optional(),
  writtenInput: dollars.optional(),
  output: dollars,
  reasoning: dollars.optional(),
};
export const ModelPrice: z.ZodType<ModelPrice> = z.strictObject({ ...RATES, batch: z.strictObject(RATES).optional() });

/** A role's model as written in the config, before defaults. */
export interface ModelSettings extends RequestExtras {
  /**
   * A provider that LangChain's `initChatModel` knows, such as "anthropic". "langchain": a model object that the caller of
   * `optimize()` gives for the role. Default: openai.
   */
  provider?: 'openai' | 'simulated' | 'langchain' | ProviderName | undefined;
  /** Left out: the only model that the endpoint at `baseUrl` lists. */
  model?: string | undefined;
  /** The address of an endpoint without a key. Default: `OPENAI_BASE_URL`, else OpenAI's. */
  baseUrl?: string | undefined;
  /** The environment variable that holds the key. */
  apiKeyEnv?: string | undefined;
  /** "completions" is for a base model that does not chat. Default: chat. */
  api?: 'chat' | 'completions' | undefined;
  /** 0 to 2. Null sends none, for models that refuse it. Default: 0, but 0.2 for the optimizer. */
  temperature?: number | null | undefined;
  /** 0 to 1. Null sends none. Default: 1, but 0.95 for the optimizer. */
  topP?: number | null | undefined;
  /** Tokens of a reply, 1 or more. Null sends no limit. Default: 2048. */
  maxTokens?: number | null | undefined;
  /** Null sends none. Default: none. */
  seed?: number | null | undefined;
  /** Sent under the provider's name for it, such as "low". Default: none. */
  reasoningEffort?: string | undefined;
  /** Who says the system prompt; "user" puts it before the first user message. Default: system. */
  systemRole?: SystemRole | undefined;
  /** The form of replies; not for the base model. "auto" begins with a JSON schema. Default: auto, but text in `reference`. */
  output?: OutputMode | undefined;
  /** Until the whole answer has come, at most 2147483. Default: 600. */
  timeoutSeconds?: number | undefined;
  /** Attempts after the first, 0 or more. Default: 6. */
  maxRetries?: number | undefined;
  /** USD per million tokens. */
  price?: ModelPrice | undefined;
}

export const ModelSettings: z.ZodType<ModelSettings> = z.strictObject({
  provider: z.enum(['openai', 'simulated', 'langchain', ...PROVIDER_NAMES]).optional(),
  model: ModelName.optional(),
  baseUrl: Address.optional(),
  apiKeyEnv: VariableName.optional(),
  ...EXTRAS_SHAPE,
  api: z.enum(['chat', 'completions']).optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
  topP: z.number().min(0).max(1).nullable().optional(),
  maxTokens: makeIntegerSchema(1).nullable().optional(),
  seed: makeIntegerSchema(0).nullable().optional(),
  reasoningEffort: z.string().min(1).optional(),
  systemRole: SystemRole.optional(),
  output: z.enum(['auto', 'json_schema', 'json_object', 'text']).optional(),
  timeoutSeconds: TimeoutSeconds.optional(),
  maxRetries: makeIntegerSchema(0).optional(),
  price: ModelPrice.optional(),
});

/** A role's model with all defaults. */
export interface ResolvedModel extends ModelSettings {
  provider: 'openai' | 'simulated' | 'langchain' | ProviderName;
  api: 'chat' | 'completions';
  temperature: number | null;
  topP: number | null;
  maxTokens: number | null;
  timeoutSeconds: number;
  maxRetries: number;
}

/** How the similarity of queries is measured: by shared words (the default), or by an endpoint's embeddings. */
export type EmbeddingSettings =
  | { provider: 'lexical' }
  | ({
      provider: 'openai';
      model: string;
      baseUrl?: string | undefined;
      apiKeyEnv?: string | undefined;
      timeoutSeconds: number;
      maxRetries: number;
    } & RequestExtras)
  | { provider: 'langchain'; model?: string | undefined; maxRetries: number };

export const EmbeddingSettings: z.ZodType<EmbeddingSettings> = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('lexical') }),
  z.strictObject({
    provider: z.literal('openai'),
    model: ModelName,
    baseUrl: Address.optional(),
    apiKeyEnv: VariableName.optional(),
    ...EMBEDDING_EXTRAS_SHAPE,
    timeoutSeconds: TimeoutSeconds.default(DEFAULT_TIMEOUT_SECONDS),
    maxRetries: makeIntegerSchema(0).default(DEFAULT_MAX_RETRIES),
  }),
  z.strictObject({
    provider: z.literal('langchain'),
    model: z.string().optional(),
    maxRetries: makeIntegerSchema(0).default(DEFAULT_MAX_RETRIES),
  }),
]);
