import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../run/config/userError.ts';
import { toPrintable } from '../run/progress.ts';

/** What the user can mend, or the world's fault: one line each, no stack. A fault of ours keeps its stack. */
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

/** What the system says of a disk that cannot be written. */
const DISK_ERROR_CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM']);

/** Prints an error and gives its exit status: 2 for the user's mistakes, else 1. */
export function reportError(error: unknown): 1 | 2 {
  if (error instanceof UserError || (error instanceof Error && error.name === 'ModelsConfigError')) {
    for (const line of toPrintable(error.message).split('\n')) process.stderr.write(`drpo: ${line}\n`);
    return 2;
  }
  const known = error instanceof Error && (EXPECTED_ERROR_NAMES.has(error.name) || !error.stack);
  // a full disk, a folder that may not be written
  const file =
    error instanceof Error && 'syscall' in error && 'code' in error && DISK_ERROR_CODES.has(String(error.code));
  const text = !(error instanceof Error)
    ? String(error)
    : file
      ? `${error.message}; what was written before is kept, mend it and start the command again`
      : known
        ? error.message
        : error.stack;
  process.stderr.write(`drpo: ${toPrintable(text ?? '')}\n`);
  return 1;
}

/** Ends the process. Traces still on their way are waited for, but a dead LangSmith does not hold the process (docs/langsmith.md#when-langsmith-is-down). */
export async function exit(): Promise<never> {
  await Promise.race([awaitAllCallbacks(), sleep(3000)]);
  await new Promise((done) => process.stdout.write('', done));
  process.exit();
}
