/* oxlint-disable no-underscore-dangle -- LangChain's names: _generate is a call without a run of its own */
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel, LangSmithParams } from '@langchain/core/language_models/chat_models';
import type { BaseLLM } from '@langchain/core/language_models/llms';
import type { Generation } from '@langchain/core/outputs';
import { z } from 'zod';
import { encode } from './managedEmbeddings.ts';
import type { Reply, Request, Transport, Usage } from '../transport.ts';

/** What of a model decides its answers; taken from the model itself where it is not told. */
export interface Identity {
  endpoint?: string;
  provider?: string;
  model?: string;
  params?: Readonly<Record<string, unknown>>;
}

/**
 * Any LangChain model as a transport. Where the instance has `takesN = true` it is asked for n choices in one call, with the
 * call options `n` and `sample`; else choice by choice.
 */
export function transportOf(model: BaseLanguageModel, identity: Identity = {}): Transport {
  if (isChat(model)) return chatTransportOf(model, identity);
  if (isLLM(model)) return llmTransportOf(model, identity);
  throw new TypeError(`expected a LangChain chat or completion model, got a ${model._modelType()}`);
}

/** A LangChain chat model as a transport. */
export function chatTransportOf(model: BaseChatModel, identity: Identity = {}): Transport & { kind: 'chat' } {
  return {
    kind: 'chat',
    ...identityOf(model, identity),
    async send(request, signal) {
      const { generations, llmOutput } = await model._generate(messagesOf(request), optionsOf(request, signal));
      return replyOf(generations, llmOutput);
    },
  };
}

/** A LangChain completion model as a transport. */
export function llmTransportOf(model: BaseLLM, identity: Identity = {}): Transport & { kind: 'text' } {
  return {
    kind: 'text',
    ...identityOf(model, identity),
    async send(request, signal) {
      const { generations, llmOutput } = await model._generate([textOf(request)], optionsOf(request, signal));
      return replyOf(generations.flat(), llmOutput);
    },
  };
}

/** Any LangChain embeddings as a transport. */
export function embeddingTransportOf(
  embeddings: Embeddings,
  identity: Identity = {},
): Transport & { kind: 'embeddings' } {
  const name = embeddings.constructor.name;
  const { endpoint = name, provider = name, model = nameIn(embeddings) ?? name, params = {} } = identity;
  return {
    kind: 'embeddings',
    endpoint,
    provider,
    model,
    params,
    takesN: false,
    async send({ prompt }) {
      const vectors = await embeddings.embedDocuments('texts' in prompt ? [...prompt.texts] : []);
      return { texts: vectors.map(encode), finish: [], usage: null };
    },
  };
}

const isChat = (model: BaseLanguageModel): model is BaseChatModel => model._modelType() === 'base_chat_model';
const isLLM = (model: BaseLanguageModel): model is BaseLLM => model._modelType() === 'base_llm';

function identityOf(model: BaseLanguageModel, { endpoint, provider, model: name, params }: Identity) {
  const ls: Partial<LangSmithParams> | null = isChat(model) ? model.getLsParams({}) : null;
  const own: unknown = isChat(model) || isLLM(model) ? model.invocationParams({}) : {};
  const type = ls?.ls_provider ?? model._llmType();
  return {
    endpoint: endpoint ?? type,
    provider: provider ?? type,
    model: name ?? ls?.ls_model_name ?? nameIn(model) ?? model.getName(),
    params: params ?? { ...ls, ...(typeof own === 'object' && own) },
    takesN: 'takesN' in model && model.takesN === true,
  };
}

function nameIn(model: object): string | undefined {
  const named: unknown[] = [Reflect.get(model, 'model'), Reflect.get(model, 'modelName')];
  return named.find((n) => typeof n === 'string');
}

/** maxRetries: models that take it leave retrying to the gateway. */
const optionsOf = ({ stop, n, sample, part = 0 }: Request, signal?: AbortSignal) => ({
  ...(stop && { stop: [...stop] }),
  ...(signal && { signal }),
  n,
  sample: sample + part,
  maxRetries: 0,
});

const messagesOf = ({ prompt }: Request) => {
  if (!('messages' in prompt)) throw new TypeError('a chat model is asked with messages');
  return [...prompt.messages];
};

const textOf = ({ prompt }: Request): string => {
  if (!('text' in prompt)) throw new TypeError('a completion model is asked with a text');
  return prompt.text;
};

/** What is read of a generation besides its text. */
const Said = z.object({ finish_reason: z.string(), finishReason: z.string(), stop_reason: z.string() }).partial();
const Told = z.object({
  generationInfo: Said.optional().catch(undefined),
  message: z
    .object({
      response_metadata: Said.optional().catch(undefined),
      usage_metadata: z.object({ input_tokens: z.number(), output_tokens: z.number() }).optional().catch(undefined),
    })
    .optional(),
});

function replyOf(generations: readonly Generation[], llmOutput: Record<string, unknown> | undefined): Reply {
  const told = generations.map((g) => Told.parse(g));
  const first = told[0]?.message?.usage_metadata;
  return {
    texts: generations.length ? generations.map((g) => g.text) : [''],
    finish: told.map(finishOf),
    usage: tokenUsageOf(llmOutput) ?? (first ? { input: first.input_tokens, output: first.output_tokens } : null),
  };
}

function finishOf({ generationInfo: info, message }: z.infer<typeof Told>): string {
  const meta = message?.response_metadata;
  const finish = info?.finish_reason ?? info?.finishReason ?? meta?.finish_reason ?? meta?.stop_reason ?? '';
  return finish === 'max_tokens' ? 'length' : finish;
}

const TokenUsage = z.object({
  tokenUsage: z.object({ promptTokens: z.number(), completionTokens: z.number() }).partial(),
});

/** LangChain's account of a call, in which all choices are counted once; null where there is none. */
export function tokenUsageOf(llmOutput: Record<string, unknown> | undefined): Usage | null {
  const { promptTokens, completionTokens } = TokenUsage.safeParse(llmOutput).data?.tokenUsage ?? {};
  if (promptTokens === undefined && completionTokens === undefined) return null;
  return { input: promptTokens ?? 0, output: completionTokens ?? 0 };
}
