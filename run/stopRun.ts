import type { Gateway } from '../models/index.ts';
import { describeStop } from './describeStop.ts';

/** Whether an error is a stop to be reported (budget spent, interrupted) and not a failure. */
export function classifyStop(error: unknown): 'budget' | 'interrupted' | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'BudgetExceededError') return 'budget';
  return error.name === 'StoppedError' || error.name === 'AbortError' ? 'interrupted' : null;
}

/** Milliseconds that calls in flight have to end after a stop: they are paid for. */
export const STOP_GRACE_MS = 60_000;

/** Lets calls in flight finish and sends nothing more: the run ends as interrupted, the best so far written. */
export const stopGently = (gateway: Gateway): void => void gateway.stop(STOP_GRACE_MS);

/** Ctrl-C, a request to end, and a terminal that was closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `stop` for each signal that ends a process, until the returned function is called. */
export function watchStopSignals(stop: () => void): () => void {
  const handle = (signal: NodeJS.Signals): void => {
    // the terminal is gone: what is written to it fails, which must not end the process before the best so far is kept
    if (signal === 'SIGHUP')
      for (const stream of [process.stdout, process.stderr])
        stream.removeAllListeners('error').on('error', () => undefined);
    stop();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, handle);
  };
}

/** A signal that the first Ctrl-C aborts, so that calls in flight end and the best so far is kept; the second ends the process. */
export function createInterruptSignal(): { signal: AbortSignal; release: () => void } {
  const interrupt = new AbortController();
  const release = watchStopSignals(() => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
  return { signal: interrupt.signal, release };
}

/** Stops a gateway at the first Ctrl-C and says what it waits for; the second ends the process. */
export function stopOnSignal(gateway: Gateway): () => void {
  const { signal, release } = createInterruptSignal();
  const stop = (): void => {
    process.stderr.write(
      `${describeStop({ calls: gateway.inFlight, graceMs: STOP_GRACE_MS, batches: gateway.runningBatches })}\n`,
    );
    stopGently(gateway);
  };
  signal.addEventListener('abort', stop, { once: true });
  return release;
}
