import { HumanMessage, type BaseMessage } from '@langchain/core/messages';

/** The messages with the system prompt before the first user message, in that message. */
export function foldSystemPrompt(messages: readonly BaseMessage[]): BaseMessage[] {
  const prompts = messages.filter(({ type }) => type === 'system').map((message) => message.text);
  const rest = messages.filter(({ type }) => type !== 'system');
  if (prompts.length === 0) return rest;
  const first = rest.findIndex(({ type }) => type === 'human');
  const text = [...prompts, ...(first < 0 ? [] : [rest[first]?.text])].join('\n\n');
  const folded = new HumanMessage(text);
  return first < 0 ? [folded, ...rest] : rest.map((message, i) => (i === first ? folded : message));
}
