import type { Client } from '@langchain/langgraph-sdk';
import { watchStopSignals } from '../stopRun.ts';

/**
 * Ctrl-C ends what is followed at a server there too, so that nothing more is spent; the second one ends this process and
 * leaves the server to it.
 */
export class InterruptHandler {
  readonly #stop = new AbortController();
  readonly #client: Client;
  /** By thread. */
  readonly #runs = new Map<string, string>();
  #cancellations: Promise<unknown> = Promise.resolve();
  /** Listens to no signal any more. */
  readonly release: () => void;

  constructor(client: Client) {
    this.#client = client;
    this.release = watchStopSignals(this.#handleSignal);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  trackRun(thread: string, run: string): void {
    this.#runs.set(thread, run);
  }

  /** Resolves when the server has let go of the runs. */
  async waitUntilCancelled(): Promise<void> {
    await this.#cancellations;
  }

  readonly #handleSignal = (): void => {
    if (this.signal.aborted) process.exit(130);
    process.stderr.write('Stopping: the run at the server is cancelled. Ctrl-C again ends this process at once.\n');
    this.#stop.abort(new DOMException('interrupted', 'AbortError'));
    const cancelled = [...this.#runs].map(([thread, run]) => this.#client.runs.cancel(thread, run, true));
    this.#cancellations = Promise.allSettled(cancelled);
  };
}
