/* oxlint-disable no-underscore-dangle -- LangChain's name: _generate calls a model without a run in LangSmith */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { importInitChatModel, type InitChatModel } from './chatModelPackages.ts';
import { listRefusedByClass, listSamplingNames, listUnsentParameters } from './classRefusals.ts';
import { CACHE_MARK, markCachedRules } from './markCachedRules.ts';
import { foldSystemPrompt } from './foldSystemPrompt.ts';
import { askChatModel } from './askChatModel.ts';
import { getProviderClass } from './providerClasses.ts';
import { applySettingAdjustments, listSentParameters, toRequestSampling } from './requestSampling.ts';
import { toFormOptions } from './replyForms.ts';
import { toProviderRequest } from './toProviderRequest.ts';
import type { ProviderSettings, RequestSampling } from './providerSettings.ts';
import { runWithTimeout } from './runWithTimeout.ts';
import { getInnerModel } from './suppliedModel.ts';
import { ModelsConfigError } from '../errors.ts';
import { findRefusedParameters } from '../refusedParameters.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../settings.ts';
import { requireMessages, type ModelRequest, type ParameterAdjustments, type Transport } from '../transport.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** A provider's model for one request, and what it sends of the settings. */
interface RequestModel {
  chat: BaseChatModel;
  sampling: RequestSampling;
  added: readonly string[];
  takesSignal: boolean;
}

/**
 * Creates the transport of a provider's chat model, which LangChain's `initChatModel` makes. `module`: LangChain's address.
 * `path`: the config's key, for errors.
 */
export function createProviderChat(
  settings: ProviderSettings,
  module: string,
  path: string,
): Transport & { kind: 'chat' } {
  const { provider, model, baseUrl, keyName, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = settings;
  const { forms, hasOpenAINames, marksCache } = getProviderClass(provider);
  const output = forms && settings.output;
  const createModel = makeModelFactory(settings, module, path);
  const checked = new Map<string, Promise<string[]>>();
  return {
    kind: 'chat',
    endpoint: baseUrl === undefined ? provider : toAddress(baseUrl),
    provider,
    model,
    params: toIdentityParams(settings),
    takesN: false,
    isAdjustable: true,
    output,
    successors: {
      system: 'user',
      ...forms?.successors,
      ...(hasOpenAINames && { max_tokens: 'max_completion_tokens' }),
    },
    keyName,
    secrets: listSecrets(settings),
    listUnsent(request, adjustments) {
      const key = JSON.stringify([[...adjustments], request.stop]);
      const names = checked.get(key) ?? findUnsent(createModel, request, adjustments);
      checked.set(key, names);
      return names;
    },
    send: (request, signal, adjustments = new Map()) =>
      runWithTimeout(
        async (ended) => {
          const { chat, sampling, takesSignal } = await createModel(request, adjustments, ended);
          const form = toFormOptions(forms, chat, request, output, adjustments);
          const options = { ...toStopOptions(sampling), ...form.options, ...(takesSignal && { signal: ended }) };
          const messages = requireMessages(request.prompt);
          const isFolded = settings.systemRole === 'user' || adjustments.has('system');
          const isMarked = marksCache && request.form && !isFolded && !adjustments.has(CACHE_MARK);
          const sent = isFolded ? foldSystemPrompt(messages) : isMarked ? markCachedRules(messages) : messages;
          const names = listSentParameters(settings, sampling, adjustments, sent);
          return askChatModel(chat, sent, options, [...names, ...form.parts, ...(isMarked ? [CACHE_MARK] : [])]);
        },
        timeoutSeconds,
        signal,
      ),
  };
}

type ModelFactory = (
  request: ModelRequest,
  adjustments: ParameterAdjustments,
  signal: AbortSignal,
) => Promise<RequestModel>;

/** Makes a model for each request, since the classes take the seed, the limit and the way out in their constructor only. */
function makeModelFactory(settings: ProviderSettings, module: string, path: string): ModelFactory {
  let loading: Promise<InitChatModel> | undefined;
  return async (request, adjustments, signal) => {
    const init = await (loading ??= importInitChatModel(module));
    const sampling = toRequestSampling(settings, request, adjustments);
    const adjusted = applySettingAdjustments(settings, adjustments);
    const { fields, added, takesSignal } = toProviderRequest(adjusted, sampling, signal);
    try {
      return { chat: await getInnerModel(await init(settings.model, fields)), sampling, added, takesSignal };
    } catch (error) {
      if (findRefusedParameters(error, listSamplingNames(sampling))) throw error;
      const message = `LangChain's class for "${settings.provider}" cannot be made: ${getErrorMessage(error).split('\n')[0]}`;
      throw new ModelsConfigError([{ path, message }]);
    }
  };
}

/** Finds what the class refuses or drops, one after the other, until the rest would be sent. */
async function findUnsent(
  createModel: ModelFactory,
  request: ModelRequest,
  adjustments: ParameterAdjustments,
): Promise<string[]> {
  const { chat, sampling, added } = await createModel(request, adjustments, new AbortController().signal);
  const options = toStopOptions(sampling);
  const names =
    listRefusedByClass(chat, options, listSamplingNames(sampling)) ??
    listUnsentParameters(chat, options, sampling).filter((name) => !added.includes(name));
  if (names.length === 0) return [];
  const leftOut = new Map([...adjustments, ...names.map((name): [string, null] => [name, null])]);
  return [...names, ...(await findUnsent(createModel, request, leftOut))];
}

const toStopOptions = ({ stop }: RequestSampling): { stop?: string[] } => (stop ? { stop: [...stop] } : {});

/** What decides an answer: the settings that were asked for, whatever the class says of itself. */
function toIdentityParams(settings: ProviderSettings): Record<string, unknown> {
  const { provider, temperature, topP, maxTokens, seed, reasoningEffort, systemRole, extraBody } = settings;
  const params = {
    provider,
    temperature: temperature ?? undefined,
    top_p: topP ?? undefined,
    max_tokens: maxTokens ?? undefined,
    seed: seed ?? undefined,
    reasoning_effort: reasoningEffort,
    system_role: systemRole === 'system' ? undefined : systemRole,
    extra_body: extraBody,
  };
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

const listSecrets = ({ apiKey, secrets = [] }: ProviderSettings): string[] => [...secrets, ...(apiKey ? [apiKey] : [])];

function toAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
