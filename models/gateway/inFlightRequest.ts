import type { Role } from '../roles.ts';
import type { GatewayResponse } from '../transport.ts';
import { isError } from '../../state/failure.ts';

/**
 * A request in flight, shared by all callers that asked for the same. Its waits (for a slot, the budget or a retry) can be
 * cancelled at any time. What was sent is paid for, so only the end of the gateway's grace cancels it.
 */
export class InFlightRequest {
  /** The key of its answer in the cache. */
  readonly key: string;
  readonly role: Role;
  /** Whether it is in a batch, so that its wait is not one for a slot or the budget. */
  isInBatch = false;
  readonly #waitController = new AbortController();
  readonly #sendController = new AbortController();
  #callers = 0;
  #response: Promise<GatewayResponse> | undefined;

  constructor(key: string, role: Role) {
    [this.key, this.role] = [key, role];
  }

  get waitSignal(): AbortSignal {
    return this.#waitController.signal;
  }

  get sendSignal(): AbortSignal {
    return this.#sendController.signal;
  }

  /** Whether all callers have left before the answer came. */
  get isAbandoned(): boolean {
    return this.#callers === 0 && this.waitSignal.aborted;
  }

  start(run: () => Promise<GatewayResponse>): void {
    this.#response = run();
    this.#response.catch(() => undefined);
  }

  /** Cancels the waits, and with `sent` also what was sent. */
  cancel(reason: Error, sent = false): void {
    this.#waitController.abort(reason);
    if (sent) this.#sendController.abort(reason);
  }

  /** Adds a caller. It leaves when its signal aborts; after the last one has left, the waits are cancelled. */
  join(signal?: AbortSignal): Promise<GatewayResponse> {
    const response = this.#response ?? Promise.reject(new Error('the request was not started'));
    this.#callers += 1;
    if (!signal) return response;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#callers -= 1;
        const reason = getAbortReason(signal);
        if (this.#callers === 0) this.cancel(reason);
        reject(reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      response.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Resolves when the request has been answered or has failed. */
  async waitUntilSettled(): Promise<void> {
    await this.#response?.catch(() => undefined);
  }
}

/** The reason of an aborted signal, as an error. */
export const getAbortReason = (signal: AbortSignal): Error =>
  isError(signal.reason) ? signal.reason : new Error(`aborted: ${String(signal.reason)}`);

/** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const cancel = (): void => (clearTimeout(timer), reject(getAbortReason(signal)));
    const timer = setTimeout(() => (signal.removeEventListener('abort', cancel), resolve()), ms);
    signal.addEventListener('abort', cancel, { once: true });
  });
}

/** Settles as the promise does, or rejects with the signal's reason if that comes first. */
export function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(getAbortReason(signal));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
