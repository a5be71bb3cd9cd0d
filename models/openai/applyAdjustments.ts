import { z } from 'zod';
import { listFormatParts } from '../responseFormat.ts';
import type { ParameterAdjustments } from '../transport.ts';

const Messages = z.array(z.looseObject({ role: z.string(), content: z.unknown() }));
type Message = z.infer<typeof Messages>[number];

/** What an endpoint may refuse of a request: its keys, the roles of its messages, and its form of a reply. */
export function listParameters(body: object): string[] {
  const { data: messages = [] } = Messages.safeParse(Reflect.get(body, 'messages'));
  const keys = Object.entries(body).flatMap(([key, value]) => (value === undefined || value === null ? [] : [key]));
  return [...keys, ...new Set(messages.map((m) => m.role)), ...listFormatParts(body)];
}

/** The texts of a request, which an error may repeat. */
export function listTexts(body: object): string[] {
  const { data: messages = [] } = Messages.safeParse(Reflect.get(body, 'messages'));
  const contents = [...messages.map(({ content }) => content), Reflect.get(body, 'prompt'), Reflect.get(body, 'input')];
  return contents.flat().filter((text) => typeof text === 'string');
}

/** A request without the parameters that its endpoint refused, or with them under other names. */
export function applyAdjustments<T extends object>(body: T, adjustments: ParameterAdjustments): T {
  if (adjustments.size === 0) return body;
  const adjusted = { ...body };
  for (const [parameter, sentAs] of adjustments) {
    if (!Object.hasOwn(body, parameter)) continue;
    Reflect.deleteProperty(adjusted, parameter);
    // what a user sends under that name in extraBody stays
    if (sentAs !== null && !Object.hasOwn(body, sentAs)) Reflect.set(adjusted, sentAs, Reflect.get(body, parameter));
  }
  const { data: messages } = Messages.safeParse(Reflect.get(body, 'messages'));
  if (messages) Reflect.set(adjusted, 'messages', adjustMessages(messages, adjustments));
  return adjusted;
}

/** A chat request whose system prompt is said by another role. */
export function applySystemRole<T extends object>(body: T, role: string | undefined): T {
  const { data: messages } = Messages.safeParse(Reflect.get(body, 'messages'));
  if (role === undefined || !messages) return body;
  const roles = new Map(['system', 'developer'].map((name) => [name, role]));
  return { ...body, messages: adjustMessages(messages, roles) };
}

function adjustMessages(messages: readonly Message[], adjustments: ParameterAdjustments): Message[] {
  const renamed = messages.map((message) => ({ ...message, role: adjustments.get(message.role) ?? message.role }));
  const prompts = renamed.filter((_, i) => messages[i]?.role !== 'user' && renamed[i]?.role === 'user');
  const rest = renamed.filter((message) => !prompts.includes(message));
  const first = rest.findIndex(({ role }) => role === 'user');
  if (prompts.length === 0 || first < 0) return [...prompts, ...rest];
  return rest.map((message, i) => (i === first ? prependPrompts(message, prompts) : message));
}

/** The first user message after the system prompts, as texts or in parts. */
function prependPrompts(message: Message, prompts: readonly Message[]): Message {
  const contents = [...prompts, message].map(({ content }) => content);
  if (contents.every((content) => typeof content === 'string')) return { ...message, content: contents.join('\n\n') };
  const parts = contents.flatMap((c): unknown[] => (Array.isArray(c) ? c : [{ type: 'text', text: c }]));
  return { ...message, content: parts };
}
