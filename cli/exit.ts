import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { redactSecrets } from '../models/secrets.ts';
import { getExitCode } from '../run/exitCode.ts';
import { toPrintable } from '../run/progress.ts';

/** Errors that a user can fix and failures of the environment. Any other error is a bug. */
const EXPECTED_ERROR_NAMES = new Set([
  'CheckpointsError',
  'RemoteError',
  'RoleDownError',
  'CallFailedError',
  'StoreError',
  'SearchError',
  'BudgetExceededError',
  'StoppedError',
]);

/** Prints an error in one line and returns its exit code: 2 for a mistake in usage, config or data, else 1. A bug's stack is shown if DEBUG is set. */
export function reportError(error: unknown): 1 | 2 {
  if (error instanceof Error && getExitCode(error) === 2) {
    for (const line of toPrintable(redactSecrets(error.message)).split('\n')) process.stderr.write(`drpo: ${line}\n`);
    return 2;
  }
  const known = error instanceof Error && (EXPECTED_ERROR_NAMES.has(error.name) || !error.stack);
  const isSystemError = error instanceof Error && 'syscall' in error && 'code' in error;
  const text = !(error instanceof Error)
    ? String(error)
    : isSystemError
      ? `${error.message}; what was written before is kept; fix this and run the same command again`
      : known
        ? error.message
        : describeBug(error);
  process.stderr.write(`drpo: ${toPrintable(redactSecrets(text))}\n`);
  return 1;
}

const describeBug = (error: Error): string =>
  process.env['DEBUG']
    ? (error.stack ?? error.message)
    : `${error.name}: ${error.message.split('\n')[0]}; this is a fault of drpo: please report it with the command and the stack that DEBUG=1 shows. What was written is kept`;

/** Ends the process with one line if its output cannot be written or an error was caught nowhere. A reader that went away is no error. */
export function handleFatalErrors(): void {
  const endOnOutputError = (error: NodeJS.ErrnoException): never => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`drpo: stdout: expected an output that can be written, got ${error.message}\n`);
    process.exit(1);
  };
  const endOnError = (error: unknown): never => process.exit(reportError(error));
  if (process.listenerCount('uncaughtException') > 0) return;
  process.stdout.on('error', endOnOutputError);
  process.stderr.on('error', () => process.exit(1));
  process.on('uncaughtException', endOnError).on('unhandledRejection', endOnError);
}

/** Ends the process. Waits up to three seconds for traces that are still being sent. */
export async function exit(): Promise<never> {
  await Promise.race([awaitAllCallbacks(), sleep(3000)]);
  await new Promise((done) => process.stdout.write('', done));
  process.exit();
}
