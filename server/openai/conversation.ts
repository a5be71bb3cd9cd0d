import { convertMessagesToCompletionsMessageParams } from '@langchain/openai';
import { z } from 'zod';
import { toSingleQuery, type AlignedConversation, type ConversationMessage } from '../../nodes/alignedModel.ts';
import { toPromptValue, type Layout } from '../../nodes/index.ts';
import { STOP_SEQUENCES } from '../../prompts/respond.ts';

/** A message of the wire, whole. */
export type WireMessage = Record<string, unknown>;

/** What is read of a request; all else passes through unread. */
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

/** A message of the wire as the layouts need it. */
export function readWireMessage(whole: WireMessage): ConversationMessage<WireMessage> {
  const content = WireContent.safeParse(whole['content']).data;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []));
  const only = content !== undefined && texts.length === parts.length && whole['tool_calls'] === undefined;
  return {
    role: WIRE_ROLES[String(whole['role'])] ?? 'other',
    text: texts.join('\n'),
    isTextOnly: only,
    original: whole,
  };
}

/** The messages a chat model is sent: as the run's own base model was, then the conversation as it came. */
export function toUpstreamMessages(
  layout: Layout,
  aligned: AlignedConversation<WireMessage>,
  model: string,
): unknown[] {
  const chat = layout === 'chat';
  const messages = toPromptValue(layout, chat ? aligned : toSingleQuery(aligned)).toChatMessages();
  const asSent = convertMessagesToCompletionsMessageParams({ messages, model });
  return chat ? [...asSent.slice(0, -1), ...aligned.turns.map((turn) => turn.original)] : asSent;
}

/** The one text a completion model is sent. */
export const toCompletionPrompt = (aligned: AlignedConversation<WireMessage>): string =>
  toPromptValue('plain', toSingleQuery(aligned)).toString();

/** The stops of the plain layouts, unless the client has its own. */
export const resolveStopSequences = (layout: Layout, { stop }: ChatRequestBody): { stop?: string[] } => {
  if (stop !== undefined && stop !== null) return { stop: typeof stop === 'string' ? [stop] : stop };
  return layout === 'chat' ? {} : { stop: [...STOP_SEQUENCES] };
};
