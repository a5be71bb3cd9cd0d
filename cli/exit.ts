import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { redactSecrets } from '../models/secrets.ts';
import { getExitCode } from '../run/exitCode.ts';
import { toPrintable } from '../run/progress.ts';

/** Errors that a user can fix and failures of the environment: one line, no stack. Any other error is a bug and keeps its stack. */
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

/** Error codes of a disk or folder that cannot be written. */
const DISK_ERROR_CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM']);

/** Prints an error and returns its exit code: 2 for a mistake in usage, config or data, else 1. */
export function reportError(error: unknown): 1 | 2 {
  if (error instanceof Error && getExitCode(error) === 2) {
    for (const line of toPrintable(redactSecrets(error.message)).split('\n')) process.stderr.write(`drpo: ${line}\n`);
    return 2;
  }
  const known = error instanceof Error && (EXPECTED_ERROR_NAMES.has(error.name) || !error.stack);
  const file =
    error instanceof Error && 'syscall' in error && 'code' in error && DISK_ERROR_CODES.has(String(error.code));
  const text = !(error instanceof Error)
    ? String(error)
    : file
      ? `${error.message}; what was written before is kept; fix this and run the same command again`
      : known
        ? error.message
        : error.stack;
  process.stderr.write(`drpo: ${toPrintable(redactSecrets(text ?? ''))}\n`);
  return 1;
}

/** Ends the process. Waits up to three seconds for traces that are still being sent. */
export async function exit(): Promise<never> {
  await Promise.race([awaitAllCallbacks(), sleep(3000)]);
  await new Promise((done) => process.stdout.write('', done));
  process.exit();
}
