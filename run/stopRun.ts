import type { Gateway } from '../models/index.ts';

/** Whether an error is a stop to be reported (budget spent, interrupted) and not a fault. */
export function classifyStop(error: unknown): 'budget' | 'interrupted' | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'BudgetExceededError') return 'budget';
  return error.name === 'StoppedError' || error.name === 'AbortError' ? 'interrupted' : null;
}

/** Milliseconds that calls in flight have to end after a stop: they are paid for. */
const STOP_GRACE_MS = 60_000;

/** Lets calls in flight finish and sends nothing more: the run ends as interrupted, the best so far written. */
export const stopGently = (gateway: Gateway): void => void gateway.stop(STOP_GRACE_MS);

/** The first Ctrl-C lets calls in flight finish and keeps what there is; the second ends the process. */
export function stopOnSignal(gateway: Gateway): () => void {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(130);
    asked = true;
    stopGently(gateway);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return () => void process.off('SIGINT', stop).off('SIGTERM', stop);
}
