import { AdaptiveConcurrency, type CallOutcome } from './adaptiveConcurrency.ts';
import { getAbortReason } from './inFlightRequest.ts';

/** Ends a call's slot; called once. `retryAfterMs`: the wait that an overloaded endpoint asked for. */
export type ReleaseSlot = (outcome: CallOutcome, retryAfterMs?: number) => void;

interface QueuedCall {
  order: number;
  grant: (release: ReleaseSlot) => void;
}

interface EndpointQueue {
  concurrency: AdaptiveConcurrency;
  calls: QueuedCall[];
  /** Sends the first call when the endpoint's pause ends. */
  timer?: NodeJS.Timeout | undefined;
}

/**
 * Allows at most `concurrency` calls in flight over all endpoints, and at each endpoint what it serves. Calls start in
 * the order of their requests; a retry keeps its place.
 */
export class Limiter {
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #queues = new Map<string, EndpointQueue>();
  #inFlight = 0;
  #isPaused = false;
  #lastOrder = 0;

  constructor(concurrency: number, now: () => number = Date.now) {
    this.#concurrency = concurrency;
    this.#now = now;
  }

  /** The endpoint's present limit of calls in flight. */
  getLimit(endpoint: string): number {
    return this.#getQueue(endpoint).concurrency.limit;
  }

  /** Calls in flight over all endpoints. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** The next place in the order of calls. */
  assignOrder(): number {
    return ++this.#lastOrder;
  }

  /** Starts no call until `resume`. Queued calls keep their places. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#grantQueued();
  }

  /** Waits until a call may be sent. `order`: its place, from `assignOrder`. */
  acquire(endpoint: string, signal: AbortSignal, order: number): Promise<ReleaseSlot> {
    signal.throwIfAborted();
    const queue = this.#getQueue(endpoint);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        queue.calls.splice(queue.calls.indexOf(call), 1);
        if (queue.calls.length === 0) this.#clearTimer(queue);
        reject(getAbortReason(signal));
      };
      const grant = (release: ReleaseSlot): void => {
        signal.removeEventListener('abort', leave);
        resolve(release);
      };
      const call = { order, grant };
      signal.addEventListener('abort', leave, { once: true });
      insertByOrder(queue.calls, call);
      this.#grantQueued();
    });
  }

  #getQueue(endpoint: string): EndpointQueue {
    const queue = this.#queues.get(endpoint) ?? { concurrency: new AdaptiveConcurrency(this.#concurrency), calls: [] };
    this.#queues.set(endpoint, queue);
    return queue;
  }

  #grantQueued(): void {
    // one time for all: if a pause ended between two looks, nothing would send the call
    const now = this.#now();
    while (!this.#isPaused && this.#inFlight < this.#concurrency) {
      const queue = this.#pickQueue(now);
      const call = queue?.calls.shift();
      if (!queue || !call) break;
      queue.concurrency.inFlight += 1;
      this.#inFlight += 1;
      call.grant((outcome, retryAfterMs) => {
        queue.concurrency.recordOutcome(outcome, this.#now(), retryAfterMs);
        this.#inFlight -= 1;
        this.#grantQueued();
      });
    }
    for (const queue of this.#queues.values()) this.#scheduleTimer(queue, now);
  }

  /** Among the endpoints that may be sent a call, the one with the earliest call. */
  #pickQueue(now: number): EndpointQueue | undefined {
    let next: EndpointQueue | undefined;
    for (const queue of this.#queues.values())
      if (queue.concurrency.canSend(now) && getFirstOrder(queue) < (next ? getFirstOrder(next) : Infinity))
        next = queue;
    return next;
  }

  #scheduleTimer(queue: EndpointQueue, now: number): void {
    const wait = queue.concurrency.closedUntil - now;
    if (wait <= 0 || queue.calls.length === 0 || queue.timer) return;
    queue.timer = setTimeout(() => {
      this.#clearTimer(queue);
      this.#grantQueued();
    }, Math.ceil(wait));
  }

  #clearTimer(queue: EndpointQueue): void {
    clearTimeout(queue.timer);
    queue.timer = undefined;
  }
}

const getFirstOrder = ({ calls }: EndpointQueue): number => calls[0]?.order ?? Infinity;

function insertByOrder(calls: QueuedCall[], call: QueuedCall): void {
  const previous = calls.findLastIndex((c) => c.order < call.order);
  calls.splice(previous + 1, 0, call);
}
