/* oxlint-disable no-underscore-dangle -- LangChain's name: _generate calls a model without a run in LangSmith */
import { ChatOpenAI, OpenAI, OpenAIClient } from '@langchain/openai';
import { z } from 'zod';
import {
  toClientFields,
  createTransportBase,
  toDecodingParams,
  toRequestParams,
  type OpenAISettings,
} from './openaiSettings.ts';
import {
  LeanChatCompletions,
  ensureNoError,
  readCompletion,
  readServedName,
  type LeanCallOptions,
} from './chatCompletions.ts';
import { applyAdjustments, listParameters, listTexts } from './applyAdjustments.ts';
import { createJsonSender, type JsonSender } from './jsonSender.ts';
import { toResponseFormat } from '../responseFormat.ts';
import { createOpenAIBatches } from './openaiBatches.ts';
import { listModels } from './listModels.ts';
import { addRefusal } from '../refusedParameters.ts';
import { DEFAULT_OPENAI_URL } from '../settings.ts';
import { toCacheKey } from './toCacheKey.ts';
import { toRepairParams } from '../repairParams.ts';
import { toReplyParams } from './toReplyParams.ts';
import { DigitOddsList, type DigitOdds } from '../../state/digitOdds.ts';
import { encodeVector } from '../langchain/managedEmbeddings.ts';
import { readUsage, type ReportedUsage } from '../readUsage.ts';
import { requireMessages, requireText, requireTexts, type Reply, type Transport } from '../transport.ts';

/** Creates the transport of a chat model, through ChatOpenAI without retries. */
export function createOpenAIChat(settings: OpenAISettings): Transport & { kind: 'chat' } {
  // ChatOpenAI takes n in its constructor only
  const byN = new Map<number, ChatOpenAI<LeanCallOptions>>();
  const getChat = (n: number): ChatOpenAI<LeanCallOptions> => {
    const fields = { model: settings.model, n, ...toDecodingParams(settings), ...toClientFields(settings) };
    const chat =
      byN.get(n) ??
      new ChatOpenAI<LeanCallOptions>({ ...fields, completions: new LeanChatCompletions(fields, settings) });
    byN.set(n, chat);
    return chat;
  };
  return {
    kind: 'chat',
    ...createTransportBase(settings),
    isAdjustable: true,
    givesOdds: true,
    listModels: () => listModels(settings),
    output: settings.output,
    batches: createOpenAIBatches(settings, '/v1/chat/completions'),
    async send(request, signal, adjustments = new Map(), exchange) {
      const { seed } = toRequestParams(settings, request);
      const options = {
        ...(request.stop && { stop: [...request.stop] }),
        ...(typeof seed === 'number' && { seed }),
        ...(signal && { signal }),
        adjustments,
        exchange,
        params: {
          ...toRepairParams(settings, request.repair),
          ...toCacheKey(settings.baseUrl ?? DEFAULT_OPENAI_URL, request),
          ...toReplyParams(settings, request, adjustments),
          ...toResponseFormat(request.form, settings.output, adjustments),
        },
      };
      const { generations, llmOutput } = await getChat(request.n)._generate(requireMessages(request.prompt), options);
      const completions = generations.map(({ text, message, generationInfo }) => ({
        text: text || message.text,
        refusal: RefusalField.parse({ ...message.additional_kwargs, ...generationInfo }).refusal,
        finish: generationInfo?.['finish_reason'],
        thought: String(generationInfo?.['thought'] ?? ''),
        digits: DigitOddsList.parse(generationInfo?.['digits'] ?? []),
      }));
      const usage = readUsage(llmOutput?.['usage'] ?? llmOutput?.['tokenUsage']);
      return { ...toReply(completions, usage), ...toServedName(llmOutput?.['servedAs']) };
    },
  };
}

