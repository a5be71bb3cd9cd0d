import { InFlightRequest, sleep } from './inFlightRequest.ts';
import type { Role } from '../settings.ts';
import type { GatewayResponse } from '../transport.ts';

/** The requests under way, each under its key. */
export class InFlightRequests {
  readonly #all = new Map<string, InFlightRequest>();

  get(key: string): InFlightRequest | undefined {
    return this.#all.get(key);
  }

  start(key: string, role: Role, run: (flight: InFlightRequest) => Promise<GatewayResponse>): InFlightRequest {
    const flight = new InFlightRequest(role);
    this.#all.set(key, flight);
    flight.start(() => run(flight).finally(() => this.#all.delete(key)));
    return flight;
  }

  /** Ends the waiting of those meant, and with `sent` what is on its way too. */
  cancel(reason: Error, which: (flight: InFlightRequest) => boolean = () => true, sent = false): void {
    for (const flight of this.#all.values()) if (which(flight)) flight.cancel(reason, sent);
  }

  /** Resolves when none is under way. */
  async waitUntilSettled(): Promise<void> {
    while (this.#all.size > 0) await Promise.all([...this.#all.values()].map((f) => f.waitUntilSettled()));
  }

  /** Waits `grace` milliseconds for what was sent, then lets go of it. */
  async end(reason: Error, grace: number): Promise<void> {
    this.cancel(reason);
    const early = new AbortController();
    const late = sleep(grace, early.signal).catch(() => undefined);
    await Promise.race([this.waitUntilSettled(), late]);
    early.abort(reason);
    this.cancel(reason, () => true, true);
    await this.waitUntilSettled();
  }
}
