import { convertMessagesToCompletionsMessageParams } from '@langchain/openai';
import { z } from 'zod';
import { toSingleQuery, type AlignedConversation, type ConversationMessage } from '../../nodes/alignedModel.ts';
import type { Layout } from '../../nodes/index.ts';
import { toPromptValue } from '../../nodes/respond.ts';
import { STOP_SEQUENCES } from '../../prompts/respond.ts';

/** A message as the client sent it. */
export type WireMessage = Record<string, unknown>;

/** The fields of a request that are read. All others pass through unread. */
export const ChatRequestBody = z.looseObject({
  model: z.string().nullish(),
  messages: z.array(z.record(z.string(), z.unknown())).min(1),
  stream: z.boolean().nullish(),
  n: z.number().int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});
export type ChatRequestBody = z.infer<typeof ChatRequestBody>;

const WireContent = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);

const WIRE_ROLES: Readonly<Record<string, ConversationMessage<WireMessage>['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** Reads a client's message for the layouts. */
export function readWireMessage(message: WireMessage): ConversationMessage<WireMessage> {
  const content = WireContent.safeParse(message['content']).data;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []));
  const isTextOnly = content !== undefined && texts.length === parts.length && message['tool_calls'] === undefined;
  return {
    role: WIRE_ROLES[String(message['role'])] ?? 'other',
    text: texts.join('\n'),
    isTextOnly,
    original: message,
  };
}

/** The messages for a chat model: prompt and examples as in the run, then the client's conversation unchanged. */
export function toUpstreamMessages(
  layout: Layout,
  aligned: AlignedConversation<WireMessage>,
  model: string,
): unknown[] {
  const isChat = layout === 'chat';
  const messages = toPromptValue(layout, isChat ? aligned : toSingleQuery(aligned)).toChatMessages();
  const converted = convertMessagesToCompletionsMessageParams({ messages, model });
  return isChat ? [...converted.slice(0, -1), ...aligned.turns.map((turn) => turn.original)] : converted;
}

/** The text for a completion model. */
export const toCompletionPrompt = (aligned: AlignedConversation<WireMessage>): string =>
  toPromptValue('plain', toSingleQuery(aligned)).toString();

/** The client's stop sequences, else those of the plain layouts. */
export const resolveStopSequences = (layout: Layout, { stop }: ChatRequestBody): { stop?: string[] } => {
  if (stop !== undefined && stop !== null) return { stop: typeof stop === 'string' ? [stop] : stop };
  return layout === 'chat' ? {} : { stop: [...STOP_SEQUENCES] };
};
