import type { CallOutcome } from './adaptiveConcurrency.ts';
import { BatchedCalls, isEnd, type BatchedCallsOptions } from './batchedCalls.ts';
import { addListedNames } from './addListedNames.ts';
import { ChoiceCounting } from './choiceCounting.ts';
import { completeUsage } from './completeUsage.ts';
import { computeUsageCost, type Budget, type RequestCost, type SettleReservation } from './budget.ts';
import { FirstCallGate, type FirstCallTurn } from './firstCallGate.ts';
import { getRefusal } from '../refusedParameters.ts';
import { describeLongWait, describeMissingTemplate } from './describeFailure.ts';
import { createReplyFault, findReplyFault, hasTemplateMark } from './findReplyFault.ts';
import { getAbortReason, sleep, rejectOnAbort, type InFlightRequest } from './inFlightRequest.ts';
import type { Limiter } from './limiter.ts';
import { computeRetryDelay, classifyFailure, MAX_WAIT_MS, type FailedAttempt } from './retry.ts';
import { LoadingEndpoints } from './loadingEndpoints.ts';
import { CompletionCountError, RequestAdjuster, type AdjusterOptions } from './requestAdjuster.ts';
import { RoleHealth } from './roleHealth.ts';
import type { RoleModel } from './roleModel.ts';
import type { StoredAnswer } from '../cache/storedRecord.ts';
import { DEFAULT_MAX_RETRIES, DEFAULT_MAX_TOKENS, DEFAULT_TIMEOUT_SECONDS } from '../settings.ts';
import { redactSecrets } from '../secrets.ts';
import { countCharacters, type ModelRequest, type Reply, type TokenUsage } from '../transport.ts';
import type { DigitOddsAccess } from '../../state/digitOdds.ts';

/** A reply with its cost in US dollars and its duration in milliseconds. */
export interface SentResponse extends Reply {
  usage: TokenUsage;
  usd: number;
  ms: number;
  /** Whether a batch was asked. */
  isBatched: boolean;
}

export interface SenderOptions extends AdjusterOptions, BatchedCallsOptions {
  limiter: Limiter;
  budget: Budget;
  random: () => number;
  /** Called before each request that counts against a budget. */
  onSend: (model: RoleModel) => void;
}

/** Refusals of one call after which another is a failure. */
const MAX_REFUSALS = 12;

