import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { toPrintable } from '../../run/progress.ts';
import type { Ask } from './askAnswers.ts';

/** The person ended the questions by Ctrl-C, or the input ended. */
export class QuestionsEndedError extends Error {
  override name = 'QuestionsEndedError';
}

/** Opens a terminal for questions. Each rejects with `QuestionsEndedError` once Ctrl-C is typed or the input has ended. */
export function openTerminal(input: Readable, output: Writable): { ask: Ask; close: () => void } {
  const lines = createInterface({ input, output, terminal: true });
  const ended = new AbortController();
  lines.on('close', () => ended.abort());
  const ask: Ask = async (question) => {
    try {
      return await lines.question(toPrintable(question), { signal: ended.signal });
    } catch (error) {
      throw ended.signal.aborted ? new QuestionsEndedError('the questions were ended') : error;
    }
  };
  return { ask, close: () => lines.close() };
}
