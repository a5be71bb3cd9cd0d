import { Budget, type BudgetLimits } from './budget.ts';
import { choicesOf, type Habit } from './choices.ts';
import { BudgetExceeded, RoleDown, StoreFailed, Stopped } from './errors.ts';
import { Flight, sleep } from './flight.ts';
import { emptyTally, enter, spentOf, type Tally } from './ledger.ts';
import { Limiter } from './limiter.ts';
import { ManagedChatModel, ManagedEmbeddings, ManagedLLM } from './managed.ts';
import type { Fault } from './retry.ts';
import { Sender, type CallSettings, type Player } from './sender.ts';
import { memoryStore, type Store, type StoredAnswer, type StoredRecord } from './store.ts';
import { keyOf, type Answer, type Ask, type Request, type Role, type Transport } from './transport.ts';

/** What happens to calls, for a live view. `wait`: milliseconds until the next attempt, null where the call was given up. */
export type GatewayEvent =
  | { type: 'answered'; role: Role; cached: boolean; ms: number }
  | {
      type: 'fault';
      role: Role;
      kind: string;
      status: number | undefined;
      wait: number | null;
      endpoint: string;
      limit: number;
    };

export interface GatewayOptions {
  /** Calls in flight at most, over all roles. */
  concurrency?: number;
  budget?: BudgetLimits;
  /** The answers of this run; kept in memory unless given. */
  store?: Store;
  /** Answers shared between runs: looked up after the run's own, and given every new one. */
  shared?: Store;
  /** Milliseconds. */
  now?: () => number;
  /** In [0, 1). */
  random?: () => number;
  onEvent?: (event: GatewayEvent) => void;
}

/** Every model call of a run goes through here: cache, single flight, limits, budget, retries, records. */
export class Gateway {
  readonly #store: Store;
  readonly #shared: Store | undefined;
  readonly #limiter: Limiter;
  readonly #budget: Budget;
  readonly #sender: Sender;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #flights = new Map<string, Flight>();
  readonly #habits = new Map<string, Habit>();
  readonly #tally = emptyTally();
  #over: Error | null = null;

