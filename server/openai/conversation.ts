import { convertMessagesToCompletionsMessageParams } from '@langchain/openai';
import { z } from 'zod';
import { asOneQuery, type Aligned, type Said } from '../../nodes/alignedModel.ts';
import { promptValue, type Layout } from '../../nodes/index.ts';
import { STOPS } from '../../prompts/respond.ts';

/** A message of the wire, whole. */
export type Wire = Record<string, unknown>;

/** What is read of a request; all else passes through unread. */
export const Body = z.looseObject({
  model: z.string().nullish(),
  messages: z.array(z.record(z.string(), z.unknown())).min(1),
  stream: z.boolean().nullish(),
  n: z.number().int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});
export type Body = z.infer<typeof Body>;

const Content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);

const ROLE: Readonly<Record<string, Said<Wire>['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** A message of the wire as the layouts need it. */
export function saidOf(whole: Wire): Said<Wire> {
  const content = Content.safeParse(whole['content']).data;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []));
  const only = content !== undefined && texts.length === parts.length && whole['tool_calls'] === undefined;
  return { role: ROLE[String(whole['role'])] ?? 'other', text: texts.join('\n'), plain: only, whole };
}

/** The messages a chat model is sent: as the run's own base model was, then the conversation as it came. */
export function messagesOf(layout: Layout, aligned: Aligned<Wire>, model: string): unknown[] {
  const chat = layout === 'chat';
  const messages = promptValue(layout, chat ? aligned : asOneQuery(aligned)).toChatMessages();
  const asSent = convertMessagesToCompletionsMessageParams({ messages, model });
  return chat ? [...asSent.slice(0, -1), ...aligned.turns.map((turn) => turn.whole)] : asSent;
}

/** The one text a completion model is sent. */
export const textOf = (aligned: Aligned<Wire>): string => promptValue('plain', asOneQuery(aligned)).toString();

/** The stops of the plain layouts, unless the client has its own. */
export const stopOf = (layout: Layout, { stop }: Body): { stop?: string[] } => {
  if (stop !== undefined && stop !== null) return { stop: typeof stop === 'string' ? [stop] : stop };
  return layout === 'chat' ? {} : { stop: [...STOPS] };
};
