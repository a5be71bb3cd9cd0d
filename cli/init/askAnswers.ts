import { UserError } from '../../run/config/userError.ts';
import {
  parseScores,
  readPrompt,
  requireFlagText,
  requireModel,
  type StarterAnswers,
} from '../../run/init/starterAnswers.ts';

/** Asks a person one question and gives the line that was typed. */
export type Ask = (question: string) => Promise<string>;

/** Asks for what the flags of `init` leave open. An empty answer takes the default; an answer that does not fit is asked for again. */
export async function askAnswers(given: Partial<StarterAnswers>, ask: Ask): Promise<Partial<StarterAnswers>> {
  const task =
    given.task ??
    (await askUntilValid(ask, 'What is the assistant for, and who asks it?\n(Enter: fill it in later) > ', (text) =>
      requireFlagText('task', text),
    ));
  const prompt =
    given.prompt ??
    (await askUntilValid(
      ask,
      'Which prompt does it have now? Its text, or the name of its file.\n(Enter: You are a helpful assistant.) > ',
      readPrompt,
    ));
  const optimizer =
    given.optimizer ??
    (await askUntilValid(
      ask,
      'Which model? MODEL or MODEL@ADDRESS, such as gpt-6-luna or qwen3@http://127.0.0.1:11434/v1\n(Enter: simulated, which needs no key) > ',
      (text) => requireModel('optimizer', text),
    ));
  const scores =
    given.scores ??
    (await askUntilValid(
      ask,
      'How are answers scored? Several with commas.\n  1 criteria: a judge scores them by criteria in plain words\n  2 expected: a judge compares them with the answers that you expect\n  3 checks: rules decide, without a judge\n(Enter: 1) > ',
      parseScores,
    ));
  return {
    ...given,
    task,
    prompt,
    ...(optimizer !== undefined && { optimizer }),
    ...(scores && { scores }),
  };
}

/** The value of the first answer that fits. Undefined: the answer is empty. */
async function askUntilValid<T>(
  ask: Ask,
  question: string,
  parse: (text: string) => T | Promise<T>,
): Promise<T | undefined> {
  for (let complaint = ''; ;) {
    const line = await ask(complaint + question);
    if (line.trim() === '') return undefined;
    try {
      return await parse(line);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complaint = `${error.message}\n`;
    }
  }
}