/** Sends a request within the limiter and the budget, and retries it until it is answered or has failed for good. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #health = new RoleHealth();
  readonly #firstCalls = new FirstCallGate();
  readonly #choiceCounting = new ChoiceCounting();
  readonly #loading = new LoadingEndpoints();
  readonly #adjuster: RequestAdjuster;
  readonly batches: BatchedCalls;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.batches = new BatchedCalls(options, this.#health);
    this.#adjuster = new RequestAdjuster(options, this.#health);
  }

  async send(model: RoleModel, request: ModelRequest, inFlight: InFlightRequest): Promise<SentResponse> {
    const order = this.#options.limiter.assignOrder();
    if (!model.transport.isAdjustable || this.batches.isAwaited(inFlight.key))
      return this.#sendInOrder(model, request, inFlight, order);
    await this.#adjuster.leaveOutUnsent(model, request);
    const turn = await this.#firstCalls.enter(model, request, inFlight.waitSignal);
    let isAnswered = false;
    try {
      if (request.n > 1 && this.#options.adjustments.isSplit(model)) throw new CompletionCountError();
      const response = await this.#sendInOrder(model, request, inFlight, order, turn);
      isAnswered = true;
      return response;
    } finally {
      turn.end(isAnswered);
    }
  }

  async #sendInOrder(
    model: RoleModel,
    request: ModelRequest,
    inFlight: InFlightRequest,
    order: number,
    turn?: FirstCallTurn,
  ): Promise<SentResponse> {
    for (let attempt = 0, refusals = 0; ;) {
      const outcome = await this.#attempt(model, request, inFlight, order, turn?.isFirst);
      if ('texts' in outcome) {
        if (outcome.texts.length < request.n) this.#adjuster.confirmSplit(model);
        return this.#acceptAnswer(model, outcome);
      }
      if (refusals++ < MAX_REFUSALS && this.#adjuster.adjust(model, request, outcome, attempt)) {
        turn?.extend();
        continue;
      }
      const failure = this.#health.isDown(model.role) ? outcome : await addListedNames(model, outcome);
      const wait = this.#waitOrThrow(model, failure, attempt);
      if (!outcome.isLoading) attempt += 1;
      await sleep(wait, inFlight.waitSignal);
    }
  }

  /** Returns an answer. @throws RoleDownError if it shows that a base model has no chat template */
  #acceptAnswer(model: RoleModel, answer: SentResponse): SentResponse {
    const { role, transport } = model;
    const hasMark = role === 'base' && transport.kind === 'chat' && hasTemplateMark(answer);
    if (this.#health.lacksTemplate(model, hasMark)) {
      const { usage, usd } = answer;
      const failure = { ...createReplyFault('other', 'no chat template'), usage, usd };
      this.#options.onFailure(model, failure, null);
      throw this.#health.takeDown(model, failure, describeMissingTemplate(model, answer.texts[0] ?? ''));
    }
    if (!hasMark) this.#health.recordAnswer({ role, model: transport.model });
    return answer;
  }

  /** What is known of the odds of a model's digits. */
  getDigitOdds(model: RoleModel): DigitOddsAccess {
    return this.#adjuster.getDigitOdds(model);
  }

  /** Notes that a model answered in an earlier session. */
  recordAnswer(answer: StoredAnswer): void {
    this.#health.recordAnswer(answer);
    this.#options.adjustments.recordDigits(answer);
  }

  /** Several completions of one request are refused: the failure named no fault, but a request for one was answered. */
  confirmSplit(model: RoleModel): void {
    this.#adjuster.confirmSplit(model);
  }

  async #attempt(
    model: RoleModel,
    request: ModelRequest,
    inFlight: InFlightRequest,
    order: number,
    isFirst = false,
  ): Promise<SentResponse | FailedAttempt> {
    const { limiter, now } = this.#options;
    this.#health.throwIfDown(model.role);
    const batch = isFirst ? null : this.batches.choose(model, inFlight.key);
    const row = batch ? { row: inFlight.key } : {};
    // what is in a batch goes on at the endpoint, so its wait may end at once
    const signal = batch ? inFlight.waitSignal : inFlight.sendSignal;
    const release = batch
      ? () => undefined
      : await limiter.acquire(model.transport.endpoint, inFlight.waitSignal, order);
    let outcome: CallOutcome = 'failed';
    let retryAfterMs: number | undefined;
    let settle: SettleReservation | undefined;
    let response: SentResponse | undefined;
    try {
      this.#health.throwIfDown(model.role);
      const cost = this.#estimateCost(model, request, batch !== null);
      settle = batch?.settle ?? (await this.#reserve(model, cost, inFlight));
      inFlight.isInBatch = batch !== null;
      if (!batch && model.role !== 'embeddings') this.#options.onSend(model);
      const start = now();
      const sent = this.#options.adjustments.getSnapshot(model);
      const exchange = batch ? (body: object): Promise<unknown> => batch.ask(body, cost) : undefined;
      const reply = await rejectOnAbort(model.transport.send(request, signal, sent, exchange), signal);
      this.#adjuster.learnFromReply(model, request, sent, reply);
      response = this.#toSentResponse(model, request, reply, now() - start, batch !== null);
      outcome = 'served';
      this.#loading.end(model.transport.endpoint);
      const fault = this.#options.isReference
        ? null
        : (findReplyFault(model, reply) ??
          this.#adjuster.findShortLimit(model, request, sent, reply) ??
          this.#adjuster.findIgnoredForm(model, request, sent, reply));
      return fault ? { ...fault, ...row, usage: response.usage, usd: response.usd } : response;
    } catch (error) {
      if (!settle || (batch && isEnd(error))) throw error;
      if (signal.aborted) return batch ? throwReason(signal) : this.#throwCancelled(model, error);
      const failure = { ...classifyFailure(error, now()), ...row, refused: getRefusal(error) };
      if (failure.overloaded) [outcome, retryAfterMs] = ['overloaded', failure.retryAfterMs];
      return failure;
    } finally {
      inFlight.isInBatch = false;
      settle?.({ tokens: response ? response.usage.input + response.usage.output : 0, usd: response?.usd ?? 0 });
      release(outcome, retryAfterMs);
    }
  }

  #estimateCost({ role, settings }: RoleModel, request: ModelRequest, isBatched: boolean): RequestCost {
    const input = countCharacters(request.prompt) / 4;
    const output = request.n * this.#options.budget.estimateReplyTokens(role, settings.maxTokens ?? DEFAULT_MAX_TOKENS);
    return { tokens: input + output, usd: computeUsageCost({ input, output }, settings.price, isBatched) };
  }

  async #reserve({ role }: RoleModel, cost: RequestCost, inFlight: InFlightRequest): Promise<SettleReservation> {
    return role === 'embeddings' ? () => undefined : this.#options.budget.reserve(cost, inFlight.waitSignal);
  }

  #toSentResponse(model: RoleModel, request: ModelRequest, reply: Reply, ms: number, isBatched: boolean): SentResponse {
    const { role, settings } = model;
    const usage = completeUsage(model, request, reply, this.#choiceCounting);
    this.#health.recordReply(model);
    this.#options.budget.recordReplyTokens(role, usage.output / Math.max(1, reply.texts.length));
    const { thoughts: _, ...kept } = redactReply(model, reply);
    return { ...kept, usage, usd: computeUsageCost(usage, settings.price, isBatched), ms: Math.round(ms), isBatched };
  }

  /** A cancelled request was sent and may have been answered, so it is recorded. */
  #throwCancelled(model: RoleModel, reason: unknown): never {
    this.#options.onFailure(model, createReplyFault('aborted', 'cancelled'), null);
    throw reason;
  }

  /** Milliseconds until the next attempt. @throws CallFailedError, RoleDownError or BudgetExceededError if there is none */
  #waitOrThrow(model: RoleModel, failure: FailedAttempt, attempt: number): number {
    const { budget, random, now, onFailure } = this.#options;
    const { maxRetries = DEFAULT_MAX_RETRIES, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = model.settings;
    const polls = failure.isLoading ? this.#loading.poll(model.transport.endpoint, now(), timeoutSeconds) : null;
    const hasAttempts = failure.isLoading ? polls !== null : attempt < maxRetries;
    const isRetried = failure.retryable && hasAttempts && !this.#health.isDown(model.role);
    const wait = computeRetryDelay(polls ?? attempt, failure.retryAfterMs, random);
    const isTooLate = isRetried && wait > budget.remainingMs;
    const isTooLong = !isTooLate && failure.retryable && (failure.retryAfterMs ?? 0) > MAX_WAIT_MS;
    const isGivenUp = !isRetried && !isTooLong;
    const error = isGivenUp ? this.#health.recordFailure(model, failure, attempt) : null;
    onFailure(model, failure, isRetried && !isTooLate && !isTooLong ? wait : null);
    if (isTooLate) throw budget.exceedMinutes();
    if (isTooLong) throw this.#health.takeDown(model, failure, describeLongWait(model, failure, attempt, Date.now()));
    if (error) throw error;
    return wait;
  }
}

const throwReason = (signal: AbortSignal): never => {
  throw getAbortReason(signal);
};

/** A reply without secrets, which an endpoint may send back. The texts of embeddings are numbers. */
const redactReply = ({ role }: RoleModel, reply: Reply): Reply =>
  role === 'embeddings'
    ? reply
    : { ...reply, texts: reply.texts.map(redactSecrets), finish: reply.finish.map(redactSecrets) };
