import { InFlightRequest, sleep } from './inFlightRequest.ts';
import type { Role } from '../roles.ts';
import type { GatewayResponse } from '../transport.ts';

/** The requests in flight by their cache keys, so that no request is sent twice at the same time. */
export class InFlightRequests {
  readonly #requests = new Map<string, InFlightRequest>();

  get size(): number {
    return this.#requests.size;
  }

  get(key: string): InFlightRequest | undefined {
    return this.#requests.get(key);
  }

  start(key: string, role: Role, run: (request: InFlightRequest) => Promise<GatewayResponse>): InFlightRequest {
    const request = new InFlightRequest(key, role);
    this.#requests.set(key, request);
    request.start(() => run(request).finally(() => this.#requests.delete(key)));
    return request;
  }

  /** Cancels the waits of the selected requests, and with `sent` also what was sent. */
  cancel(reason: Error, selects: (request: InFlightRequest) => boolean = () => true, sent = false): void {
    for (const request of this.#requests.values()) if (selects(request)) request.cancel(reason, sent);
  }

  /** Resolves when no request is in flight. */
  async waitUntilSettled(): Promise<void> {
    while (this.#requests.size > 0) await Promise.all([...this.#requests.values()].map((r) => r.waitUntilSettled()));
  }

  /** Cancels all waits at once, and after `grace` milliseconds also what was sent. */
  async end(reason: Error, grace: number): Promise<void> {
    this.cancel(reason);
    const graceTimer = new AbortController();
    const graceOver = sleep(grace, graceTimer.signal).catch(() => undefined);
    await Promise.race([this.waitUntilSettled(), graceOver]);
    graceTimer.abort(reason);
    this.cancel(reason, () => true, true);
    await this.waitUntilSettled();
  }
}
