/** How an endpoint took a call: served, refused for want of room (429, 503), or failed otherwise. */
export type CallOutcome = 'taken' | 'refused' | 'failed';

/** Milliseconds until a limit found by being refused is tried again: doubled each time it proves true. */
const FIRST_PROBE_DELAY_MS = 10_000;
const MAX_PROBE_DELAY_MS = 160_000;

/** Milliseconds an endpoint that takes nothing at all is left alone, where it does not say how long: doubled each time. */
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/**
 * What one endpoint takes at a time. A refusal lowers the limit to the calls it evidently took, those still in flight; it
 * grows back by one for each round of calls taken, up to where growing was last refused, and seldom beyond. An endpoint
 * that refuses the only call it has is left alone for a while, so that those in line do not use up their retries.
 */
export class AdaptiveConcurrency {
  limit: number;
  inFlight = 0;
  /** When it is to be tried again, on the limiter's clock. */
  closedUntil = 0;
  readonly #maxLimit: number;
  #streak = 0;
  #grown = false;
  #ceiling = Infinity;
  #probeAt = 0;
  #probeWait = FIRST_PROBE_DELAY_MS;
  #pause = FIRST_PAUSE_MS;

  constructor(most: number) {
    this.limit = most;
    this.#maxLimit = most;
  }

  /** Whether another call can be sent now. */
  canSend(now: number): boolean {
    return this.inFlight < this.limit && now >= this.closedUntil;
  }

  /** Takes note of how a call went; `after`: milliseconds a refusal asked to wait. */
  recordOutcome(outcome: CallOutcome, now: number, after?: number): void {
    const full = this.inFlight >= this.limit;
    this.inFlight -= 1;
    if (outcome === 'refused') this.#lower(now, after);
    if (outcome !== 'taken') return;
    this.#pause = FIRST_PAUSE_MS;
    if (full && ++this.#streak >= this.limit) this.#raise(now);
  }

  #lower(now: number, after: number | undefined): void {
    this.limit = Math.max(1, Math.min(this.limit, this.inFlight));
    if (this.#grown) {
      this.#ceiling = this.limit;
      this.#probeAt = now + this.#probeWait;
      this.#probeWait = Math.min(MAX_PROBE_DELAY_MS, 2 * this.#probeWait);
    }
    this.#grown = false;
    this.#streak = 0;
    if (this.inFlight > 0) return;
    this.closedUntil = now + (after ?? this.#pause);
    this.#pause = Math.min(MAX_PAUSE_MS, 2 * this.#pause);
  }

  #raise(now: number): void {
    this.#streak = 0;
    if (this.limit >= this.#maxLimit || (this.limit >= this.#ceiling && now < this.#probeAt)) return;
    if (this.limit > this.#ceiling) this.#probeWait = FIRST_PROBE_DELAY_MS;
    this.limit += 1;
    this.#ceiling = Math.max(this.#ceiling, this.limit - 1);
    this.#grown = true;
  }
}
