import type { ProviderRequest, ProviderSettings, RequestSampling } from './providerSettings.ts';
import { CLAUDE_FORMS, GEMINI_FORMS, MISTRAL_FORMS, OLLAMA_FORMS, OPENAI_FORMS, type FormClass } from './replyForms.ts';
import { createRequestFetch, createThrowingFetch, type RequestAdditions } from './requestFetch.ts';
import type { ProviderName } from '../providers.ts';

type OptionalSetting = 'baseUrl' | 'seed' | 'reasoningEffort' | 'headers' | 'query' | 'extraBody';

/** How a provider's class names the settings, and which of them it cannot send. */
export interface ProviderClass {
  unsupported: readonly OptionalSetting[];
  /** The end of an address that the class adds itself. */
  path?: RegExp;
  /** Whether a refused `max_tokens` may be sent as `max_completion_tokens`. */
  hasOpenAINames?: boolean;
  /** Whether the rules of a request are marked for the provider's cache. */
  marksCache?: boolean;
  /** How the class takes the form of a reply; undefined if it takes none. */
  forms?: FormClass;
  toRequest: (settings: ProviderSettings, sampling: RequestSampling, additions: RequestAdditions) => ProviderRequest;
}

const ANTHROPIC: ProviderClass = {
  forms: CLAUDE_FORMS,
  marksCache: true,
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
  forms: GEMINI_FORMS,
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
  forms: OLLAMA_FORMS,
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
  forms: MISTRAL_FORMS,
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
  forms: OPENAI_FORMS,
  unsupported: [],
  hasOpenAINames: true,
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
  forms: OPENAI_FORMS,
  unsupported: [],
  hasOpenAINames: true,
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

/** The classes whose fields are known. */
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

/** How a provider's class names the settings. */
export const getProviderClass = (provider: ProviderName): ProviderClass => CLASSES[provider] ?? OTHER;
