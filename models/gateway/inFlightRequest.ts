import { isError } from '../errors.ts';
import type { Answer, Role } from '../transport.ts';

/**
 * A request under way, shared by all who ask for the same. Waiting (for room, for money, for a retry) can be called off at
 * any time; what has been sent is waited for, since it is paid for, unless the gateway's grace runs out.
 */
export class Flight {
  readonly role: Role;
  readonly #waiting = new AbortController();
  readonly #sending = new AbortController();
  #callers = 0;
  #promise: Promise<Answer> | undefined;

  constructor(role: Role) {
    this.role = role;
  }

  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  get sending(): AbortSignal {
    return this.#sending.signal;
  }

  /** Whether nobody waits for it any longer. */
  get abandoned(): boolean {
    return this.#callers === 0 && this.waiting.aborted;
  }

  start(run: () => Promise<Answer>): void {
    this.#promise = run();
    this.#promise.catch(() => undefined);
  }

  /** Ends the waiting, and with `sent` what is on its way too. */
  callOff(reason: Error, sent = false): void {
    this.#waiting.abort(reason);
    if (sent) this.#sending.abort(reason);
  }

  /** The answer, as long as the signal lasts; when the last who asked is gone, the waiting is called off. */
  join(signal?: AbortSignal): Promise<Answer> {
    const promise = this.#promise ?? Promise.reject(new Error('not started'));
    this.#callers += 1;
    if (!signal) return promise;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#callers -= 1;
        const reason = reasonOf(signal);
        if (this.#callers === 0) this.callOff(reason);
        reject(reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Settles once what was sent has come back or failed. */
  async landed(): Promise<void> {
    await this.#promise?.catch(() => undefined);
  }
}

/** Why a signal was aborted. */
export const reasonOf = (signal: AbortSignal): Error =>
  isError(signal.reason) ? signal.reason : new Error(`aborted: ${String(signal.reason)}`);

/** Resolves after so many milliseconds, or rejects with the signal's reason. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const wake = (): void => (clearTimeout(timer), reject(reasonOf(signal)));
    const timer = setTimeout(() => (signal.removeEventListener('abort', wake), resolve()), ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** The promise's outcome, unless the signal is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(reasonOf(signal));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
