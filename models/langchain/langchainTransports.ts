/* oxlint-disable no-underscore-dangle -- LangChain's name: _generate calls a model without a run in LangSmith */
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel, LangSmithParams } from '@langchain/core/language_models/chat_models';
import type { BaseLLM } from '@langchain/core/language_models/llms';
import type { Generation } from '@langchain/core/outputs';
import { z } from 'zod';
import { listModelSecrets } from './listModelSecrets.ts';
import { encodeVector } from './managedEmbeddings.ts';
import { readUsage } from '../readUsage.ts';
import {
  requireMessages,
  requireText,
  requireTexts,
  type Reply,
  type ModelRequest,
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

/** Makes a transport of a LangChain chat model. */
export function toChatTransport(model: BaseChatModel, identity: ModelIdentity = {}): Transport & { kind: 'chat' } {
  return {
    kind: 'chat',
    ...resolveIdentity(model, identity),
    async send(request, signal) {
      const { generations, llmOutput } = await model._generate(
        requireMessages(request.prompt),
        toCallOptions(request, signal),
      );
      return toReply(generations, llmOutput);
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
      return toReply(generations.flat(), llmOutput);
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

const isChatModel = (model: BaseLanguageModel): model is BaseChatModel => model._modelType() === 'base_chat_model';
const isLLM = (model: BaseLanguageModel): model is BaseLLM => model._modelType() === 'base_llm';

function resolveIdentity(model: BaseLanguageModel, { endpoint, provider, model: name, params }: ModelIdentity) {
  const ls: Partial<LangSmithParams> | null = isChatModel(model) ? model.getLsParams({}) : null;
  const invocationParams: unknown = isChatModel(model) || isLLM(model) ? model.invocationParams({}) : {};
  const type = ls?.ls_provider ?? model._llmType();
  return {
    endpoint: endpoint ?? type,
    provider: provider ?? type,
    model: name ?? ls?.ls_model_name ?? findModelName(model) ?? model.getName(),
    params: params ?? { ...ls, ...(typeof invocationParams === 'object' && invocationParams) },
    takesN: 'takesN' in model && model.takesN === true,
    secrets: listModelSecrets(model),
  };
}

function findModelName(model: object): string | undefined {
  const names: unknown[] = [Reflect.get(model, 'model'), Reflect.get(model, 'modelName')];
  return names.find((name) => typeof name === 'string');
}

/** `maxRetries: 0` leaves retries to the gateway. */
const toCallOptions = ({ stop, n, sample, part = 0 }: ModelRequest, signal?: AbortSignal) => ({
  ...(stop && { stop: [...stop] }),
  ...(signal && { signal }),
  n,
  sample: sample + part,
  maxRetries: 0,
});

/** The fields of a generation that are read besides its text. */
const FinishMetadata = z
  .object({ finish_reason: z.string(), finishReason: z.string(), stop_reason: z.string() })
  .partial();
const GenerationMetadata = z.object({
  generationInfo: FinishMetadata.optional().catch(undefined),
  message: z
    .object({
      response_metadata: FinishMetadata.optional().catch(undefined),
      usage_metadata: z.unknown().optional(),
    })
    .optional(),
});

function toReply(generations: readonly Generation[], llmOutput: Record<string, unknown> | undefined): Reply {
  const metadata = generations.map((g) => GenerationMetadata.parse(g));
  return {
    texts: generations.length ? generations.map((g) => g.text) : [''],
    finish: metadata.map(findFinishReason),
    usage: readUsage(metadata[0]?.message?.usage_metadata) ?? readUsage(llmOutput?.['tokenUsage']),
  };
}

function findFinishReason({ generationInfo: info, message }: z.infer<typeof GenerationMetadata>): string {
  const metadata = message?.response_metadata;
  const finish = info?.finish_reason ?? info?.finishReason ?? metadata?.finish_reason ?? metadata?.stop_reason ?? '';
  return finish === 'max_tokens' ? 'length' : finish;
}
