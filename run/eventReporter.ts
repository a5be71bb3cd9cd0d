import type { OptimizeEvent, OptimizeEventHandler } from './events.ts';

/** Reports events to a handler. A failed report ends the run: the next one throws its error, and so does `throwIfFailed`. */
export class EventReporter {
  #failure: { error: unknown } | undefined;
  readonly #handler: OptimizeEventHandler | undefined;

  constructor(handler: OptimizeEventHandler | undefined) {
    this.#handler = handler;
  }

  /** Waits for the handler after `started` and `finished` only. */
  readonly report = (event: OptimizeEvent): Promise<unknown> | undefined => {
    this.throwIfFailed();
    const result: unknown = this.#handler?.(event);
    if (!(result instanceof Promise)) return undefined;
    if (event.type === 'started' || event.type === 'finished') return result;
    result.catch((error: unknown) => (this.#failure ??= { error }));
    return undefined;
  };

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
