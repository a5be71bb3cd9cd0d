import type { CallRetriedEvent } from './events.ts';
import { formatDuration } from './formatDuration.ts';

/** A shorter wait is not worth a line. */
const LEAST_ANNOUNCED_MS = 10_000;
/** Waits of calls to one endpoint that end so close to each other are told once. */
const SAME_WAIT_MS = 5_000;

/** Tells of long waits, once for all calls that wait for the same. */
export class WaitAnnouncer {
  readonly #toldUntil = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The line for a call that waits; null if it is short or was told. */
  announce({ role, kind, status, waitMs, isAskedFor, endpoint }: CallRetriedEvent): string | null {
    const until = this.#now() + waitMs;
    if (waitMs <= LEAST_ANNOUNCED_MS || until <= (this.#toldUntil.get(endpoint) ?? 0) + SAME_WAIT_MS) return null;
    this.#toldUntil.set(endpoint, until);
    const time = `${new Date(until).toTimeString().slice(0, 5)} (${formatDuration(waitMs / 1000)})`;
    return isAskedFor
      ? `${role}: the endpoint ${endpoint} asks to wait until ${time}.`
      : `${role}: a call to ${endpoint} failed (${status ?? kind}); the next attempt is at ${time}.`;
  }
}
