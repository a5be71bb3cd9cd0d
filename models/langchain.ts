import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseLLM } from '@langchain/core/language_models/llms';
import type { Generation } from '@langchain/core/outputs';
import { encode } from './managed.ts';
import type { Reply, Request, Transport, Usage } from './transport.ts';

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
  const chat = model._modelType() === 'base_chat_model';
  return {
    kind: chat ? 'chat' : 'text',
    ...identityOf(model, identity),
    takesN: 'takesN' in model && model.takesN === true,
    async send(request, signal) {
      const options = optionsOf(request, signal);
      const result = chat
        ? await (model as BaseChatModel)._generate(messagesOf(request), options as BaseChatModel['ParsedCallOptions'])
        : await (model as BaseLLM)._generate([textOf(request)], options as BaseLLM['ParsedCallOptions']);
      return replyOf(result.generations.flat(), result.llmOutput);
    },
  };
}

/** Any LangChain embeddings as a transport. */
export function embeddingTransportOf(
  embeddings: Embeddings,
  { endpoint, provider, model, params = {} }: Identity = {},
): Transport & { kind: 'embeddings' } {
  const name = embeddings.constructor.name;
  return {
    kind: 'embeddings',
    ...{
      endpoint: endpoint ?? name,
      provider: provider ?? name,
      model: model ?? nameIn(embeddings) ?? name,
      params,
      takesN: false,
    },
    async send({ prompt }) {
      const vectors = await embeddings.embedDocuments('texts' in prompt ? [...prompt.texts] : []);
      return { texts: vectors.map(encode), finish: [], usage: null };
    },
  };
}

function identityOf(model: BaseLanguageModel, { endpoint, provider, model: name, params }: Identity) {
  const ls =
    'getLsParams' in model && typeof model.getLsParams === 'function'
      ? (model.getLsParams({}) as Record<string, unknown>)
      : {};
  const own =
    'invocationParams' in model && typeof model.invocationParams === 'function'
      ? (model.invocationParams({}) as unknown)
      : {};
  const type = String(ls['ls_provider'] ?? model._llmType());
  return {
    endpoint: endpoint ?? type,
    provider: provider ?? type,
    model: name ?? String(ls['ls_model_name'] ?? nameIn(model) ?? model.getName()),
    params: params ?? { ...ls, ...(own as object) },
  };
}

function nameIn(model: object): string | undefined {
  const named = [Reflect.get(model, 'model'), Reflect.get(model, 'modelName')] as unknown[];
  return named.find((n): n is string => typeof n === 'string');
}

/** maxRetries: models that take it leave retrying to the gateway. */
const optionsOf = ({ stop, n, sample, part = 0 }: Request, signal?: AbortSignal): object => ({
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

function replyOf(generations: readonly Generation[], llmOutput: Record<string, unknown> | undefined): Reply {
  const all = generations.length ? generations : [{ text: '' }];
  return { texts: all.map((g) => g.text), finish: all.map(finishOf), usage: usageOf(all, llmOutput) };
}

function finishOf({ generationInfo = {}, ...rest }: Generation): string {
  const meta =
    'message' in rest
      ? ((rest.message as { response_metadata?: Record<string, unknown> }).response_metadata ?? {})
      : {};
  const said = [
    generationInfo['finish_reason'],
    generationInfo['finishReason'],
    meta['finish_reason'],
    meta['stop_reason'],
  ];
  const finish = said.find((f): f is string => typeof f === 'string') ?? '';
  return finish === 'max_tokens' ? 'length' : finish;
}

/** From llmOutput, where all choices are counted once; else from the first message. */
function usageOf(generations: readonly Generation[], llmOutput: Record<string, unknown> | undefined): Usage | null {
  const told = llmOutput?.['tokenUsage'] as { promptTokens?: number; completionTokens?: number } | undefined;
  if (told?.promptTokens !== undefined || told?.completionTokens !== undefined)
    return { input: told.promptTokens ?? 0, output: told.completionTokens ?? 0 };
  const [first] = generations as readonly {
    message?: { usage_metadata?: { input_tokens: number; output_tokens: number } };
  }[];
  const meta = first?.message?.usage_metadata;
  return meta ? { input: meta.input_tokens, output: meta.output_tokens } : null;
}