  constructor({ concurrency = 16, budget = {}, store = memoryStore(), shared, ...options }: GatewayOptions = {}) {
    const {
      now = () => performance.timeOrigin + performance.now(),
      random = Math.random,
      onEvent = () => undefined,
    } = options;
    this.#store = store;
    this.#shared = shared;
    this.#onEvent = onEvent;
    this.#limiter = new Limiter(concurrency, now);
    this.#budget = new Budget(budget, now);
    this.#sender = new Sender({
      limiter: this.#limiter,
      budget: this.#budget,
      now,
      random,
      onFault: (...fault) => this.#onFault(...fault),
    });
    this.#resume();
  }

  /** A role's model: a LangChain chat model, completion model or embeddings, as its transport is. */
  manage(role: Role, transport: Transport & { kind: 'chat' }, settings?: CallSettings): ManagedChatModel;
  manage(role: Role, transport: Transport & { kind: 'text' }, settings?: CallSettings): ManagedLLM;
  manage(role: Role, transport: Transport & { kind: 'embeddings' }, settings?: CallSettings): ManagedEmbeddings;
  manage(role: Role, transport: Transport, settings?: CallSettings): ManagedChatModel | ManagedLLM | ManagedEmbeddings;
  manage(
    role: Role,
    transport: Transport,
    settings: CallSettings = {},
  ): ManagedChatModel | ManagedLLM | ManagedEmbeddings {
    const ask: Ask = (request, signal) => this.#ask({ role, transport, settings }, request, signal);
    if (transport.kind === 'chat') return new ManagedChatModel(ask, transport);
    return transport.kind === 'text' ? new ManagedLLM(ask, transport) : new ManagedEmbeddings(ask);
  }

  /** What was asked for so far, earlier sessions included. */
  tally(): Tally {
    return structuredClone(this.#tally);
  }

  /** Resolves when nothing is in flight. */
  async drain(): Promise<void> {
    while (this.#flights.size > 0) await Promise.all([...this.#flights.values()].map((f) => f.landed()));
  }

  /** Sends nothing more; waits `grace` milliseconds for what is in flight, then lets go of it. */
  async stop(grace = 0): Promise<void> {
    const reason = new Stopped();
    this.#end(reason);
    const timer = new AbortController();
    const late = sleep(grace, timer.signal).then(() => this.#callOff(reason, () => true, true));
    await Promise.race([this.drain(), late.catch(() => undefined)]);
    timer.abort(reason);
    await this.drain();
  }

  #ask(player: Player, request: Request, signal?: AbortSignal): Promise<Answer> {
    const { endpoint, model, takesN } = player.transport;
    const habit = this.#habits.get(`${endpoint} ${model}`) ?? { takesN };
    this.#habits.set(`${endpoint} ${model}`, habit);
    const known = (r: Request): boolean => this.#store.has(keyOf(player.transport, r));
    return choicesOf(request, { one: (r) => this.#one(player, r, signal), known, habit });
  }

  async #one(player: Player, request: Request, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted();
    const key = keyOf(player.transport, request);
    const stored = this.#lookUp(key, player.role);
    if (stored) return this.#served(player.role, stored);
    const under = this.#flights.get(key);
    if (!under) return this.#launch(key, player, request).join(signal);
    // a flight everybody had left may still bring its answer; if not, it is asked for again
    const answer = await under.join(signal).catch((error: unknown) => {
      if (under.abandoned && !signal?.aborted && this.#over === null) return this.#one(player, request, signal);
      throw error;
    });
    return this.#served(player.role, answer);
  }

  #launch(key: string, player: Player, request: Request): Flight {
    if (this.#over) throw this.#over;
    const flight = new Flight(player.role);
    this.#flights.set(key, flight);
    flight.start(() => this.#fly(key, player, request, flight).finally(() => this.#flights.delete(key)));
    return flight;
  }

  async #fly(key: string, player: Player, request: Request, flight: Flight): Promise<Answer> {
    const { role, transport } = player;
    try {
      const { usd, ms, ...reply } = await this.#sender.deliver(player, request, flight);
      this.#record({
        key,
        role,
        model: transport.model,
        usage: reply.usage,
        usd,
        ms,
        finish: reply.finish,
        texts: reply.texts,
      });
      this.#onEvent({ type: 'answered', role, cached: false, ms });
      return { ...reply, cached: false };
    } catch (error) {
      if (error instanceof RoleDown) this.#callOff(error, (f) => f.role === error.role);
      if (error instanceof BudgetExceeded) this.#callOff(error, (f) => f.role !== 'embeddings');
      throw error;
    }
  }

  #lookUp(key: string, role: Role): StoredAnswer | undefined {
    const own = this.#store.get(key);
    if (own) return own;
    const lent = this.#shared?.get(key);
    if (!lent || this.#over) return undefined;
    const copy: StoredAnswer = { ...lent, role, shared: true };
    this.#record(copy);
    return copy;
  }

  #served(role: Role, { texts, finish, usage }: StoredAnswer | Answer): Answer {
    this.#tally.cached[role] += 1;
    this.#onEvent({ type: 'answered', role, cached: true, ms: 0 });
    return { texts, finish, usage, cached: true };
  }

  /** Written down before anybody hears of it; where that fails, nothing more is sent. */
  #record(record: StoredRecord): void {
    try {
      this.#store.append(record);
      if ('key' in record && !record.shared && this.#shared && !this.#shared.has(record.key))
        this.#shared.append(record);
    } catch (error) {
      this.#end(error instanceof Error ? error : new StoreFailed(String(error)));
      throw error;
    }
    enter(this.#tally, record);
  }

  #onFault({ role, transport }: Player, fault: Fault, wait: number | null): void {
    this.#record({ role, failed: fault.kind, ...(wait === null && { final: true }) });
    const limit = this.#limiter.limitOf(transport.endpoint);
    this.#onEvent({
      type: 'fault',
      role,
      kind: fault.kind,
      status: fault.status,
      wait,
      endpoint: transport.endpoint,
      limit,
    });
  }

  #end(reason: Error): void {
    this.#over ??= reason;
    this.#callOff(reason, () => true);
  }

  #callOff(reason: Error, which: (flight: Flight) => boolean, sent = false): void {
    for (const flight of this.#flights.values()) if (which(flight)) flight.callOff(reason, sent);
  }

  #resume(): void {
    this.#store.replay((record) => {
      enter(this.#tally, record);
      if ('key' in record && !record.shared && record.texts.length)
        this.#budget.learn(record.role, record.usage.output / record.texts.length);
    });
    const { calls, tokens } = spentOf(this.#tally);
    this.#budget.resume(calls, { tokens, usd: this.#tally.usd });
  }
}
