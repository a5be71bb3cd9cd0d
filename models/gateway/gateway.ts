import { ResponseCache } from '../cache/responseCache.ts';
import { Budget } from './budget.ts';
import { fetchCompletions, type CompletionSupport } from './fetchCompletions.ts';
import { BudgetExceededError, isError, RoleDownError, StoppedError } from '../errors.ts';
import type { InFlightRequest } from './inFlightRequest.ts';
import { InFlightRequests } from './inFlightRequests.ts';
import type { GatewayEvent, GatewayOptions } from './gatewayOptions.ts';
import { sumBudgetUsage, type UsageTotals } from '../cache/usageTotals.ts';
import { Limiter } from './limiter.ts';
import { ManagedEmbeddings } from '../langchain/managedEmbeddings.ts';
import { ManagedChatModel, ManagedLLM } from '../langchain/managedModels.ts';
import type { FailedAttempt } from './retry.ts';
import type { CallSettings, RoleModel } from './roleModel.ts';
import { DEFAULT_CONCURRENCY, type Role } from '../settings.ts';
import { Sender } from './sender.ts';
import type { StoredAnswer, StoredRecord } from '../cache/storedRecord.ts';
import { createMemoryStore } from '../cache/responseStore.ts';
import { hashRequest, type GatewayResponse, type AskGateway, type ModelRequest, type Transport } from '../transport.ts';

/** Milliseconds that no change of the system's clock disturbs. */
const getMonotonicMs = (): number => performance.timeOrigin + performance.now();

/** Every model call of a run goes through here: cache, single flight, limits, budget, retries, records. */
export class Gateway {
  readonly #cache: ResponseCache;
  readonly #limiter: Limiter;
  readonly #budget: Budget;
  readonly #sender: Sender;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #inFlightRequests = new InFlightRequests();
  readonly #completionSupport = new Map<string, CompletionSupport>();
  #endError: Error | null = null;

  constructor({
    concurrency = DEFAULT_CONCURRENCY,
    budget = {},
    store = createMemoryStore(),
    shared,
    ...options
  }: GatewayOptions = {}) {
    const { now = getMonotonicMs, random = Math.random, onEvent = () => undefined } = options;
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
    this.#cache = new ResponseCache(store, shared, (record) => this.#learnReplyTokens(record));
    const { calls, tokens } = sumBudgetUsage(this.#cache.totals);
    this.#budget.restoreSpending(calls, { tokens, usd: this.#cache.totals.usd });
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
    const ask: AskGateway = (request, signal) => this.#ask({ role, transport, settings }, request, signal);
    if (transport.kind === 'chat') return new ManagedChatModel(ask, transport);
    return transport.kind === 'text' ? new ManagedLLM(ask, transport) : new ManagedEmbeddings(ask);
  }

  /** What was asked for so far, earlier sessions included. */
  getUsageTotals(): UsageTotals {
    return structuredClone(this.#cache.totals);
  }

  /** Resolves when nothing is in flight. */
  drain(): Promise<void> {
    return this.#inFlightRequests.waitUntilSettled();
  }

  /** Sends nothing until `resume`: what is in flight is finished and kept, and the budget's minutes stand still. */
  pause(): void {
    this.#limiter.pause();
    this.#budget.pause();
  }

  /** Goes on after `pause`, in the order in which calls were asked for. */
  resume(): void {
    this.#budget.resume();
    this.#limiter.resume();
  }

  /** Calls sent and not answered yet. */
  get inFlight(): number {
    return this.#limiter.inFlight;
  }

  /** Sends nothing more; waits `grace` milliseconds for what is in flight, then lets go of it. */
  stop(grace = 0): Promise<void> {
    this.#endError ??= new StoppedError();
    return this.#inFlightRequests.end(this.#endError, grace);
  }

  #ask(player: RoleModel, request: ModelRequest, signal?: AbortSignal): Promise<GatewayResponse> {
    const { endpoint, model, takesN } = player.transport;
    const habit = this.#completionSupport.get(`${endpoint} ${model}`) ?? { takesN };
    this.#completionSupport.set(`${endpoint} ${model}`, habit);
    const known = (r: ModelRequest): boolean => this.#cache.has(hashRequest(player.transport, r));
    return fetchCompletions(request, {
      fetchOne: (r) => this.#askOnce(player, r, signal),
      isStored: known,
      support: habit,
    });
  }

  async #askOnce(player: RoleModel, request: ModelRequest, signal?: AbortSignal): Promise<GatewayResponse> {
    signal?.throwIfAborted();
    const key = hashRequest(player.transport, request);
    const stored = this.#cache.find(key, player.role);
    if (stored) return this.#toCachedResponse(player.role, stored);
    const under = this.#inFlightRequests.get(key);
    if (!under) return this.#startRequest(key, player, request).join(signal);
    // a flight everybody had left may still bring its answer; if not, it is asked for again
    const answer = await under.join(signal).catch((error: unknown) => {
      if (under.isAbandoned && !signal?.aborted && this.#endError === null)
        return this.#askOnce(player, request, signal);
      throw error;
    });
    return this.#toCachedResponse(player.role, answer);
  }

  #startRequest(key: string, player: RoleModel, request: ModelRequest): InFlightRequest {
    if (this.#endError) throw this.#endError;
    return this.#inFlightRequests.start(key, player.role, (flight) => this.#sendAndStore(key, player, request, flight));
  }

  async #sendAndStore(
    key: string,
    player: RoleModel,
    request: ModelRequest,
    flight: InFlightRequest,
  ): Promise<GatewayResponse> {
    const { role, transport } = player;
    try {
      const { usd, ms, ...reply } = await this.#sender.send(player, request, flight);
      const { usage, finish, texts } = reply;
      this.#write({ key, role, model: transport.model, usage, usd, ms, finish, texts });
      this.#onEvent({ type: 'answered', role, cached: false, ms });
      return { ...reply, cached: false };
    } catch (error) {
      if (error instanceof RoleDownError) this.#inFlightRequests.cancel(error, (f) => f.role === error.role);
      if (error instanceof BudgetExceededError) this.#inFlightRequests.cancel(error, (f) => f.role !== 'embeddings');
      throw error;
    }
  }

  #toCachedResponse(role: Role, { texts, finish, usage }: StoredAnswer | GatewayResponse): GatewayResponse {
    this.#cache.countCacheHit(role);
    this.#onEvent({ type: 'answered', role, cached: true, ms: 0 });
    return { texts, finish, usage, cached: true };
  }

  /** Written down before anybody hears of it; where that fails, nothing more is sent. */
  #write(record: StoredRecord): void {
    try {
      this.#cache.write(record);
    } catch (error) {
      this.#endError ??= isError(error) ? error : new Error(String(error));
      this.#inFlightRequests.cancel(this.#endError);
      throw error;
    }
  }

  #onFault({ role, transport }: RoleModel, fault: FailedAttempt, wait: number | null): void {
    this.#write({ role, model: transport.model, failed: fault.kind, ...(wait === null && { final: true }) });
    const { kind, status } = fault;
    const { endpoint } = transport;
    this.#onEvent({ type: 'fault', role, kind, status, wait, endpoint, limit: this.#limiter.getLimit(endpoint) });
  }

  #learnReplyTokens(record: StoredRecord): void {
    if (!('key' in record) || record.shared) return;
    this.#budget.recordReplyTokens(record.role, record.usage.output / Math.max(1, record.texts.length));
  }
}
