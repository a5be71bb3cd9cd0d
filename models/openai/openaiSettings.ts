import { createLeanFetch } from './httpClient.ts';
import { DEFAULT_OPENAI_URL, DEFAULT_TIMEOUT_SECONDS } from '../settings.ts';
import type { Transport } from '../transport.ts';

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

/** What the transports to an endpoint have in common. */
export function createTransportBase(settings: OpenAISettings): Omit<Transport, 'kind' | 'send'> {
  const { model, baseUrl = DEFAULT_OPENAI_URL, apiKey, keyName } = settings;
  return {
    endpoint: toPublicUrl(baseUrl),
    provider: 'openai',
    model,
    params: toRequestParams(settings),
    takesN: true,
    keyName,
    secrets: apiKey ? [apiKey] : [],
  };
}

/** Constructor fields of LangChain's classes: no retries, this key or none, this much patience. */
export function toClientFields({
  baseUrl = DEFAULT_OPENAI_URL,
  apiKey,
  timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
}: OpenAISettings) {
  const timeout = timeoutSeconds * 1000;
  // the SDK demands a key; where there is none, what it makes of this one is taken out of the request
  return {
    apiKey: apiKey ?? 'none',
    timeout,
    maxRetries: 0,
    configuration: { baseURL: baseUrl, fetch: createLeanFetch(timeout, apiKey === undefined) },
  };
}

const toPublicUrl = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
};

/** The decoding that is sent; what is null or left out is not. */
export function toDecodingParams({ temperature, topP, maxTokens }: OpenAISettings): {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
} {
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof topP === 'number' && { topP }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

/** The same under the names they have in a request; the seed is for choice `part` of sample `sample`: each has its own. */
export function toRequestParams(
  settings: OpenAISettings,
  { sample, part = 0 }: { sample: number; part?: number } = { sample: 0 },
) {
  const { temperature, topP: top_p, maxTokens: max_tokens } = toDecodingParams(settings);
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(settings.seed !== undefined && { seed: settings.seed + 7919 * sample + part }),
  };
}
