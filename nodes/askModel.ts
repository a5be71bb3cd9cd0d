import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { toMessageTexts, toPromptText, type StepPrompt } from '../prompts/promptParts.ts';
import type { ReadResult } from '../prompts/reply.ts';
import { splitThoughts } from '../prompts/thoughts.ts';
import { isFatal, getErrorMessage } from '../state/failure.ts';
import { collectCompletions } from './collectCompletions.ts';
import { createRepair, isForDigitsAlone } from './createRepair.ts';
import { getDigitOdds } from './getDigitOdds.ts';
import type { ModelQuestion } from './modelQuestion.ts';
import { readModelReply, type Completion } from './readModelReply.ts';

/**
 * Asks a model, reads its reply, and sends an unreadable reply back with the complaint. Every node gets its data this way.
 * A failure of one item is returned as a complaint. @throws what concerns the whole run, such as a missing key
 */
export async function askModel<T>(question: ModelQuestion<T>): Promise<ReadResult<T>[]> {
  const { n = 1, repairs = 1 } = question;
  const messages = toRequestMessages(question.text);
  try {
    const replies = await collectCompletions(question, messages, n);
    return await Promise.all(replies.map((reply) => readOrRepair(question, messages, reply, repairs)));
  } catch (error) {
    if (isFatal(error)) throw error;
    return [{ complaint: getErrorMessage(error) }];
  }
}

/** The messages of a request: its rules as a system message if it has any, then the user message. */
export function toRequestMessages(prompt: StepPrompt): BaseMessage[] {
  const { rules, text } = toMessageTexts(prompt);
  return [...(rules ? [new SystemMessage(rules)] : []), new HumanMessage(text)];
}

async function readOrRepair<T>(
  question: ModelQuestion<T>,
  messages: BaseMessage[],
  completion: Completion,
  repairs: number,
  repair = 1,
): Promise<ReadResult<T>> {
  const { step, text } = question;
  const { text: reply } = completion;
  const reading = readModelReply(question, completion);
  if ('value' in reading) return reading;
  const report = (repaired: boolean): void =>
    question.onUnreadable?.({
      step,
      asked: toPromptText(text),
      reply,
      replies: [...messages.flatMap((m) => (AIMessage.isInstance(m) ? [m.text] : [])), reply],
      complaint: reading.complaint,
      repaired,
    });
  // no correction of the digits helps if the endpoint has shown that it gives no odds
  if (repairs === 0 || (isForDigitsAlone(question) && !getDigitOdds(question.model).areGiven())) {
    report(false);
    return reading;
  }
  const sent = question.isPlain ? reply : splitThoughts(reply).answer;
  const retry = createRepair(messages, sent, reading.complaint, question);
  try {
    const [correction = { text: '', finish: '', digits: [] }] = await collectCompletions(question, retry, 1, repair);
    const corrected = await readOrRepair(question, retry, correction, repairs - 1, repair + 1);
    if ('value' in corrected) report(true);
    return corrected;
  } catch (error) {
    if (isFatal(error)) throw error;
    report(false);
    return reading;
  }
}
