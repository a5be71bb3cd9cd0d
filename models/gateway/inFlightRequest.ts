import { isError } from '../errors.ts';
import type { Role } from '../settings.ts';
import type { GatewayResponse } from '../transport.ts';

/**
 * A request under way, shared by all who ask for the same. Waiting (for room, for money, for a retry) can be called off at
 * any time; what has been sent is waited for, since it is paid for, unless the gateway's grace runs out.
 */
export class InFlightRequest {
  readonly role: Role;
  readonly #waitController = new AbortController();
  readonly #sendController = new AbortController();
  #callers = 0;
  #promise: Promise<GatewayResponse> | undefined;

  constructor(role: Role) {
    this.role = role;
  }

  get waitSignal(): AbortSignal {
    return this.#waitController.signal;
  }

  get sendSignal(): AbortSignal {
    return this.#sendController.signal;
  }

  /** Whether nobody waits for it any longer. */
  get isAbandoned(): boolean {
    return this.#callers === 0 && this.waitSignal.aborted;
  }

  start(run: () => Promise<GatewayResponse>): void {
    this.#promise = run();
    this.#promise.catch(() => undefined);
  }

  /** Ends the waiting, and with `sent` what is on its way too. */
  cancel(reason: Error, sent = false): void {
    this.#waitController.abort(reason);
    if (sent) this.#sendController.abort(reason);
  }

  /** The answer, as long as the signal lasts; when the last who asked is gone, the waiting is called off. */
  join(signal?: AbortSignal): Promise<GatewayResponse> {
    const promise = this.#promise ?? Promise.reject(new Error('not started'));
    this.#callers += 1;
    if (!signal) return promise;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#callers -= 1;
        const reason = getAbortReason(signal);
        if (this.#callers === 0) this.cancel(reason);
        reject(reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Settles once what was sent has come back or failed. */
  async waitUntilSettled(): Promise<void> {
    await this.#promise?.catch(() => undefined);
  }
}

/** Why a signal was aborted. */
export const getAbortReason = (signal: AbortSignal): Error =>
  isError(signal.reason) ? signal.reason : new Error(`aborted: ${String(signal.reason)}`);

/** Resolves after so many milliseconds, or rejects with the signal's reason. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const wake = (): void => (clearTimeout(timer), reject(getAbortReason(signal)));
    const timer = setTimeout(() => (signal.removeEventListener('abort', wake), resolve()), ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** The promise's outcome, unless the signal is aborted first. */
export function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(getAbortReason(signal));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
