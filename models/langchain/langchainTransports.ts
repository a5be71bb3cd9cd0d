/* oxlint-disable no-underscore-dangle -- LangChain's name: _generate calls a model without a run in LangSmith */
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseLLM } from '@langchain/core/language_models/llms';
import { listRefusedByClass } from './classRefusals.ts';
import { foldSystemPrompt } from './foldSystemPrompt.ts';
import { askChatModel } from './askChatModel.ts';
import { listModelSecrets } from './listModelSecrets.ts';
import { encodeVector } from './managedEmbeddings.ts';
import { findFormClass, toFormOptions } from './replyForms.ts';
import { readReply } from './readReply.ts';
import { getInnerModel, listModelParameters, readModelParams, removeParameters, stopRetries } from './suppliedModel.ts';
import {
  requireMessages,
  requireText,
  requireTexts,
  type ModelRequest,
  type OutputMode,
  type Transport,
} from '../transport.ts';

/** What decides a model's answers, for the cache. Fields that are left out are read from the model. */
export interface ModelIdentity {
  endpoint?: string;
  provider?: string;
  model?: string;
  params?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a transport of any LangChain model. If the model has `takesN = true`, one call requests n completions, with the call
 * options `n` and `sample`. Otherwise each completion is a call.
 */
export function toTransport(
  model: BaseLanguageModel,
  identity: ModelIdentity = {},
): Transport & { kind: 'chat' | 'text' } {
  if (isChatModel(model)) return toChatTransport(model, identity);
  if (isLLM(model)) return toLlmTransport(model, identity);
  throw new TypeError(`expected a chat or completion model of LangChain, got ${model._modelType()}`);
}

/**
 * Makes a transport of a LangChain chat model. A parameter that its endpoint refuses is left out, by making the model again
 * without it. The model's own retries end, because the gateway retries.
 */
export function toChatTransport(
  model: BaseChatModel,
  identity: ModelIdentity = {},
  output: OutputMode = 'auto',
): Transport & { kind: 'chat' } {
  const resolved = resolveIdentity(model, identity);
  const forms = findFormClass(model);
  return {
    kind: 'chat',
    ...resolved,
    isAdjustable: !resolved.takesN,
    givesOdds: Reflect.get(model, 'logprobs') === true,
    output: forms && output,
    successors: { system: 'user', ...forms?.successors },
    async listUnsent(_, adjustments) {
      const inner = removeParameters(await getInnerModel(model), adjustments);
      return listRefusedByClass(inner, {}, listModelParameters(inner)) ?? [];
    },
    async send(request, signal, adjustments = new Map()) {
      const inner = removeParameters(await getInnerModel(model), adjustments);
      stopRetries(inner);
      const messages = requireMessages(request.prompt);
      const sent = adjustments.has('system') ? foldSystemPrompt(messages) : messages;
      const form = toFormOptions(forms, inner, request, output, adjustments);
      const { stop, ...options } = toCallOptions(request, signal);
      const stopOptions = stop && !adjustments.has('stop') ? { stop } : {};
      const names = [
        ...listModelParameters(inner),
        ...Object.keys(stopOptions),
        ...(sent.some(({ type }) => type === 'system') ? ['system'] : []),
        ...form.parts,
      ];
      return askChatModel(inner, sent, { ...options, ...stopOptions, ...form.options }, names);
    },
  };
}

/** Makes a transport of a LangChain completion model. */
export function toLlmTransport(model: BaseLLM, identity: ModelIdentity = {}): Transport & { kind: 'text' } {
  return {
    kind: 'text',
    ...resolveIdentity(model, identity),
    async send(request, signal) {
      const { generations, llmOutput } = await model._generate(
        [requireText(request.prompt)],
        toCallOptions(request, signal),
      );
      return readReply(generations.flat(), llmOutput);
    },
  };
}

/** Makes a transport of any LangChain embeddings. */
export function toEmbeddingTransport(
  embeddings: Embeddings,
  identity: ModelIdentity = {},
): Transport & { kind: 'embeddings' } {
  const name = embeddings.constructor.name;
  const { endpoint = name, provider = name, model = findModelName(embeddings) ?? name, params = {} } = identity;
  return {
    kind: 'embeddings',
    endpoint,
    provider,
    model,
    params,
    takesN: false,
    async send({ prompt }) {
      const vectors = await embeddings.embedDocuments(requireTexts(prompt));
      return { texts: vectors.map(encodeVector), finish: [], usage: null };
    },
  };
}

/** Whether a model of LangChain chats. */
export const isChatModel = (model: BaseLanguageModel): model is BaseChatModel =>
  model._modelType() === 'base_chat_model';
const isLLM = (model: BaseLanguageModel): model is BaseLLM => model._modelType() === 'base_llm';

function resolveIdentity(model: BaseLanguageModel, { endpoint, provider, model: name, params }: ModelIdentity) {
  const own = isChatModel(model)
    ? readModelParams(model)
    : isLLM(model)
      ? { ...Object(model.invocationParams({})) }
      : {};
  const type = findText(own, 'ls_provider', 'modelProvider') ?? model._llmType();
  return {
    endpoint: endpoint ?? type,
    provider: provider ?? type,
    model: name ?? findText(own, 'ls_model_name', 'model') ?? findModelName(model) ?? model.getName(),
    params: params ?? own,
    takesN: 'takesN' in model && model.takesN === true,
    secrets: listModelSecrets(model),
  };
}

const findModelName = (model: object): string | undefined => findText(model, 'model', 'modelName');

const findText = (fields: object, ...names: string[]): string | undefined =>
  names.map((name): unknown => Reflect.get(fields, name)).find((value) => typeof value === 'string');

/** `maxRetries: 0` leaves retries to the gateway. */
const toCallOptions = ({ stop, n, sample, part = 0, odds }: ModelRequest, signal?: AbortSignal) => ({
  ...(stop && { stop: [...stop] }),
  ...(signal && { signal }),
  n,
  sample: sample + part,
  ...(odds && { odds }),
  maxRetries: 0,
});
