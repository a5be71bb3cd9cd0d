import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { z } from 'zod';
import { findLoop } from '../prompts/findLoop.ts';
import type { ReadResult } from '../prompts/reply.ts';
import { DEFAULT_REPLY_CHARS } from '../prompts/replyForm.ts';
import type { DigitOdds } from '../state/digitOdds.ts';
import { getErrorMessage } from '../state/failure.ts';
import type { ModelQuestion } from './modelQuestion.ts';

/** A completion and why it ended: "length" if it was cut off. */
export interface Completion {
  text: string;
  finish: string;
  digits: DigitOdds[];
}

/** A model repeats itself until its limit. Such a reply is not read, even if it begins well. */
const LOOP = { complaint: 'it repeated the same words until it was cut off; keep each text short' };
/** A server keeps thoughts apart, and the limit was spent on one. */
const SPENT_LIMIT = { complaint: 'the reply ended inside a thought' };
/** Fewer characters for each token than real replies have, so that a form with full texts stays within the limit. */
const MIN_CHARS_PER_TOKEN = 2.5;
const ReplyLimit = z.looseObject({ max_tokens: z.number().positive().optional().catch(undefined) }).catch({});

/** Reads a completion. One that was cut off inside a loop or a thought is not read. */
export function readModelReply<T>(question: ModelQuestion<T>, { text, finish, digits }: Completion): ReadResult<T> {
  if (finish === 'length' && text.trim() === '') return SPENT_LIMIT;
  return finish === 'length' && findLoop(text) >= 0 ? LOOP : readSafely(question, text, digits);
}

/** What a reader makes of a reply. If the reader itself fails, the reply could not be read. */
export function readSafely<T>(
  question: ModelQuestion<T>,
  reply: string,
  digits: readonly DigitOdds[] = [],
): ReadResult<T> {
  try {
    return question.read(reply, getReplyChars(question.model), digits);
  } catch (error) {
    return { complaint: `drpo failed to read it (${getErrorMessage(error)})` };
  }
}

/** Characters that a reply may have within the model's limit of tokens. */
export function getReplyChars(model: BaseChatModel): number {
  const { max_tokens: tokens } = ReplyLimit.parse(model.invocationParams({}));
  return tokens ? tokens * MIN_CHARS_PER_TOKEN : DEFAULT_REPLY_CHARS;
}
