import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { RemoteError, formatErrorLine } from './connectServer.ts';

/** Milliseconds between attempts to reach a server that does not answer: two minutes in all. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];

/** Tries again while the server does not answer. A refusal is reported at once. */
export async function retryUntilReachable<T>({ signal }: { signal: AbortSignal }, ask: () => Promise<T>): Promise<T> {
  for (const wait of [...RETRY_DELAYS_MS, null]) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (wait === null || isRefusal(error) || error instanceof z.ZodError)
        throw new RemoteError(
          `the server failed: ${formatErrorLine(error)}; what was judged is kept, run the same command to continue`,
        );
      await sleep(wait, undefined, { signal });
    }
  }
  throw new RemoteError('unreachable');
}

const isRefusal = (error: unknown): boolean => {
  const status: unknown = Reflect.get(Object(error), 'status');
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429;
};

/** What ended a run, under the name it had there: a budget that is spent is one here too. */
export function toRemoteFailure(failure: unknown): Error {
  const { error = '', message = formatErrorLine(failure) } = z
    .object({ error: z.string(), message: z.string() })
    .partial()
    .safeParse(failure).data ?? { message: String(failure) };
  const remoteError = new RemoteError(`at the server: ${formatErrorLine(new Error(message))}`);
  if (error === 'BudgetExceededError') remoteError.name = error;
  return remoteError;
}
