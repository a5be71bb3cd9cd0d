import type { Client } from '@langchain/langgraph-sdk';

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

  constructor(client: Client) {
    this.#client = client;
    process.on('SIGINT', this.#handleSignal).on('SIGTERM', this.#handleSignal);
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

  release(): void {
    process.off('SIGINT', this.#handleSignal).off('SIGTERM', this.#handleSignal);
  }

  readonly #handleSignal = (): void => {
    if (this.signal.aborted) process.exit(130);
    this.#stop.abort(new DOMException('interrupted', 'AbortError'));
    const cancelled = [...this.#runs].map(([thread, run]) => this.#client.runs.cancel(thread, run, true));
    this.#cancellations = Promise.allSettled(cancelled);
  };
}
