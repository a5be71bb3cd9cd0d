import { MAX_WAIT_MS } from './retry.ts';

/** How an endpoint took a call: it answered, it had too much to do (429, 503, 529), or the call failed otherwise. */
export type CallOutcome = 'served' | 'overloaded' | 'failed';

/** Milliseconds before a limit that an overload set is tried again. The delay doubles each time the limit holds. */
const FIRST_PROBE_DELAY_MS = 10_000;
const MAX_PROBE_DELAY_MS = 160_000;

/** Milliseconds without calls after an endpoint refused its only call and named no wait. The pause doubles each time. */
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/**
 * Limits the calls in flight at one endpoint to what it serves. An overload lowers the limit to the calls that are still
 * in flight. The limit rises by one after a full round of served calls, and rarely beyond the last limit that failed. If
 * an endpoint refuses its only call, no call is sent for a while, so that waiting calls keep their retries.
 */
export class AdaptiveConcurrency {
  limit: number;
  inFlight = 0;
  /** No call is sent before this time, in milliseconds of the limiter's clock. */
  closedUntil = 0;
  readonly #maxLimit: number;
  #servedAtLimit = 0;
  #wasRaised = false;
  #knownLimit = Infinity;
  #probeAt = 0;
  #probeDelayMs = FIRST_PROBE_DELAY_MS;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(maxLimit: number) {
    this.limit = maxLimit;
    this.#maxLimit = maxLimit;
  }

  /** Whether another call may be sent now. */
  canSend(now: number): boolean {
    return this.inFlight < this.limit && now >= this.closedUntil;
  }

  /** Learns from the end of a call. `retryAfterMs`: the wait that an overloaded endpoint asked for. */
  recordOutcome(outcome: CallOutcome, now: number, retryAfterMs?: number): void {
    const wasFull = this.inFlight >= this.limit;
    this.inFlight -= 1;
    if (outcome === 'overloaded') this.#lower(now, retryAfterMs);
    if (outcome !== 'served') return;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (wasFull && ++this.#servedAtLimit >= this.limit) this.#raise(now);
  }

  #lower(now: number, retryAfterMs: number | undefined): void {
    this.limit = Math.max(1, Math.min(this.limit, this.inFlight));
    if (this.#wasRaised) {
      this.#knownLimit = this.limit;
      this.#probeAt = now + this.#probeDelayMs;
      this.#probeDelayMs = Math.min(MAX_PROBE_DELAY_MS, 2 * this.#probeDelayMs);
    }
    this.#wasRaised = false;
    this.#servedAtLimit = 0;
    if (this.inFlight > 0) return;
    this.closedUntil = now + Math.min(MAX_WAIT_MS, retryAfterMs ?? this.#pauseMs);
    this.#pauseMs = Math.min(MAX_PAUSE_MS, 2 * this.#pauseMs);
  }

  #raise(now: number): void {
    this.#servedAtLimit = 0;
    if (this.limit >= this.#maxLimit || (this.limit >= this.#knownLimit && now < this.#probeAt)) return;
    if (this.limit > this.#knownLimit) this.#probeDelayMs = FIRST_PROBE_DELAY_MS;
    this.limit += 1;
    this.#knownLimit = Math.max(this.#knownLimit, this.limit - 1);
    this.#wasRaised = true;
  }
}
