import type { CallOutcome } from './adaptiveConcurrency.ts';
import { computeUsageCost, type Budget, type SettleReservation } from './budget.ts';
import { suggestFix, describeFailure } from './describeFailure.ts';
import { sleep, rejectOnAbort, type InFlightRequest } from './inFlightRequest.ts';
import type { Limiter } from './limiter.ts';
import { computeRetryDelay, classifyFailure, type FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';
import { CallFailedError, RoleDownError } from '../errors.ts';
import type { Role } from '../roles.ts';
import { DEFAULT_MAX_RETRIES, DEFAULT_MAX_TOKENS } from '../settings.ts';
import { countCharacters, type Reply, type ModelRequest, type TokenUsage } from '../transport.ts';

/** A reply with its cost in US dollars and its duration in milliseconds. */
export interface SentResponse extends Reply {
  usage: TokenUsage;
  usd: number;
  ms: number;
}

export interface SenderOptions {
  limiter: Limiter;
  budget: Budget;
  now: () => number;
  random: () => number;
  /** Called before each request that counts against a budget. */
  onSend: (model: RoleModel) => void;
  /** Called after each failed attempt. `wait`: milliseconds until the next attempt, null if there will be none. */
  onFailure: (model: RoleModel, failure: FailedAttempt, wait: number | null) => void;
}

/** Calls of one model in a row that may use up their retries before its role counts as down. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Sends a request within the limiter and the budget, and retries it until it is answered or has failed for good. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #consecutiveFailures = new Map<string, number>();
  readonly #downRoles = new Map<Role, RoleDownError>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async send(model: RoleModel, request: ModelRequest, inFlight: InFlightRequest): Promise<SentResponse> {
    const order = this.#options.limiter.assignOrder();
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(model, request, inFlight, order);
      if ('texts' in outcome) return outcome;
      const wait = this.#waitOrThrow(model, request, outcome, attempt);
      await sleep(wait, inFlight.waitSignal);
    }
  }

  async #attempt(
    model: RoleModel,
    request: ModelRequest,
    inFlight: InFlightRequest,
    order: number,
  ): Promise<SentResponse | FailedAttempt> {
    const { limiter, now } = this.#options;
    this.#throwIfDown(model.role);
    const release = await limiter.acquire(model.transport.endpoint, inFlight.waitSignal, order);
    let outcome: CallOutcome = 'failed';
    let retryAfterMs: number | undefined;
    let settle: SettleReservation | undefined;
    let response: SentResponse | undefined;
    try {
      this.#throwIfDown(model.role);
      settle = await this.#reserve(model, request, inFlight);
      if (model.role !== 'embeddings') this.#options.onSend(model);
      const start = now();
      const reply = await rejectOnAbort(model.transport.send(request, inFlight.sendSignal), inFlight.sendSignal);
      response = this.#toSentResponse(model, request, reply, now() - start);
      outcome = 'served';
      return response;
    } catch (error) {
      if (!settle) throw error;
      if (inFlight.sendSignal.aborted) return this.#throwCancelled(model, error);
      const failure = classifyFailure(error, now());
      if (failure.overloaded) [outcome, retryAfterMs] = ['overloaded', failure.retryAfterMs];
      return failure;
    } finally {
      settle?.({ tokens: response ? response.usage.input + response.usage.output : 0, usd: response?.usd ?? 0 });
      release(outcome, retryAfterMs);
    }
  }

  async #reserve(
    { role, settings }: RoleModel,
    request: ModelRequest,
    inFlight: InFlightRequest,
  ): Promise<SettleReservation> {
    if (role === 'embeddings') return () => undefined;
    const input = countCharacters(request.prompt) / 4;
    const output = request.n * this.#options.budget.estimateReplyTokens(role, settings.maxTokens ?? DEFAULT_MAX_TOKENS);
    return this.#options.budget.reserve(
      { tokens: input + output, usd: computeUsageCost({ input, output }, settings.price) },
      inFlight.waitSignal,
    );
  }

  /** If the endpoint reports no usage, four characters count as one token. */
  #toSentResponse(model: RoleModel, request: ModelRequest, reply: Reply, ms: number): SentResponse {
    const { role, settings } = model;
    const characters = reply.texts.reduce((total, text) => total + text.length, 0);
    const usage = reply.usage ?? {
      input: Math.ceil(countCharacters(request.prompt) / 4),
      output: role === 'embeddings' ? 0 : Math.ceil(characters / 4),
    };
    this.#consecutiveFailures.delete(toModelKey(model));
    this.#options.budget.recordReplyTokens(role, usage.output / Math.max(1, reply.texts.length));
    return { ...reply, usage, usd: computeUsageCost(usage, settings.price), ms: Math.round(ms) };
  }

  /** A cancelled request was sent and may have been answered, so it is recorded. */
  #throwCancelled(model: RoleModel, reason: unknown): never {
    const failure: FailedAttempt = {
      kind: 'aborted',
      status: undefined,
      retryable: false,
      overloaded: false,
      retryAfterMs: undefined,
      message: 'cancelled',
    };
    this.#options.onFailure(model, failure, null);
    throw reason;
  }

  #throwIfDown(role: Role): void {
    const error = this.#downRoles.get(role);
    if (error) throw error;
  }

  /** Milliseconds until the next attempt. @throws CallFailedError, RoleDownError or BudgetExceededError if there is none */
  #waitOrThrow(model: RoleModel, request: ModelRequest, failure: FailedAttempt, attempt: number): number {
    const { budget, random, onFailure } = this.#options;
    const isRetried =
      failure.retryable &&
      attempt < (model.settings.maxRetries ?? DEFAULT_MAX_RETRIES) &&
      !this.#downRoles.has(model.role);
    const wait = computeRetryDelay(attempt, failure.retryAfterMs, random);
    const isTooLate = isRetried && wait > budget.remainingMs && model.role !== 'embeddings';
    const error = isRetried ? null : this.#toError(model, failure, attempt);
    // the call does not end here if only `n` was refused: its completions are then requested one by one
    const isSplit = request.n > 1 && isCompletionCountRefusal(error);
    onFailure(model, failure, isRetried && !isTooLate ? wait : isSplit ? 0 : null);
    if (isTooLate) throw budget.exceedMinutes();
    if (error) throw error;
    return wait;
  }

  #toError(model: RoleModel, failure: FailedAttempt, attempt: number): CallFailedError | RoleDownError {
    const { role } = model;
    const fields = { role, kind: failure.kind, status: failure.status };
    const description = describeFailure(model, failure, attempt);
    const failures = (this.#consecutiveFailures.get(toModelKey(model)) ?? 0) + (failure.retryable ? 1 : 0);
    this.#consecutiveFailures.set(toModelKey(model), failures);
    const isFatal = failure.kind === 'auth' || failure.kind === 'not-found' || failure.kind === 'quota';
    if (!isFatal && failures < MAX_CONSECUTIVE_FAILURES) return new CallFailedError(description, fields);
    const message = isFatal
      ? `${description}; ${suggestFix(model, failure)}`
      : `${description}; ${failures} calls in a row failed like this; check that the endpoint is up, then run the same command again`;
    const error = this.#downRoles.get(role) ?? new RoleDownError(message, fields);
    this.#downRoles.set(role, error);
    return error;
  }
}

const toModelKey = ({ role, transport }: RoleModel): string => `${role} ${transport.model} ${transport.endpoint}`;

/** Whether a call may have failed only because it asked for several completions (status 400 or 422). */
export const isCompletionCountRefusal = (error: unknown): boolean =>
  error instanceof CallFailedError && (error.status === 400 || error.status === 422);
