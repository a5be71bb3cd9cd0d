import { SystemMessage, type BaseMessage } from '@langchain/core/messages';

/** The name under which an endpoint may refuse the mark. */
export const CACHE_MARK = 'cache_control';

/** Marks the rules that begin a request, so that Anthropic keeps them for the next calls of the step. */
export function markCachedRules(messages: readonly BaseMessage[]): BaseMessage[] {
  const [first, ...rest] = messages;
  if (!SystemMessage.isInstance(first) || typeof first.content !== 'string') return [...messages];
  const block = { type: 'text', text: first.content, [CACHE_MARK]: { type: 'ephemeral' } };
  return [new SystemMessage({ content: [block] }), ...rest];
}
