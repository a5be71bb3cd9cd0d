import { Budget } from './budget.ts';
import { EndpointAdjustments } from './endpointAdjustments.ts';
import { fetchCompletions } from './fetchCompletions.ts';
import type { GatewayEvent, GatewayOptions } from './gatewayOptions.ts';
import type { InFlightRequest } from './inFlightRequest.ts';
import { InFlightRequests } from './inFlightRequests.ts';
import { Limiter } from './limiter.ts';
import { NameChecks } from './nameChecks.ts';
import type { FailedAttempt } from './retry.ts';
import type { CallSettings, RoleModel } from './roleModel.ts';
import { Sender } from './sender.ts';
import { toAnswerRecord, toFailureRecord } from './toRecords.ts';
import { ResponseCache } from '../cache/responseCache.ts';
import { createMemoryStore } from '../cache/createMemoryStore.ts';
import type { StoredAnswer, StoredRecord } from '../cache/storedRecord.ts';
import { sumBudgetUsage, toAdjustment, type UsageTotals } from '../cache/usageTotals.ts';
import { BudgetExceededError, RoleDownError, StoppedError, StoreError } from '../errors.ts';
import { createManagedModel, type ManagedModels } from '../langchain/createManagedModel.ts';
import type { Role } from '../roles.ts';
import { addSecrets } from '../secrets.ts';
import { DEFAULT_CONCURRENCY } from '../settings.ts';
import { hashRequest, type GatewayResponse, type AskGateway, type ModelRequest, type Transport } from '../transport.ts';
import { isError } from '../../state/failure.ts';

/** Milliseconds since 1970 that never jump when the system's clock is set. */
const getMonotonicMs = (): number => performance.timeOrigin + performance.now();

/**
 * The way of every model call of a run: cache, one request for equal calls in flight, limits, budget, retries. An answer is
 * stored before a caller gets it, so a run that is killed never pays for it again.
 *
 * @example
 * import { drpo, paperNodes } from 'drpo';
 * import { createModels, Gateway, ModelsConfig } from 'drpo/models';
 *
 * const gateway = new Gateway({ concurrency: 8, budget: { calls: 100 } });
 * const models = createModels(ModelsConfig.parse({ optimizer: 'simulated' }), { gateway, env: {} });
 * const graph = drpo(paperNodes(models), { depth: 2, final: null });
 * await graph.invoke({ queries: ['How do tides work?', 'Plan a picnic.'] });
 * console.log(gateway.getUsageTotals().calls);
 */
