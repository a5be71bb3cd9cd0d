import { getAbortReason } from './inFlightRequest.ts';
import { AdaptiveConcurrency, type CallOutcome } from './adaptiveConcurrency.ts';

/** The right to have one call in flight; given back exactly once. `after`: milliseconds a refusal asked to wait. */
export type ReleaseSlot = (outcome: CallOutcome, after?: number) => void;

interface QueuedCall {
  order: number;
  grant: (release: ReleaseSlot) => void;
}

interface EndpointQueue {
  concurrency: AdaptiveConcurrency;
  queue: QueuedCall[];
  /** Opens the gate again; there is one only while somebody waits for it. */
  timer?: NodeJS.Timeout | undefined;
}

/** Lets at most `concurrency` calls be in flight over all endpoints, and of each endpoint as many as it takes; first come, first served. */
export class Limiter {
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #queues = new Map<string, EndpointQueue>();
  #inFlight = 0;
  #paused = false;
  #orders = 0;

  constructor(concurrency: number, now: () => number = Date.now) {
    this.#concurrency = concurrency;
    this.#now = now;
  }

  /** Calls an endpoint is given at a time just now. */
  getLimit(endpoint: string): number {
    return this.#getQueue(endpoint).concurrency.limit;
  }

  /** Calls let in and not given back. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** The next place in the line. */
  assignOrder(): number {
    return ++this.#orders;
  }

  /** While paused nobody is let in; all keep their places. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#grantWaiting();
  }

  /** Waits for room. `order`: a call's place in the line, which it keeps when it is tried again. */
  acquire(endpoint: string, signal: AbortSignal, order: number): Promise<ReleaseSlot> {
    signal.throwIfAborted();
    const line = this.#getQueue(endpoint);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        line.queue.splice(line.queue.indexOf(ticket), 1);
        if (line.queue.length === 0) this.#clearWake(line);
        reject(getAbortReason(signal));
      };
      const grant = (release: ReleaseSlot): void => {
        signal.removeEventListener('abort', leave);
        resolve(release);
      };
      const ticket = { order, grant };
      signal.addEventListener('abort', leave, { once: true });
      enqueue(line.queue, ticket);
      this.#grantWaiting();
    });
  }

  #getQueue(endpoint: string): EndpointQueue {
    const line = this.#queues.get(endpoint) ?? { concurrency: new AdaptiveConcurrency(this.#concurrency), queue: [] };
    this.#queues.set(endpoint, line);
    return line;
  }

  /** Lets in whoever there is room for. */
  #grantWaiting(): void {
    while (!this.#paused && this.#inFlight < this.#concurrency) {
      const line = this.#pickQueue();
      const ticket = line?.queue.shift();
      if (!line || !ticket) break;
      line.concurrency.inFlight += 1;
      this.#inFlight += 1;
      ticket.grant((outcome, after) => {
        line.concurrency.recordOutcome(outcome, this.#now(), after);
        this.#inFlight -= 1;
        this.#grantWaiting();
      });
    }
    for (const line of this.#queues.values()) this.#scheduleWake(line);
  }

  /** Of the lines that may send, the one whose first has waited longest. */
  #pickQueue(): EndpointQueue | undefined {
    const now = this.#now();
    let next: EndpointQueue | undefined;
    for (const line of this.#queues.values())
      if (line.concurrency.canSend(now) && getHeadOrder(line) < (next ? getHeadOrder(next) : Infinity)) next = line;
    return next;
  }

  #scheduleWake(line: EndpointQueue): void {
    const wait = line.concurrency.closedUntil - this.#now();
    if (wait <= 0 || line.queue.length === 0 || line.timer) return;
    line.timer = setTimeout(() => {
      this.#clearWake(line);
      this.#grantWaiting();
    }, Math.ceil(wait));
  }

  #clearWake(line: EndpointQueue): void {
    clearTimeout(line.timer);
    line.timer = undefined;
  }
}

const getHeadOrder = ({ queue }: EndpointQueue): number => queue[0]?.order ?? Infinity;

/** In order of their places; almost always at the end. */
function enqueue(queue: QueuedCall[], ticket: QueuedCall): void {
  const at = queue.findLastIndex((t) => t.order < ticket.order);
  queue.splice(at + 1, 0, ticket);
}