/** Creates the transport of a completion model (`/v1/completions`), for models without a chat template. */
export function createOpenAICompletions(settings: OpenAISettings): Transport & { kind: 'text' } {
  // OpenAI refuses the names of some chat models, so only the request has the real name
  const llm = new OpenAI({ model: 'instruct', ...toClientFields(settings) });
  return {
    kind: 'text',
    ...createTransportBase(settings),
    isAdjustable: true,
    listModels: () => listModels(settings),
    batches: createOpenAIBatches(settings, '/v1/completions'),
    async send(request, signal, adjustments = new Map(), exchange) {
      const params = {
        model: settings.model,
        prompt: requireText(request.prompt),
        n: request.n,
        ...toRequestParams(settings, request),
        ...(request.stop && { stop: [...request.stop] }),
      };
      const body = applyAdjustments(params, adjustments);
      const sent: Promise<unknown> = exchange?.(body) ?? llm.completionWithRetry(body, signal ? { signal } : {});
      const response = await sent
        .then((answer) => ensureNoError(Object(answer)))
        .catch((error: unknown) => {
          throw addRefusal(error, listParameters(body), listTexts(body));
        });
      const { choices, usage } = readCompletion(TextCompletion, response);
      const completions = (choices ?? []).map(({ text, finish_reason: finish }) => ({ text, finish }));
      return { ...toReply(completions, readUsage(usage)), ...toServedName(readServedName(response)) };
    },
  };
}

/** Creates the transport of an embedding model. Texts are sent verbatim, with their line breaks. */
export function createOpenAIEmbeddings(settings: OpenAISettings): Transport & { kind: 'embeddings' } {
  const { configuration, ...fields } = toClientFields(settings);
  const createClient = (): OpenAIClient => new OpenAIClient({ ...fields, ...configuration });
  let sender: Promise<JsonSender> | undefined;
  return {
    kind: 'embeddings',
    ...createTransportBase(settings),
    isAdjustable: true,
    async send({ prompt }, signal, adjustments = new Map()) {
      const send = await (sender ??= createJsonSender(createClient(), '/embeddings', settings));
      const texts = requireTexts(prompt);
      const params = { model: settings.model, input: texts, encoding_format: 'base64', ...settings.extraBody };
      const body = applyAdjustments(params, adjustments);
      const vectors = await send(body, signal)
        .then((response) => readVectors(response, texts.length))
        .catch((error: unknown) => {
          throw addRefusal(error, listParameters(body), listTexts(body));
        });
      return { texts: vectors, finish: [], usage: null };
    },
  };
}

const EmbeddingBody = z.object({
  data: z.array(
    z.object({ index: z.number().optional().catch(undefined), embedding: z.union([z.string(), z.array(z.number())]) }),
  ),
});

/** The vectors of an answer in the order of the texts, as the cache stores them. @throws an error if some are missing */
function readVectors(response: unknown, count: number): string[] {
  ensureNoError({ choices: [], ...Object(response) });
  const { data = [] } = EmbeddingBody.safeParse(response).data ?? {};
  const ordered = data.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
  if (data.length !== count) throw new SyntaxError(`expected ${count} embeddings, got ${data.length}`);
  return ordered.map(({ embedding }) => (typeof embedding === 'string' ? embedding : encodeVector(embedding)));
}

const toServedName = (name: unknown): { servedAs?: string } => (typeof name === 'string' ? { servedAs: name } : {});

/** A refusal: among the metadata of a chat completion, or beside the content in the Responses API. */
const RefusalField = z.object({ refusal: z.string().nullish() });

/** The fields of a completion that are read. Servers leave many of them out. */
const TextCompletion = z.object({
  choices: z.array(z.object({ text: z.string().nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: z.unknown().optional(),
});

interface Completion {
  text?: string | null | undefined;
  refusal?: string | null | undefined;
  finish?: unknown;
  thought?: string;
  digits?: DigitOdds[];
}

/** Without a completion, or with null as its content, the text is empty. A refusal is both text and finish reason. */
function toReply(completions: readonly Completion[], usage: ReportedUsage | null): Reply {
  const all = completions.length ? completions : [{}];
  const getFinish = ({ text, refusal, finish }: Completion): string =>
    refusal && !text ? 'refusal' : typeof finish === 'string' ? finish : '';
  const thoughts = all.map(({ thought = '' }) => thought);
  const digits = all.map(({ digits: own = [] }) => own);
  return {
    texts: all.map(({ text, refusal }) => text || refusal || ''),
    finish: all.map(getFinish),
    usage,
    ...(thoughts.some((thought) => thought !== '') && { thoughts }),
    ...(digits.some((own) => own.length > 0) && { digits }),
  };
}