export class Gateway {
  readonly #cache: ResponseCache;
  readonly #limiter: Limiter;
  readonly #budget: Budget;
  readonly #sender: Sender;
  readonly #isOffline: boolean;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #inFlightRequests = new InFlightRequests();
  readonly #nameChecks = new NameChecks(({ role, transport: { model, endpoint } }, listed) =>
    this.#onEvent({ type: 'unlisted', role, model, endpoint, listed }),
  );
  readonly #adjustments = new EndpointAdjustments();
  #endError: Error | null = null;

  constructor({
    concurrency = DEFAULT_CONCURRENCY,
    budget = {},
    store = createMemoryStore(),
    shared,
    isReference = false,
    isOffline = false,
    adjustments = [],
    ...options
  }: GatewayOptions = {}) {
    const { now = getMonotonicMs, random = Math.random, onEvent = () => undefined } = options;
    this.#onEvent = onEvent;
    this.#isOffline = isOffline;
    this.#limiter = new Limiter(concurrency, now);
    this.#budget = new Budget(budget, now);
    this.#sender = new Sender({
      limiter: this.#limiter,
      budget: this.#budget,
      now,
      random,
      onSend: ({ role }) => void (budget.calls != null && this.#write({ role, sent: true })),
      onFailure: (...failure) => this.#recordFailure(...failure),
      adjustments: this.#adjustments,
      onAdjust: (adjustment) => {
        this.#write(adjustment);
        this.#onEvent({ type: 'adjusted', ...toAdjustment(adjustment), model: adjustment.model });
      },
      isReference,
      countInFlight: () => this.#inFlightRequests.size,
      onBatch: (record) => this.#write(record),
      onBatchNews: (news) => onEvent({ type: 'batch', ...news }),
      batchTimes: options.batchTimes,
    });
    for (const adjustment of adjustments) this.#adjustments.add(adjustment);
    this.#cache = new ResponseCache(store, shared, (record) => this.#learnFromRecord(record));
    const { calls, tokens } = sumBudgetUsage(this.#cache.totals);
    this.#budget.restoreSpending(calls, { tokens, usd: this.#cache.totals.usd });
    this.#sender.batches.holdOpen();
  }

  /** A role's model for LangChain: a chat model, a completion model or embeddings, as its transport is. */
  manage<Kind extends keyof ManagedModels>(
    role: Role,
    transport: Transport & { kind: Kind },
    settings: CallSettings = {},
  ): ManagedModels[Kind] {
    addSecrets(transport.secrets ?? []);
    const { output = 'text' } = transport;
    const model = { role, transport, settings };
    const ask: AskGateway = ({ form, repair, ...request }, signal) => {
      const more = { ...(form && output !== 'text' && { form }), ...(repair && { repair }) };
      return this.#ask(model, { ...request, ...more }, signal);
    };
    return createManagedModel(ask, transport, this.#sender.getDigitOdds(model));
  }

  /** Calls, tokens and dollars so far, earlier sessions of the run included. */
  getUsageTotals(): UsageTotals {
    return structuredClone(this.#cache.totals);
  }

  /** Asks the endpoints that answered whether they list the names of their models, which takes a few seconds at most. */
  checkNames(): Promise<void> {
    return this.#nameChecks.finish();
  }

  /** Resolves when no request is in flight. Batches that nobody waits for go on at their endpoints. */
  async drain(): Promise<void> {
    await this.#inFlightRequests.waitUntilSettled();
    await this.#sender.batches.stop();
  }

  /** Sends nothing until `resume`. Requests in flight end and are stored; the pause does not count as minutes. */
  pause(): void {
    this.#limiter.pause();
    this.#budget.pause();
  }

  /** Continues after `pause`, in the order of the calls. */
  resume(): void {
    this.#budget.resume();
    this.#limiter.resume();
  }

  /** Requests sent and not answered yet. */
  get inFlight(): number {
    return this.#limiter.inFlight;
  }

  /** Batches that were sent and whose answers were not all fetched. */
  get runningBatches(): number {
    return this.#sender.batches.running;
  }

  /** Sends nothing more. Waits `grace` milliseconds for requests in flight, then cancels them. */
  stop(grace = 0): Promise<void> {
    this.#endError ??= new StoppedError();
    return this.#inFlightRequests.end(this.#endError, grace);
  }

  #ask(model: RoleModel, request: ModelRequest, signal?: AbortSignal): Promise<GatewayResponse> {
    return fetchCompletions(request, {
      fetchOne: (single) => this.#askOnce(model, single, signal),
      isCached: (single) => this.#cache.has(hashRequest(model.transport, single)),
      takesN: model.transport.takesN && !this.#adjustments.isSplit(model),
      onSplit: (isConfirmed) => {
        if (isConfirmed) this.#sender.confirmSplit(model);
        else this.#adjustments.suspectSeveral(model, false);
      },
    });
  }

  async #askOnce(model: RoleModel, request: ModelRequest, signal?: AbortSignal): Promise<GatewayResponse> {
    signal?.throwIfAborted();
    const key = hashRequest(model.transport, request);
    const stored = this.#cache.find(key, model.role);
    if (stored) return this.#toCachedResponse(model.role, stored);
    const inFlight = this.#inFlightRequests.get(key);
    if (!inFlight) return this.#startRequest(key, model, request).join(signal);
    // a request that all callers had left may still be answered; if not, it is sent again
    const response = await inFlight.join(signal).catch((error: unknown) => {
      if (inFlight.isAbandoned && !signal?.aborted && this.#endError === null)
        return this.#askOnce(model, request, signal);
      throw error;
    });
    return this.#toCachedResponse(model.role, response);
  }

  #startRequest(key: string, model: RoleModel, request: ModelRequest): InFlightRequest {
    if (this.#endError) throw this.#endError;
    if (this.#isOffline)
      throw new StoreError(
        `expected the recorded answer to each request, got a request of the role ${model.role} that has none; nothing was sent`,
      );
    return this.#inFlightRequests.start(key, model.role, (inFlight) =>
      this.#sendAndStore(key, model, request, inFlight),
    );
  }

  async #sendAndStore(
    key: string,
    model: RoleModel,
    request: ModelRequest,
    inFlight: InFlightRequest,
  ): Promise<GatewayResponse> {
    try {
      const { usd, ms, servedAs, isBatched, ...reply } = await this.#sender.send(model, request, inFlight);
      this.#nameChecks.add(model, servedAs);
      this.#write(toAnswerRecord(key, model, request, { ...reply, usd, ms, isBatched }));
      this.#onEvent({ type: 'answered', role: model.role, cached: false, ms });
      return { ...reply, cached: false };
    } catch (error) {
      if (error instanceof RoleDownError) this.#inFlightRequests.cancel(error, ({ role }) => role === model.role);
      if (error instanceof BudgetExceededError)
        this.#inFlightRequests.cancel(error, (other) => other.role !== 'embeddings' && !other.isInBatch);
      throw error;
    }
  }

  #toCachedResponse(role: Role, { texts, finish, usage, digits }: StoredAnswer | GatewayResponse): GatewayResponse {
    this.#cache.countCacheHit(role);
    this.#onEvent({ type: 'answered', role, cached: true, ms: 0 });
    return { texts, finish, usage, ...(digits && { digits }), cached: true };
  }

  /** Stores a record before its effect is seen. If that fails, nothing more is sent. */
  #write(record: StoredRecord): void {
    try {
      this.#cache.write(record);
      this.#sender.batches.addRecord(record);
    } catch (error) {
      this.#endError ??= isError(error) ? error : new Error(String(error));
      this.#inFlightRequests.cancel(this.#endError);
      throw error;
    }
  }

  #recordFailure(model: RoleModel, failure: FailedAttempt, wait: number | null): void {
    this.#write(toFailureRecord(model, failure, wait === null));
    const { role, transport } = model;
    const { kind, status, retryAfterMs } = failure;
    const limit = this.#limiter.getLimit(transport.endpoint);
    const isAskedFor = wait !== null && retryAfterMs !== undefined;
    this.#onEvent({ type: 'failure', role, kind, status, wait, isAskedFor, endpoint: transport.endpoint, limit });
  }

  #learnFromRecord(record: StoredRecord): void {
    this.#sender.batches.addRecord(record);
    if ('parameter' in record) return this.#adjustments.add(record);
    if (!('key' in record)) return;
    this.#sender.recordAnswer(record);
    if (record.shared) return;
    this.#budget.recordReplyTokens(record.role, record.usage.output / Math.max(1, record.texts.length));
  }
}
