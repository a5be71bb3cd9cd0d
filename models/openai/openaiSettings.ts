import { createLeanFetch } from './httpClient.ts';
import { DEFAULT_OPENAI_URL, DEFAULT_TIMEOUT_SECONDS } from '../settings.ts';
import type { Transport } from '../transport.ts';

/** An OpenAI-compatible endpoint and its sampling settings. Null sends no such setting. */
export interface OpenAISettings {
  model: string;
  /** Default OpenAI's address. */
  baseUrl?: string | undefined;
  /** Without a key, no Authorization header is sent. */
  apiKey?: string | undefined;
  /** The environment variable of the key, for error messages. */
  keyName?: string | undefined;
  temperature?: number | null;
  topP?: number | null;
  maxTokens?: number | null;
  seed?: number | undefined;
  timeoutSeconds?: number;
}

/** The fields that all transports to an endpoint share. */
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

/** Constructor fields of LangChain's OpenAI classes: key, timeout, and no retries, since the gateway retries. */
export function toClientFields({
  baseUrl = DEFAULT_OPENAI_URL,
  apiKey,
  timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
}: OpenAISettings) {
  const timeout = timeoutSeconds * 1000;
  // the SDK needs a key; without one, createLeanFetch removes the header that the SDK makes of this text
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

/** The sampling settings that are sent: those that are neither null nor left out. */
export function toDecodingParams({ temperature, topP, maxTokens }: OpenAISettings): {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
} {
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof topP === 'number' && { topP }),
    ...(typeof maxTokens === 'number' && { maxTokens }),
  };
}

/** The same under the names of the wire. The seed differs for each completion `part` of each `sample`. */
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
