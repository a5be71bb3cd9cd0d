import type { Gateway } from '../models/index.ts';

/** Whether an error is a stop to be reported (budget spent, interrupted) and not a failure. */
export function classifyStop(error: unknown): 'budget' | 'interrupted' | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'BudgetExceededError') return 'budget';
  return error.name === 'StoppedError' || error.name === 'AbortError' ? 'interrupted' : null;
}

/** Milliseconds that calls in flight have to end after a stop: they are paid for. */
const STOP_GRACE_MS = 60_000;

/** Lets calls in flight finish and sends nothing more: the run ends as interrupted, the best so far written. */
export const stopGently = (gateway: Gateway): void => void gateway.stop(STOP_GRACE_MS);

/** A signal that the first Ctrl-C aborts, so that calls in flight end and the best so far is kept; the second ends the process. */
export function createInterruptSignal(): { signal: AbortSignal; release: () => void } {
  const interrupt = new AbortController();
  const stop = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: interrupt.signal, release: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}

/** Stops a gateway at the first Ctrl-C; the second ends the process. */
export function stopOnSignal(gateway: Gateway): () => void {
  const { signal, release } = createInterruptSignal();
  signal.addEventListener('abort', () => stopGently(gateway), { once: true });
  return release;
}
