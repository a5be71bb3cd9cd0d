import { AIMessage, type BaseMessage, HumanMessage } from '@langchain/core/messages';
import { findLoop } from '../prompts/findLoop.ts';
import type { ModelQuestion } from './modelQuestion.ts';

/** So much of a bad reply is sent back with the complaint. */
const MAX_REPLY_CHARS = 4000;
const MAX_LOOP_CHARS = 200;

/** The conversation so far, the reply (cut if it is long) and the complaint. An empty reply is not sent back. */
export function createRepair<T>(
  messages: BaseMessage[],
  reply: string,
  complaint: string,
  question: ModelQuestion<T>,
): BaseMessage[] {
  const { isPlain = false } = question;
  const again = isForDigitsAlone(question)
    ? 'Send the digits and nothing else.'
    : 'Send it again, whole, as one JSON object in the form asked for and nothing else.';
  const text = `That reply could not be used: ${complaint}. ${again}`;
  const last = messages.at(-1);
  if (reply.trim() === '' && last) return [...messages.slice(0, -1), new HumanMessage(`${last.text}\n\n${text}`)];
  return [...messages, new AIMessage(isPlain ? reply : cutReply(reply)), new HumanMessage(text)];
}

/** The beginning of a long reply. Of a loop, little more than the clause that it repeats. */
function cutReply(reply: string): string {
  const loop = findLoop(reply);
  const most = loop < 0 ? MAX_REPLY_CHARS : Math.min(MAX_REPLY_CHARS, loop + MAX_LOOP_CHARS);
  return reply.length > most ? `${reply.slice(0, most)} […]` : reply;
}

/** Whether a question is answered by digits alone, whose odds count. */
export const isForDigitsAlone = ({ odds }: Pick<ModelQuestion<never>, 'odds'>): boolean => odds === 'alone';
