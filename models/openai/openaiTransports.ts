/* oxlint-disable no-underscore-dangle -- LangChain's names: _generate is a call without a run of its own */
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import {
  toClientFields,
  createTransportBase,
  toDecodingParams,
  toRequestParams,
  type OpenAISettings,
} from './openaiSettings.ts';
import { LeanChatCompletions, ensureNoError } from './chatCompletions.ts';
import { encodeVector } from '../langchain/managedEmbeddings.ts';
import { readTokenUsage } from '../langchain/langchainTransports.ts';
import type { Reply, Transport, TokenUsage } from '../transport.ts';

/** Chat completions, through ChatOpenAI with its own retries off. */
export function createOpenAIChat(settings: OpenAISettings): Transport & { kind: 'chat' } {
  // n can only be given to the constructor
  const byN = new Map<number, ChatOpenAI>();
  const asking = (n: number): ChatOpenAI => {
    const fields = { model: settings.model, n, ...toDecodingParams(settings), ...toClientFields(settings) };
    const chat =
      byN.get(n) ??
      new ChatOpenAI({ ...fields, completions: new LeanChatCompletions(fields, settings.apiKey === undefined) });
    byN.set(n, chat);
    return chat;
  };
  return {
    kind: 'chat',
    ...createTransportBase(settings),
    async send(request, signal) {
      if (!('messages' in request.prompt)) throw new TypeError('a chat model is asked with messages');
      const { seed } = toRequestParams(settings, request);
      const options = {
        ...(request.stop && { stop: [...request.stop] }),
        ...(seed !== undefined && { seed }),
        ...(signal && { signal }),
      };
      const { generations, llmOutput } = await asking(request.n)._generate([...request.prompt.messages], options);
      const choices = generations.map(({ text, message, generationInfo }) => ({
        text: text || message.text,
        refusal: RefusalField.parse({ ...message.additional_kwargs, ...generationInfo }).refusal,
        finish: generationInfo?.['finish_reason'],
      }));
      return toReply(choices, readTokenUsage(llmOutput));
    },
  };
}

/** Completions of plain text (`/v1/completions`), for models without a chat template. */
export function createOpenAICompletions(settings: OpenAISettings): Transport & { kind: 'text' } {
  // the class refuses some names as those of chat models; the request names the real one
  const llm = new OpenAI({ model: 'instruct', ...toClientFields(settings) });
  return {
    kind: 'text',
    ...createTransportBase(settings),
    async send(request, signal) {
      if (!('text' in request.prompt)) throw new TypeError('a completion model is asked with a text');
      const asked = {
        model: settings.model,
        prompt: request.prompt.text,
        n: request.n,
        ...toRequestParams(settings, request),
      };
      const data = await llm.completionWithRetry(
        { ...asked, ...(request.stop && { stop: [...request.stop] }) },
        signal ? { signal } : {},
      );
      const { choices, usage } = TextCompletion.parse(ensureNoError(data));
      const told = usage && { input: usage.prompt_tokens ?? 0, output: usage.completion_tokens ?? 0 };
      return toReply(
        (choices ?? []).map(({ text, finish_reason: finish }) => ({ text, finish })),
        told ?? null,
      );
    },
  };
}

/** Embeddings; each text goes out verbatim, newlines too. */
export function createOpenAIEmbeddings(settings: OpenAISettings): Transport & { kind: 'embeddings' } {
  const fields = { model: settings.model, stripNewLines: false, batchSize: 2048, maxConcurrency: Infinity };
  const embeddings = new OpenAIEmbeddings({ ...fields, ...toClientFields(settings) });
  return {
    kind: 'embeddings',
    ...createTransportBase(settings),
    async send({ prompt }) {
      if (!('texts' in prompt)) throw new TypeError('embeddings are asked for with texts');
      const vectors = await embeddings.embedDocuments([...prompt.texts]);
      return { texts: vectors.map(encodeVector), finish: [], usage: null };
    },
  };
}

/** Where a refusal stands: in what is told of a chat completion, beside the content of the Responses API. */
const RefusalField = z.object({ refusal: z.string().nullish() });

/** What is read of a completion; servers leave much of it out. */
const TextCompletion = z.object({
  choices: z.array(z.object({ text: z.string().nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
});

interface CompletionChoice {
  text?: string | null | undefined;
  refusal?: string | null | undefined;
  finish?: unknown;
}

/** No choice at all and content null are an empty text; a refusal is the text, and the reason it ended. */
function toReply(choices: readonly CompletionChoice[], usage: TokenUsage | null): Reply {
  const all = choices.length ? choices : [{}];
  const finishOf = ({ text, refusal, finish }: CompletionChoice): string =>
    refusal && !text ? 'refusal' : typeof finish === 'string' ? finish : '';
  return { texts: all.map(({ text, refusal }) => text || refusal || ''), finish: all.map(finishOf), usage };
}
