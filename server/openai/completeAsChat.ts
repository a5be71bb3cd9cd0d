import { AIMessage, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ManagedChatModel } from '../../models/index.ts';
import { readCompletion } from '../../models/openai/chatCompletions.ts';
import { collectBody, readBody } from '../../models/openai/readBody.ts';
import type { SimulatedChatModel } from '../../models/simulated/index.ts';
import { toSingleQuery, type AlignedConversation } from '../../nodes/alignedModel.ts';
import type { Layout } from '../../nodes/index.ts';
import { toPromptValue } from '../../nodes/respond.ts';
import { readResponse } from '../../prompts/responseText.ts';
import { resolveStopSequences, toCompletionPrompt, type ChatRequestBody, type WireMessage } from './chatRequest.ts';
import type { Upstream } from './upstreamModels.ts';
import { forwardRequest } from './forwardRequest.ts';

/** A complete answer, before it is sent whole or as a stream. */
interface CompleteAnswer {
  model: string;
  choices: { text: string; finish: string }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** Answers with the simulated model, as a completion or as a stream of one chunk. */
export const createSimulatedAnswer = (
  model: SimulatedChatModel,
  layout: Layout,
  aligned: AlignedConversation<WireMessage>,
  body: ChatRequestBody,
): Promise<Response> => createModelAnswer(model, `simulated:${model.settings.model}`, layout, aligned, body);

/** Answers with a model of LangChain in the same way. */
export async function createModelAnswer(
  model: Pick<ManagedChatModel, 'generate'>,
  name: string,
  layout: Layout,
  aligned: AlignedConversation<WireMessage>,
  body: ChatRequestBody,
  signal?: AbortSignal,
): Promise<Response> {
  const messages =
    layout === 'chat' ? toBaseMessages(aligned) : toPromptValue(layout, toSingleQuery(aligned)).toChatMessages();
  const options = { n: body.n ?? 1, ...resolveStopSequences(layout, body), ...(signal && { signal }) };
  const { generations } = await model.generate([messages], options);
  const choices = (generations[0] ?? []).map(({ text, generationInfo }) => ({
    text,
    finish: FinishInfo.parse(generationInfo).finish_reason || 'stop',
  }));
  const { input_tokens: promptTokens, output_tokens: completionTokens } = TokenCounts.safeParse(generations[0]?.[0])
    .data?.message.usage_metadata ?? {
    input_tokens: estimateTokens(messages.map((m) => m.text)),
    output_tokens: estimateTokens(choices.map((c) => c.text)),
  };
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
  return toChatResponse({ model: name, choices, usage }, body);
}

const FinishInfo = z.object({ finish_reason: z.string().catch('') }).catch({ finish_reason: '' });
/** The tokens of all completions, which the first of them carries. */
const TokenCounts = z.object({
  message: z.object({ usage_metadata: z.object({ input_tokens: z.number(), output_tokens: z.number() }) }),
});

const toBaseMessages = (aligned: AlignedConversation<WireMessage>): BaseMessage[] => [
  ...toPromptValue('chat', aligned).toChatMessages().slice(0, -1),
  ...aligned.turns.map(({ role, text }) => (role === 'assistant' ? new AIMessage(text) : new HumanMessage(text))),
];

/** Counts four characters as one token. */
const estimateTokens = (texts: readonly string[]): number => Math.ceil(texts.join('').length / 4);

const Completion = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({ text: z.string().nullish(), finish_reason: z.string().nullish() })),
  usage: z
    .object({ prompt_tokens: z.number(), completion_tokens: z.number(), total_tokens: z.number() })
    .nullish()
    .catch(null),
});
const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** Answers a chat with a model that only completes text, through `/completions`. */
export async function completeAsChat(
  upstream: Upstream,
  aligned: AlignedConversation<WireMessage>,
  body: ChatRequestBody,
  signal: AbortSignal,
): Promise<Response> {
  const { messages: _, stream: __, stream_options: ___, max_completion_tokens: maxTokens, ...fields } = body;
  const completionBody = {
    ...upstream.extraBody,
    ...fields,
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    prompt: toCompletionPrompt(aligned),
    ...resolveStopSequences('plain', body),
  };
  const response = await forwardRequest(upstream, '/completions', completionBody, signal);
  if (!response.ok) return response;
  const bytes = response.body ? await collectBody(response.body) : new Uint8Array();
  const answer = await readBody(bytes, response.headers.get('content-encoding') ?? '');
  const { model, choices: completions, usage } = readCompletion(Completion, JSON.parse(answer));
  const choices = completions.map(({ text, finish_reason: finish }) => ({
    text: readResponse(text ?? '', { isPlain: true, isLimited: finish === 'length' }).response,
    finish: finish ?? 'stop',
  }));
  return toChatResponse({ model: model ?? upstream.model, choices, usage: usage ?? NO_USAGE }, body);
}

/** The answer whole or as a stream, as the client requested. */
function toChatResponse(
  { model, choices, usage }: CompleteAnswer,
  { stream, stream_options: options }: ChatRequestBody,
): Response {
  const common = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  const toChoices = (key: 'message' | 'delta') =>
    choices.map(({ text, finish }, index) => ({
      index,
      [key]: { role: 'assistant', content: text },
      logprobs: null,
      finish_reason: finish,
    }));
  if (!stream) return Response.json({ ...common, object: 'chat.completion', choices: toChoices('message'), usage });
  const chunk = { ...common, object: 'chat.completion.chunk' };
  const usageChunk = options?.include_usage ? [{ ...chunk, choices: [], usage }] : [];
  const events = [{ ...chunk, choices: toChoices('delta') }, ...usageChunk].map(
    (e) => `data: ${JSON.stringify(e)}\n\n`,
  );
  return new Response([...events, 'data: [DONE]\n\n'].join(''), { headers: { 'content-type': 'text/event-stream' } });
}
