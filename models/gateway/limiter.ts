import { reasonOf } from './inFlightRequest.ts';
import { Gate, type Outcome } from './adaptiveConcurrency.ts';

/** The right to have one call in flight; given back exactly once. `after`: milliseconds a refusal asked to wait. */
export type Release = (outcome: Outcome, after?: number) => void;

interface Ticket {
  order: number;
  grant: (release: Release) => void;
}

interface Line {
  gate: Gate;
  queue: Ticket[];
  /** Opens the gate again; there is one only while somebody waits for it. */
  timer?: NodeJS.Timeout | undefined;
}

/** Lets at most `concurrency` calls be in flight over all endpoints, and of each endpoint as many as it takes; first come, first served. */
export class Limiter {
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #lines = new Map<string, Line>();
  #inFlight = 0;
  #paused = false;
  #orders = 0;

  constructor(concurrency: number, now: () => number = Date.now) {
    this.#concurrency = concurrency;
    this.#now = now;
  }

  /** Calls an endpoint is given at a time just now. */
  limitOf(endpoint: string): number {
    return this.#line(endpoint).gate.limit;
  }

  /** Calls let in and not given back. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** The next place in the line. */
  order(): number {
    return ++this.#orders;
  }

  /** While paused nobody is let in; all keep their places. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Waits for room. `order`: a call's place in the line, which it keeps when it is tried again. */
  acquire(endpoint: string, signal: AbortSignal, order: number): Promise<Release> {
    signal.throwIfAborted();
    const line = this.#line(endpoint);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        line.queue.splice(line.queue.indexOf(ticket), 1);
        if (line.queue.length === 0) this.#wake(line);
        reject(reasonOf(signal));
      };
      const grant = (release: Release): void => {
        signal.removeEventListener('abort', leave);
        resolve(release);
      };
      const ticket = { order, grant };
      signal.addEventListener('abort', leave, { once: true });
      enqueue(line.queue, ticket);
      this.#pump();
    });
  }

  #line(endpoint: string): Line {
    const line = this.#lines.get(endpoint) ?? { gate: new Gate(this.#concurrency), queue: [] };
    this.#lines.set(endpoint, line);
    return line;
  }

  /** Lets in whoever there is room for. */
  #pump(): void {
    while (!this.#paused && this.#inFlight < this.#concurrency) {
      const line = this.#next();
      const ticket = line?.queue.shift();
      if (!line || !ticket) break;
      line.gate.inFlight += 1;
      this.#inFlight += 1;
      ticket.grant((outcome, after) => {
        line.gate.settle(outcome, this.#now(), after);
        this.#inFlight -= 1;
        this.#pump();
      });
    }
    for (const line of this.#lines.values()) this.#sleep(line);
  }

  /** Of the lines that may send, the one whose first has waited longest. */
  #next(): Line | undefined {
    const now = this.#now();
    let next: Line | undefined;
    for (const line of this.#lines.values())
      if (line.gate.open(now) && head(line) < (next ? head(next) : Infinity)) next = line;
    return next;
  }

  #sleep(line: Line): void {
    const wait = line.gate.closedUntil - this.#now();
    if (wait <= 0 || line.queue.length === 0 || line.timer) return;
    line.timer = setTimeout(() => {
      this.#wake(line);
      this.#pump();
    }, Math.ceil(wait));
  }

  #wake(line: Line): void {
    clearTimeout(line.timer);
    line.timer = undefined;
  }
}

const head = ({ queue }: Line): number => queue[0]?.order ?? Infinity;

/** In order of their places; almost always at the end. */
function enqueue(queue: Ticket[], ticket: Ticket): void {
  const at = queue.findLastIndex((t) => t.order < ticket.order);
  queue.splice(at + 1, 0, ticket);
}
