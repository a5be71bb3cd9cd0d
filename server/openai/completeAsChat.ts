import { AIMessage, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SimulatedChatModel } from '../../models/simulated/index.ts';
import { asOneQuery, type Aligned } from '../../nodes/alignedModel.ts';
import { promptValue, type Layout } from '../../nodes/index.ts';
import { stopOf, textOf, type Body, type Wire } from './conversation.ts';
import type { Upstream } from './upstreamModels.ts';
import { passOn } from './forwardRequest.ts';

/** An answer that is there whole, choice by choice. */
interface Whole {
  model: string;
  choices: { text: string; finish: string }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** The embedded model's answer, as a completion or as a stream of one chunk. */
export async function simulatedAnswer(
  model: SimulatedChatModel,
  layout: Layout,
  aligned: Aligned<Wire>,
  body: Body,
): Promise<Response> {
  const messages = layout === 'chat' ? chatOf(aligned) : promptValue(layout, asOneQuery(aligned)).toChatMessages();
  const { generations } = await model.generate([messages], { n: body.n ?? 1, ...stopOf(layout, body) });
  const choices = (generations[0] ?? []).map(({ text }) => ({ text, finish: 'stop' }));
  const asked = tokens(messages.map((m) => m.text));
  const said = tokens(choices.map((c) => c.text));
  const usage = { prompt_tokens: asked, completion_tokens: said, total_tokens: asked + said };
  return shaped({ model: `simulated:${model.settings.model}`, choices, usage }, body);
}

const chatOf = (aligned: Aligned<Wire>): BaseMessage[] => [
  ...promptValue('chat', aligned).toChatMessages().slice(0, -1),
  ...aligned.turns.map(({ role, text }) => (role === 'assistant' ? new AIMessage(text) : new HumanMessage(text))),
];

/** Four characters a token. */
const tokens = (texts: readonly string[]): number => Math.ceil(texts.join('').length / 4);

const Completion = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({ text: z.string().nullish(), finish_reason: z.string().nullish() })),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number(), total_tokens: z.number() }).nullish(),
});
const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** The answer of a model that only completes text, asked through `/completions` and handed on as a chat's. */
export async function completed(
  upstream: Upstream,
  aligned: Aligned<Wire>,
  body: Body,
  signal: AbortSignal,
): Promise<Response> {
  const { messages: _, stream: __, stream_options: ___, max_completion_tokens: most, ...fields } = body;
  const limit = most === undefined ? {} : { max_tokens: most };
  const asked = { ...fields, ...limit, prompt: textOf(aligned), ...stopOf('plain', body) };
  const answer = await passOn(upstream, '/completions', asked, signal);
  if (!answer.ok) return answer;
  const { model, choices, usage } = Completion.parse(await answer.json());
  const texts = choices.map((c) => ({ text: (c.text ?? '').trim(), finish: c.finish_reason ?? 'stop' }));
  return shaped({ model: model ?? upstream.model, choices: texts, usage: usage ?? NO_USAGE }, body);
}

/** An answer in the shape the client asked for. */
function shaped({ model, choices, usage }: Whole, { stream, stream_options: options }: Body): Response {
  const about = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  const filled = (key: 'message' | 'delta') =>
    choices.map(({ text, finish }, index) => ({
      index,
      [key]: { role: 'assistant', content: text },
      logprobs: null,
      finish_reason: finish,
    }));
  if (!stream) return Response.json({ ...about, object: 'chat.completion', choices: filled('message'), usage });
  const chunk = { ...about, object: 'chat.completion.chunk' };
  const last = options?.include_usage ? [{ ...chunk, choices: [], usage }] : [];
  const events = [{ ...chunk, choices: filled('delta') }, ...last].map((e) => `data: ${JSON.stringify(e)}\n\n`);
  return new Response([...events, 'data: [DONE]\n\n'].join(''), { headers: { 'content-type': 'text/event-stream' } });
}
