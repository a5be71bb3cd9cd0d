import { Archive } from '../cache/responseCache.ts';
import { Budget } from './budget.ts';
import { choicesOf, type Habit } from './fetchCompletions.ts';
import { BudgetExceeded, isError, RoleDown, Stopped } from '../errors.ts';
import type { Flight } from './inFlightRequest.ts';
import { Flights } from './inFlightRequests.ts';
import type { GatewayEvent, GatewayOptions } from './gatewayOptions.ts';
import { spentOf, type Tally } from '../cache/usageTotals.ts';
import { Limiter } from './limiter.ts';
import { ManagedEmbeddings } from '../langchain/managedEmbeddings.ts';
import { ManagedChatModel, ManagedLLM } from '../langchain/managedModels.ts';
import type { Fault } from './retry.ts';
import type { CallSettings, Player } from './roleModel.ts';
import { Sender } from './sender.ts';
import type { StoredAnswer, StoredRecord } from '../cache/storedRecord.ts';
import { memoryStore } from '../cache/responseStore.ts';
import { keyOf, type Answer, type Ask, type Request, type Role, type Transport } from '../transport.ts';

/** Milliseconds that no change of the system's clock disturbs. */
const clock = (): number => performance.timeOrigin + performance.now();

/** Every model call of a run goes through here: cache, single flight, limits, budget, retries, records. */
export class Gateway {
  readonly #archive: Archive;
  readonly #limiter: Limiter;
  readonly #budget: Budget;
  readonly #sender: Sender;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #flights = new Flights();
  readonly #habits = new Map<string, Habit>();
  #over: Error | null = null;

  constructor({ concurrency = 16, budget = {}, store = memoryStore(), shared, ...options }: GatewayOptions = {}) {
    const { now = clock, random = Math.random, onEvent = () => undefined } = options;
    this.#onEvent = onEvent;
    this.#limiter = new Limiter(concurrency, now);
    this.#budget = new Budget(budget, now);
    this.#sender = new Sender({
      limiter: this.#limiter,
      budget: this.#budget,
      now,
      random,
      onSend: ({ role }) => void (budget.calls != null && this.#write({ role, sent: true })),
      onFault: (...fault) => this.#onFault(...fault),
    });
    this.#archive = new Archive(store, shared, (record) => this.#learn(record));
    const { calls, tokens } = spentOf(this.#archive.tally);
    this.#budget.resume(calls, { tokens, usd: this.#archive.tally.usd });
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
    return structuredClone(this.#archive.tally);
  }

  /** Resolves when nothing is in flight. */
  drain(): Promise<void> {
    return this.#flights.landed();
  }

  /** Sends nothing until `resume`: what is in flight is finished and kept, and the budget's minutes stand still. */
  pause(): void {
    this.#limiter.pause();
    this.#budget.pause();
  }

  /** Goes on after `pause`, in the order in which calls were asked for. */
  resume(): void {
    this.#budget.goOn();
    this.#limiter.resume();
  }

  /** Calls sent and not answered yet. */
  get inFlight(): number {
    return this.#limiter.inFlight;
  }

  /** Sends nothing more; waits `grace` milliseconds for what is in flight, then lets go of it. */
  stop(grace = 0): Promise<void> {
    this.#over ??= new Stopped();
    return this.#flights.end(this.#over, grace);
  }

  #ask(player: Player, request: Request, signal?: AbortSignal): Promise<Answer> {
    const { endpoint, model, takesN } = player.transport;
    const habit = this.#habits.get(`${endpoint} ${model}`) ?? { takesN };
    this.#habits.set(`${endpoint} ${model}`, habit);
    const known = (r: Request): boolean => this.#archive.knows(keyOf(player.transport, r));
    return choicesOf(request, { one: (r) => this.#one(player, r, signal), known, habit });
  }

  async #one(player: Player, request: Request, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted();
    const key = keyOf(player.transport, request);
    const stored = this.#archive.find(key, player.role);
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
    return this.#flights.launch(key, player.role, (flight) => this.#fly(key, player, request, flight));
  }

  async #fly(key: string, player: Player, request: Request, flight: Flight): Promise<Answer> {
    const { role, transport } = player;
    try {
      const { usd, ms, ...reply } = await this.#sender.deliver(player, request, flight);
      const { usage, finish, texts } = reply;
      this.#write({ key, role, model: transport.model, usage, usd, ms, finish, texts });
      this.#onEvent({ type: 'answered', role, cached: false, ms });
      return { ...reply, cached: false };
    } catch (error) {
      if (error instanceof RoleDown) this.#flights.callOff(error, (f) => f.role === error.role);
      if (error instanceof BudgetExceeded) this.#flights.callOff(error, (f) => f.role !== 'embeddings');
      throw error;
    }
  }

  #served(role: Role, { texts, finish, usage }: StoredAnswer | Answer): Answer {
    this.#archive.served(role);
    this.#onEvent({ type: 'answered', role, cached: true, ms: 0 });
    return { texts, finish, usage, cached: true };
  }

  /** Written down before anybody hears of it; where that fails, nothing more is sent. */
  #write(record: StoredRecord): void {
    try {
      this.#archive.write(record);
    } catch (error) {
      this.#over ??= isError(error) ? error : new Error(String(error));
      this.#flights.callOff(this.#over);
      throw error;
    }
  }

  #onFault({ role, transport }: Player, fault: Fault, wait: number | null): void {
    this.#write({ role, model: transport.model, failed: fault.kind, ...(wait === null && { final: true }) });
    const { kind, status } = fault;
    const { endpoint } = transport;
    this.#onEvent({ type: 'fault', role, kind, status, wait, endpoint, limit: this.#limiter.limitOf(endpoint) });
  }

  #learn(record: StoredRecord): void {
    if (!('key' in record) || record.shared) return;
    this.#budget.learn(record.role, record.usage.output / Math.max(1, record.texts.length));
  }
}
