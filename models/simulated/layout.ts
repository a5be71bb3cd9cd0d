import type { BaseMessage } from '@langchain/core/messages';
import type { Example } from '../../state/example.ts';
import type { Request } from './base.ts';

/** The text of a message, whatever its content's form. */
export const textOf = (message: BaseMessage): string =>
  typeof message.content === 'string' ? message.content : message.text;

/** Reads what a base model is sent, in turns of a chat or in the plain layout (prompts/respond.ts), in one text or split over two. */
export function readLayout(messages: readonly BaseMessage[]): Request {
  const whole = messages.map(textOf).join('');
  if (/^\s*#+ ?instructions?\b/i.test(whole) && /^#+ ?answer:/im.test(whole)) return readPlain(whole);
  const turns = messages.filter((m) => m.type !== 'system');
  const last = turns.at(-1);
  return {
    prompt: messages
      .filter((m) => m.type === 'system')
      .map(textOf)
      .join('\n'),
    examples: turns.slice(0, -1).flatMap((turn, i) => exampleAt(turns, turn, i)),
    query: last ? textOf(last) : '',
  };
}

function exampleAt(turns: readonly BaseMessage[], turn: BaseMessage, i: number): Example[] {
  const answer = turns[i + 1];
  return turn.type === 'human' && answer?.type === 'ai' ? [{ query: textOf(turn), answer: textOf(answer) }] : [];
}

const SHOT = /^#+ ?query:\s*\n([\s\S]*?)\n+#+ ?answer:\s*\n(?:<START>|```)?\n?([\s\S]*?)\n(?:<END>|```)/gim;

function readPlain(text: string): Request {
  const head = text.replace(/^\s*#+ ?instructions?:?\s*/i, '');
  const first = head.search(/^#+ ?query:/im);
  const last = Math.max(head.lastIndexOf('\n# Query:'), head.lastIndexOf('\n#Query:'), first - 1);
  const tail = first < 0 ? '' : head.slice(last + 1);
  return {
    prompt: (first < 0 ? head : head.slice(0, first)).trim(),
    examples: [...head.slice(Math.max(0, first), last + 1).matchAll(SHOT)].map(([, query = '', answer = '']) => ({
      query,
      answer,
    })),
    query: tail
      .replace(/^#+ ?query:\s*/i, '')
      .replace(/\s*\n#+ ?answer:[\s\S]*$/i, '')
      .trim(),
  };
}
