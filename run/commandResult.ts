import type { Example } from '../state/example.ts';
import type { Screen } from './progress.ts';
import type { SessionOptions } from './session.ts';

export interface CommandOptions extends SessionOptions {
  screen: Screen | null;
}

/** How a run ended, with its exit code. */
export interface CommandResult<T> {
  exitCode: 0 | 3 | 130;
  outcome: T;
  folder: string;
}

/** The exit status of a run that was stopped. */
export const toExitCode = (reason: 'budget' | 'interrupted'): 3 | 130 => (reason === 'budget' ? 3 : 130);

/** Examples as the files hold them: `{query: answer}`. */
export const toExamplesObject = (examples: readonly Example[]): Record<string, string> =>
  Object.fromEntries(examples.map((e) => [e.query, e.answer]));
