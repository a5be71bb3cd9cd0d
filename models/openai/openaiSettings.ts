import { createLeanFetch } from './httpClient.ts';
import { hasOwnAuthorization } from '../requestExtras.ts';
import type { RequestSettings } from '../requestSettings.ts';
import { DEFAULT_OPENAI_URL, DEFAULT_TIMEOUT_SECONDS } from '../settings.ts';
import type { Transport } from '../transport.ts';

/** An OpenAI-compatible endpoint; without `baseUrl`, OpenAI's own. */
export type OpenAISettings = RequestSettings;

/** The fields that all transports to an endpoint share. */
export function createTransportBase(settings: OpenAISettings): Omit<Transport, 'kind' | 'send'> {
  const { model, baseUrl = DEFAULT_OPENAI_URL, apiKey, keyName, systemRole = 'system', secrets = [] } = settings;
  return {
    endpoint: toPublicUrl(baseUrl),
    provider: 'openai',
    model,
    params: { ...toRequestParams(settings), ...(systemRole !== 'system' && { system_role: systemRole }) },
    takesN: true,
    keyName,
    secrets: [...secrets, ...(apiKey ? [apiKey] : [])],
  };
}

/** Constructor fields of LangChain's OpenAI classes: key, timeout, and no retries, since the gateway retries. */
export function toClientFields(settings: OpenAISettings) {
  const { baseUrl = DEFAULT_OPENAI_URL, apiKey, headers, query, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = settings;
  const timeout = timeoutSeconds * 1000;
  // the SDK needs a key; without one, createLeanFetch removes the header that the SDK makes of this text
  return {
    apiKey: apiKey ?? 'none',
    timeout,
    maxRetries: 0,
    configuration: {
      baseURL: baseUrl,
      fetch: createLeanFetch(timeout, isKeyless(settings)),
      ...(headers && { defaultHeaders: headers }),
      ...(query && { defaultQuery: query }),
    },
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

/** What a user adds to the body of each request. */
export const toExtraFields = ({ reasoningEffort, extraBody }: OpenAISettings): Record<string, unknown> => ({
  ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
  ...extraBody,
});

/** Whether no Authorization header is sent. */
export const isKeyless = ({ apiKey, headers }: OpenAISettings): boolean =>
  apiKey === undefined && !hasOwnAuthorization(headers);

/** The same under the names of the wire, with what the user adds. The seed differs for each completion `part` of each `sample`. */
export function toRequestParams(
  settings: OpenAISettings,
  { sample, part = 0 }: { sample: number; part?: number } = { sample: 0 },
) {
  const { temperature, topP: top_p, maxTokens: max_tokens } = toDecodingParams(settings);
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(typeof settings.seed === 'number' && { seed: settings.seed + 7919 * sample + part }),
    ...toExtraFields(settings),
  };
}
