import type { BaseMessage } from '@langchain/core/messages';
import type { Example } from '../../state/example.ts';
import type { BaseRequest } from './baseResponder.ts';

/** The text of a message whose content may have several parts. */
export const getMessageText = (message: BaseMessage): string =>
  typeof message.content === 'string' ? message.content : message.text;

/** Reads the request to a base model: the turns of a chat, or the plain layout (prompts/respond.ts) in one or two messages. */
export function readLayout(messages: readonly BaseMessage[]): BaseRequest {
  const text = messages.map(getMessageText).join('');
  if (/^\s*#+ ?instructions?\b/i.test(text) && /^#+ ?answer:/im.test(text)) return readPlainLayout(text);
  const turns = messages.filter((m) => m.type !== 'system');
  const last = turns.at(-1);
  return {
    prompt: messages
      .filter((m) => m.type === 'system')
      .map(getMessageText)
      .join('\n'),
    examples: turns.slice(0, -1).flatMap((turn, i) => readExampleTurn(turns, turn, i)),
    query: last ? getMessageText(last) : '',
  };
}

function readExampleTurn(turns: readonly BaseMessage[], turn: BaseMessage, i: number): Example[] {
  const answer = turns[i + 1];
  return turn.type === 'human' && answer?.type === 'ai'
    ? [{ query: getMessageText(turn), answer: getMessageText(answer) }]
    : [];
}

const EXAMPLE_PATTERN = /^#+ ?query:\s*\n([\s\S]*?)\n+#+ ?answer:\s*\n(?:<START>|```)?\n?([\s\S]*?)\n(?:<END>|```)/gim;

function readPlainLayout(text: string): BaseRequest {
  const head = text.replace(/^\s*#+ ?instructions?:?\s*/i, '');
  const first = head.search(/^#+ ?query:/im);
  const last = Math.max(head.lastIndexOf('\n# Query:'), head.lastIndexOf('\n#Query:'), first - 1);
  const tail = first < 0 ? '' : head.slice(last + 1);
  return {
    prompt: (first < 0 ? head : head.slice(0, first)).trim(),
    examples: [...head.slice(Math.max(0, first), last + 1).matchAll(EXAMPLE_PATTERN)].map(
      ([, query = '', answer = '']) => ({
        query,
        answer,
      }),
    ),
    query: tail
      .replace(/^#+ ?query:\s*/i, '')
      .replace(/\s*\n#+ ?answer:[\s\S]*$/i, '')
      .trim(),
  };
}
