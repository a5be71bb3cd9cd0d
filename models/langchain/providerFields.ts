import { createRequestFetch, createThrowingFetch, type RequestAdditions } from './requestFetch.ts';
import type { ProviderName } from '../providers.ts';
import { hasOwnAuthorization } from '../requestExtras.ts';

/** A model of a provider. Null and undefined send no such setting. Headers and query have their final values. */
export interface ProviderSettings {
  provider: ProviderName;
  model: string;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  /** The environment variable of the key, for error messages. */
  keyName?: string | undefined;
  temperature?: number | null;
  topP?: number | null;
  maxTokens?: number | null;
  seed?: number | null | undefined;
  timeoutSeconds?: number;
  reasoningEffort?: string | undefined;
  systemRole?: string | undefined;
  extraBody?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** Values of headers and query that no message may show. */
  secrets?: readonly string[];
}

/** The sampling of one request: what the endpoint takes of its model's settings. */
export interface RequestSampling {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  seed?: number;
  stop?: readonly string[];
}

/** How one request is made: the fields of the class, and what is sent besides. */
export interface ProviderRequest {
  fields: Record<string, unknown>;
  /** Parameters that are sent without the class's knowledge. */
  added: readonly string[];
  /** Whether the class gets the signal of a call. It has no effect where the class has a fetch, which has the signal. */
  takesSignal: boolean;
}

type OptionalSetting = 'baseUrl' | 'seed' | 'reasoningEffort' | 'headers' | 'query' | 'extraBody';

/** How a provider's class names the settings, and which of them it cannot send. */
interface ProviderClass {
  unsupported: readonly OptionalSetting[];
  /** The end of an address that the class adds itself. */
  path?: RegExp;
  toRequest: (settings: ProviderSettings, sampling: RequestSampling, additions: RequestAdditions) => ProviderRequest;
}

const ANTHROPIC: ProviderClass = {
  unsupported: ['seed'],
  path: /\/v1$/,
  toRequest({ baseUrl, reasoningEffort }, { temperature, topP, maxTokens }, additions) {
    // without a timeout the SDK refuses limits above 21,333 tokens
    const clientOptions = { fetch: createRequestFetch(additions), timeout: SDK_TIMEOUT_MS };
    const fields = {
      temperature,
      // Claude refuses both, and 1 is what it does without
      topP: topP === 1 ? undefined : topP,
      maxTokens,
      anthropicApiUrl: baseUrl,
      clientOptions,
      outputConfig: reasoningEffort === undefined ? undefined : { effort: reasoningEffort },
    };
    return { fields, added: topP === 1 ? ['top_p'] : [], takesSignal: false };
  },
};

const GOOGLE_GENAI: ProviderClass = {
  unsupported: ['seed', 'query', 'extraBody'],
  path: /\/v1(beta)?$/,
  toRequest({ baseUrl, reasoningEffort }, { temperature, topP, maxTokens, stop }, { headers }) {
    const thinkingConfig = reasoningEffort === undefined ? undefined : { thinkingLevel: reasoningEffort.toUpperCase() };
    const fields = {
      temperature,
      topP,
      maxOutputTokens: maxTokens,
      stopSequences: stop,
      baseUrl,
      thinkingConfig,
      customHeaders: headers,
    };
    return { fields, added: [], takesSignal: true };
  },
};

const OLLAMA: ProviderClass = {
  unsupported: [],
  path: /\/(api|v1)$/,
  toRequest({ baseUrl, apiKey, reasoningEffort }, { temperature, topP, maxTokens, seed }, additions) {
    const think = reasoningEffort === undefined ? {} : { think: reasoningEffort === 'none' ? false : reasoningEffort };
    const body = { ...think, ...additions.body };
    const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    const headers = { ...authorization, ...additions.headers };
    const fields = {
      temperature,
      topP,
      numPredict: maxTokens,
      seed,
      baseUrl,
      fetch: createThrowingFetch({ ...additions, headers, body }),
    };
    return { fields, added: [], takesSignal: false };
  },
};

const MISTRAL: ProviderClass = {
  unsupported: [],
  path: /\/v1$/,
  toRequest({ baseUrl, reasoningEffort }, { temperature, topP, maxTokens, seed, stop }, additions) {
    const effort = reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort };
    const body = { ...(stop && { stop }), ...effort, ...additions.body };
    const httpClient = { request: createRequestFetch({ ...additions, body }) };
    const fields = { temperature, topP, maxTokens, seed, serverURL: baseUrl, httpClient };
    return { fields, added: ['stop'], takesSignal: false };
  },
};

