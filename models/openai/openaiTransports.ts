/* oxlint-disable no-underscore-dangle -- LangChain's names: _generate is a call without a run of its own */
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import { clientOf, commonOf, decodingOf, paramsOf, type OpenAISettings } from './openaiSettings.ts';
import { Completions, withoutError } from './chatCompletions.ts';
import { encode } from '../langchain/managedEmbeddings.ts';
import { tokenUsageOf } from '../langchain/langchainTransports.ts';
import type { Reply, Transport, Usage } from '../transport.ts';

/** Chat completions, through ChatOpenAI with its own retries off. */
export function openaiChat(settings: OpenAISettings): Transport & { kind: 'chat' } {
  // n can only be given to the constructor
  const byN = new Map<number, ChatOpenAI>();
  const asking = (n: number): ChatOpenAI => {
    const fields = { model: settings.model, n, ...decodingOf(settings), ...clientOf(settings) };
    const chat =
      byN.get(n) ?? new ChatOpenAI({ ...fields, completions: new Completions(fields, settings.apiKey === undefined) });
    byN.set(n, chat);
    return chat;
  };
  return {
    kind: 'chat',
    ...commonOf(settings),
    async send(request, signal) {
      if (!('messages' in request.prompt)) throw new TypeError('a chat model is asked with messages');
      const { seed } = paramsOf(settings, request);
      const options = {
        ...(request.stop && { stop: [...request.stop] }),
        ...(seed !== undefined && { seed }),
        ...(signal && { signal }),
      };
      const { generations, llmOutput } = await asking(request.n)._generate([...request.prompt.messages], options);
      const choices = generations.map(({ text, message, generationInfo }) => ({
        text: text || message.text,
        refusal: Refused.parse({ ...message.additional_kwargs, ...generationInfo }).refusal,
        finish: generationInfo?.['finish_reason'],
      }));
      return replyOf(choices, tokenUsageOf(llmOutput));
    },
  };
}

/** Completions of plain text (`/v1/completions`), for models without a chat template. */
export function openaiCompletions(settings: OpenAISettings): Transport & { kind: 'text' } {
  // the class refuses some names as those of chat models; the request names the real one
  const llm = new OpenAI({ model: 'instruct', ...clientOf(settings) });
  return {
    kind: 'text',
    ...commonOf(settings),
    async send(request, signal) {
      if (!('text' in request.prompt)) throw new TypeError('a completion model is asked with a text');
      const asked = {
        model: settings.model,
        prompt: request.prompt.text,
        n: request.n,
        ...paramsOf(settings, request),
      };
      const data = await llm.completionWithRetry(
        { ...asked, ...(request.stop && { stop: [...request.stop] }) },
        signal ? { signal } : {},
      );
      const { choices, usage } = Completion.parse(withoutError(data));
      const told = usage && { input: usage.prompt_tokens ?? 0, output: usage.completion_tokens ?? 0 };
      return replyOf(
        (choices ?? []).map(({ text, finish_reason: finish }) => ({ text, finish })),
        told ?? null,
      );
    },
  };
}

/** Embeddings; each text goes out verbatim, newlines too. */
export function openaiEmbeddings(settings: OpenAISettings): Transport & { kind: 'embeddings' } {
  const fields = { model: settings.model, stripNewLines: false, batchSize: 2048, maxConcurrency: Infinity };
  const embeddings = new OpenAIEmbeddings({ ...fields, ...clientOf(settings) });
  return {
    kind: 'embeddings',
    ...commonOf(settings),
    async send({ prompt }) {
      if (!('texts' in prompt)) throw new TypeError('embeddings are asked for with texts');
      const vectors = await embeddings.embedDocuments([...prompt.texts]);
      return { texts: vectors.map(encode), finish: [], usage: null };
    },
  };
}

/** Where a refusal stands: in what is told of a chat completion, beside the content of the Responses API. */
const Refused = z.object({ refusal: z.string().nullish() });

/** What is read of a completion; servers leave much of it out. */
const Completion = z.object({
  choices: z.array(z.object({ text: z.string().nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
});

interface Choice {
  text?: string | null | undefined;
  refusal?: string | null | undefined;
  finish?: unknown;
}

/** No choice at all and content null are an empty text; a refusal is the text, and the reason it ended. */
function replyOf(choices: readonly Choice[], usage: Usage | null): Reply {
  const all = choices.length ? choices : [{}];
  const finishOf = ({ text, refusal, finish }: Choice): string =>
    refusal && !text ? 'refusal' : typeof finish === 'string' ? finish : '';
  return { texts: all.map(({ text, refusal }) => text || refusal || ''), finish: all.map(finishOf), usage };
}
