import { isError } from '../../state/failure.ts';

/**
 * Runs a call that ends with the signal, or after so many seconds, whether its client notices or not.
 * @throws the signal's reason, or a TimeoutError
 */
export async function runWithTimeout<T>(
  run: (signal: AbortSignal) => Promise<T>,
  timeoutSeconds: number,
  signal?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(toError(controller.signal.reason)), { once: true });
  });
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const error = Object.assign(new Error(`no complete answer within ${timeoutSeconds} s`), { name: 'TimeoutError' });
  const timer = setTimeout(() => controller.abort(error), Math.min(timeoutSeconds * 1000, MAX_TIMER_MS));
  try {
    return await Promise.race([ended, run(controller.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

const toError = (reason: unknown): Error => (isError(reason) ? reason : new Error(`aborted: ${String(reason)}`));

/** Node's longest timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;
