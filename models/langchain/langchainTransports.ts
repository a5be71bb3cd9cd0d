/* oxlint-disable no-underscore-dangle -- LangChain's names: _generate is a call without a run of its own */
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel, LangSmithParams } from '@langchain/core/language_models/chat_models';
import type { BaseLLM } from '@langchain/core/language_models/llms';
import type { Generation } from '@langchain/core/outputs';
import { z } from 'zod';
import { encodeVector } from './managedEmbeddings.ts';
import type { Reply, ModelRequest, Transport, TokenUsage } from '../transport.ts';

/** What of a model decides its answers; taken from the model itself where it is not told. */
export interface ModelIdentity {
  endpoint?: string;
  provider?: string;
  model?: string;
  params?: Readonly<Record<string, unknown>>;
}

/**
 * Any LangChain model as a transport. Where the instance has `takesN = true` it is asked for n choices in one call, with the
 * call options `n` and `sample`; else choice by choice.
 */
export function toTransport(model: BaseLanguageModel, identity: ModelIdentity = {}): Transport {
  if (isChatModel(model)) return toChatTransport(model, identity);
  if (isLLM(model)) return toLlmTransport(model, identity);
  throw new TypeError(`expected a LangChain chat or completion model, got a ${model._modelType()}`);
}

/** A LangChain chat model as a transport. */
export function toChatTransport(model: BaseChatModel, identity: ModelIdentity = {}): Transport & { kind: 'chat' } {
  return {
    kind: 'chat',
    ...resolveIdentity(model, identity),
    async send(request, signal) {
      const { generations, llmOutput } = await model._generate(
        requireMessages(request),
        toCallOptions(request, signal),
      );
      return toReply(generations, llmOutput);
    },
  };
}

/** A LangChain completion model as a transport. */
export function toLlmTransport(model: BaseLLM, identity: ModelIdentity = {}): Transport & { kind: 'text' } {
  return {
    kind: 'text',
    ...resolveIdentity(model, identity),
    async send(request, signal) {
      const { generations, llmOutput } = await model._generate([requireText(request)], toCallOptions(request, signal));
      return toReply(generations.flat(), llmOutput);
    },
  };
}

/** Any LangChain embeddings as a transport. */
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
      const vectors = await embeddings.embedDocuments('texts' in prompt ? [...prompt.texts] : []);
      return { texts: vectors.map(encodeVector), finish: [], usage: null };
    },
  };
}

const isChatModel = (model: BaseLanguageModel): model is BaseChatModel => model._modelType() === 'base_chat_model';
const isLLM = (model: BaseLanguageModel): model is BaseLLM => model._modelType() === 'base_llm';

function resolveIdentity(model: BaseLanguageModel, { endpoint, provider, model: name, params }: ModelIdentity) {
  const ls: Partial<LangSmithParams> | null = isChatModel(model) ? model.getLsParams({}) : null;
  const own: unknown = isChatModel(model) || isLLM(model) ? model.invocationParams({}) : {};
  const type = ls?.ls_provider ?? model._llmType();
  return {
    endpoint: endpoint ?? type,
    provider: provider ?? type,
    model: name ?? ls?.ls_model_name ?? findModelName(model) ?? model.getName(),
    params: params ?? { ...ls, ...(typeof own === 'object' && own) },
    takesN: 'takesN' in model && model.takesN === true,
  };
}

function findModelName(model: object): string | undefined {
  const named: unknown[] = [Reflect.get(model, 'model'), Reflect.get(model, 'modelName')];
  return named.find((n) => typeof n === 'string');
}

/** maxRetries: models that take it leave retrying to the gateway. */
const toCallOptions = ({ stop, n, sample, part = 0 }: ModelRequest, signal?: AbortSignal) => ({
  ...(stop && { stop: [...stop] }),
  ...(signal && { signal }),
  n,
  sample: sample + part,
  maxRetries: 0,
});

const requireMessages = ({ prompt }: ModelRequest) => {
  if (!('messages' in prompt)) throw new TypeError('a chat model is asked with messages');
  return [...prompt.messages];
};

const requireText = ({ prompt }: ModelRequest): string => {
  if (!('text' in prompt)) throw new TypeError('a completion model is asked with a text');
  return prompt.text;
};

/** What is read of a generation besides its text. */
const FinishMetadata = z
  .object({ finish_reason: z.string(), finishReason: z.string(), stop_reason: z.string() })
  .partial();
const GenerationMetadata = z.object({
  generationInfo: FinishMetadata.optional().catch(undefined),
  message: z
    .object({
      response_metadata: FinishMetadata.optional().catch(undefined),
      usage_metadata: z.object({ input_tokens: z.number(), output_tokens: z.number() }).optional().catch(undefined),
    })
    .optional(),
});

function toReply(generations: readonly Generation[], llmOutput: Record<string, unknown> | undefined): Reply {
  const told = generations.map((g) => GenerationMetadata.parse(g));
  const first = told[0]?.message?.usage_metadata;
  return {
    texts: generations.length ? generations.map((g) => g.text) : [''],
    finish: told.map(findFinishReason),
    usage: readTokenUsage(llmOutput) ?? (first ? { input: first.input_tokens, output: first.output_tokens } : null),
  };
}

function findFinishReason({ generationInfo: info, message }: z.infer<typeof GenerationMetadata>): string {
  const meta = message?.response_metadata;
  const finish = info?.finish_reason ?? info?.finishReason ?? meta?.finish_reason ?? meta?.stop_reason ?? '';
  return finish === 'max_tokens' ? 'length' : finish;
}

const LlmOutput = z.object({
  tokenUsage: z.object({ promptTokens: z.number(), completionTokens: z.number() }).partial(),
});

/** LangChain's account of a call, in which all choices are counted once; null where there is none. */
export function readTokenUsage(llmOutput: Record<string, unknown> | undefined): TokenUsage | null {
  const { promptTokens, completionTokens } = LlmOutput.safeParse(llmOutput).data?.tokenUsage ?? {};
  if (promptTokens === undefined && completionTokens === undefined) return null;
  return { input: promptTokens ?? 0, output: completionTokens ?? 0 };
}