/** Classes that extend ChatOpenAI. */
const OPENAI_LIKE: ProviderClass = {
  unsupported: [],
  toRequest({ baseUrl, reasoningEffort }, { temperature, topP, maxTokens, seed }, additions) {
    const effort = reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort };
    const body = { ...effort, ...(seed !== undefined && { seed }), ...additions.body };
    const configuration = { fetch: createRequestFetch({ ...additions, body }), ...(baseUrl && { baseURL: baseUrl }) };
    const fields = { temperature, topP, maxTokens, timeout: SDK_TIMEOUT_MS, configuration };
    return { fields, added: ['seed'], takesSignal: false };
  },
};

/** Azure: the model's name is that of the deployment, and the address that of the resource. */
const AZURE: ProviderClass = {
  unsupported: [],
  path: /\/openai(\/deployments.*|\/v1)?$/,
  toRequest(settings, sampling, additions) {
    const { fields, ...request } = OPENAI_LIKE.toRequest({ ...settings, baseUrl: undefined }, sampling, additions);
    const named = {
      azureOpenAIApiKey: settings.apiKey,
      azureOpenAIEndpoint: settings.baseUrl,
      azureOpenAIApiDeploymentName: settings.model,
      azureOpenAIApiVersion: additions.query['api-version'],
    };
    return { ...request, fields: { ...fields, ...named } };
  },
};

/** Amazon's own client finds region and credentials, and repeats a call unless told not to. */
const BEDROCK: ProviderClass = {
  unsupported: ['baseUrl', 'seed', 'reasoningEffort', 'headers', 'query'],
  toRequest: ({ extraBody }, { temperature, topP, maxTokens }) => ({
    fields: {
      temperature,
      topP,
      maxTokens,
      clientOptions: { maxAttempts: 1 },
      additionalModelRequestFields: extraBody,
    },
    added: [],
    takesSignal: true,
  }),
};

/** Classes of which only the sampling is known. */
const OTHER: ProviderClass = {
  unsupported: ['baseUrl', 'seed', 'reasoningEffort', 'headers', 'query', 'extraBody'],
  toRequest: (_, { temperature, topP, maxTokens, stop }) => ({
    fields: {
      temperature,
      topP,
      maxTokens,
      maxOutputTokens: maxTokens,
      maxCompletionTokens: maxTokens,
      stopSequences: stop,
    },
    added: [],
    takesSignal: true,
  }),
};

/** Longer than any call: drpo ends a call itself. */
const SDK_TIMEOUT_MS = 2 ** 31 - 1;

const CLASSES: Partial<Record<ProviderName, ProviderClass>> = {
  anthropic: ANTHROPIC,
  'google-genai': GOOGLE_GENAI,
  ollama: OLLAMA,
  mistralai: MISTRAL,
  mistral: MISTRAL,
  bedrock: BEDROCK,
  aws: BEDROCK,
  azure_openai: AZURE,
  langsmith: OPENAI_LIKE,
  deepseek: OPENAI_LIKE,
  xai: OPENAI_LIKE,
  fireworks: OPENAI_LIKE,
  together: OPENAI_LIKE,
};

/** Lists the settings that a provider cannot be sent, each with what to do. */
export function listUnsupportedSettings(settings: ProviderSettings): [key: string, message: string][] {
  const { provider, systemRole } = settings;
  const { unsupported } = CLASSES[provider] ?? OTHER;
  const found = unsupported.filter((key) => settings[key] !== undefined && settings[key] !== null);
  const issues = found.map((key): [string, string] => [
    key,
    `expected no such key for the provider "${provider}", whose class in LangChain does not send it; remove it`,
  ]);
  if (systemRole !== 'developer') return issues;
  return [...issues, ['systemRole', `expected "system" or "user" for the provider "${provider}", got "developer"`]];
}

/** Makes the constructor's fields for one request. None retries, because the gateway does. */
export function toProviderRequest(
  settings: ProviderSettings,
  sampling: RequestSampling,
  signal: AbortSignal,
): ProviderRequest {
  const { provider, apiKey, headers = {}, query = {}, extraBody: body = {} } = settings;
  const { path, toRequest } = CLASSES[provider] ?? OTHER;
  const baseUrl = settings.baseUrl?.replace(/\/+$/, '').replace(path ?? /$^/, '');
  // a class without a key in its fields takes one from the environment, which is not meant for this address
  const isKeyless = apiKey === undefined && (baseUrl !== undefined || hasOwnAuthorization(headers));
  const key = isKeyless ? 'none' : apiKey;
  const droppedHeaders = [
    ...(isKeyless ? ['authorization'] : []),
    ...(hasOwnAuthorization(headers) ? ['x-api-key'] : []),
  ];
  const request = toRequest({ ...settings, baseUrl }, sampling, { headers, query, body, droppedHeaders, signal });
  const fields = { modelProvider: provider, apiKey: key, maxRetries: 0, ...request.fields };
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { ...request, fields: Object.fromEntries(known) };
}
