/** How an endpoint took a call: served, refused for want of room (429, 503), or failed otherwise. */
export type Outcome = 'taken' | 'refused' | 'failed';

/** The right to have one call in flight; given back exactly once. */
export type Release = (outcome: Outcome) => void;

/** Milliseconds until a limit found by being refused is tried again: doubled each time it proves true. */
const PROBE_FIRST = 10_000;
const PROBE_MOST = 160_000;

interface Ticket {
  order: number;
  grant: (release: Release) => void;
}

/**
 * What one endpoint takes at a time. A refusal lowers the limit to the calls it evidently took, those still in flight; it
 * grows back by one for each round of calls taken, up to where growing was last refused, and seldom beyond.
 */
class Gate {
  limit: number;
  inFlight = 0;
  readonly queue: Ticket[] = [];
  readonly #most: number;
  #streak = 0;
  #grown = false;
  #ceiling = Infinity;
  #probeAt = 0;
  #probeWait = PROBE_FIRST;

  constructor(most: number) {
    this.limit = most;
    this.#most = most;
  }

  get open(): boolean {
    return this.inFlight < this.limit;
  }

  settle(outcome: Outcome, now: number): void {
    const full = this.inFlight >= this.limit;
    this.inFlight -= 1;
    if (outcome === 'refused') this.#lower(now);
    else if (outcome === 'taken' && full && ++this.#streak >= this.limit) this.#raise(now);
  }

  #lower(now: number): void {
    this.limit = Math.max(1, Math.min(this.limit, this.inFlight));
    if (this.#grown) {
      this.#ceiling = this.limit;
      this.#probeAt = now + this.#probeWait;
      this.#probeWait = Math.min(PROBE_MOST, 2 * this.#probeWait);
    }
    this.#grown = false;
    this.#streak = 0;
  }

  #raise(now: number): void {
    this.#streak = 0;
    if (this.limit >= this.#most || (this.limit >= this.#ceiling && now < this.#probeAt)) return;
    if (this.limit > this.#ceiling) this.#probeWait = PROBE_FIRST;
    this.limit += 1;
    this.#ceiling = Math.max(this.#ceiling, this.limit - 1);
    this.#grown = true;
  }
}

/** Lets at most `concurrency` calls be in flight over all endpoints, and of each endpoint as many as it takes; first come, first served. */
export class Limiter {
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #gates = new Map<string, Gate>();
  #inFlight = 0;
  #orders = 0;

  constructor(concurrency: number, now: () => number = Date.now) {
    this.#concurrency = concurrency;
    this.#now = now;
  }

  /** Calls an endpoint is given at a time just now. */
  limitOf(endpoint: string): number {
    return this.#gate(endpoint).limit;
  }

  /** A place in the line, taken when there is room. `order`: a call's place at its first attempt, kept at its next. */
  acquire(endpoint: string, signal: AbortSignal, order: number): Promise<Release> {
    signal.throwIfAborted();
    const gate = this.#gate(endpoint);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        gate.queue.splice(gate.queue.indexOf(ticket), 1);
        reject(signal.reason as Error);
      };
      const ticket = {
        order,
        grant: (release: Release): void => (signal.removeEventListener('abort', leave), resolve(release)),
      };
      signal.addEventListener('abort', leave, { once: true });
      enqueue(gate.queue, ticket);
      this.#pump();
    });
  }

  /** The next place in the line. */
  order(): number {
    return ++this.#orders;
  }

  #gate(endpoint: string): Gate {
    const gate = this.#gates.get(endpoint) ?? new Gate(this.#concurrency);
    this.#gates.set(endpoint, gate);
    return gate;
  }

  #pump(): void {
    while (this.#inFlight < this.#concurrency) {
      const gates = [...this.#gates.values()].filter((g) => g.open && g.queue.length > 0);
      const gate = gates.reduce<Gate | undefined>((a, b) => (a && head(a) < head(b) ? a : b), undefined);
      const ticket = gate?.queue.shift();
      if (!gate || !ticket) return;
      gate.inFlight += 1;
      this.#inFlight += 1;
      ticket.grant((outcome) => {
        gate.settle(outcome, this.#now());
        this.#inFlight -= 1;
        this.#pump();
      });
    }
  }
}

const head = (gate: Gate): number => gate.queue[0]?.order ?? Infinity;

/** In order of their places; almost always at the end. */
function enqueue(queue: Ticket[], ticket: Ticket): void {
  const at = queue.findLastIndex((t) => t.order < ticket.order);
  queue.splice(at + 1, 0, ticket);
}
