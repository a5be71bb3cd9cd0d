import { computeUsageCost, type Budget, type SettleReservation } from './budget.ts';
import { suggestFix, describeFailure } from './describeFailure.ts';
import { CallFailedError, RoleDownError } from '../errors.ts';
import { sleep, rejectOnAbort, type InFlightRequest } from './inFlightRequest.ts';
import type { CallOutcome } from './adaptiveConcurrency.ts';
import type { Limiter } from './limiter.ts';
import type { RoleModel } from './roleModel.ts';
import { computeRetryDelay, classifyFailure, type FailedAttempt } from './retry.ts';
import { DEFAULT_MAX_RETRIES, DEFAULT_MAX_TOKENS, type Role } from '../settings.ts';
import { countCharacters, type Reply, type ModelRequest, type TokenUsage } from '../transport.ts';

/** What a request brought, what it cost and how long it took, in milliseconds. */
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
  /** Told before each request that counts against a budget. */
  onSend: (player: RoleModel) => void;
  /** Told of each failed attempt; `wait`: milliseconds until the next, null where there is none. */
  onFault: (player: RoleModel, fault: FailedAttempt, wait: number | null) => void;
}

/** Calls of one of a role's models that may use up their retries one after the other before the role counts as down. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Sends a request until it is answered: limiter, budget, transport, and again where that may help. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #consecutiveFailures = new Map<string, number>();
  readonly #down = new Map<Role, RoleDownError>();

  constructor(parts: SenderOptions) {
    this.#options = parts;
  }

  async send(player: RoleModel, request: ModelRequest, flight: InFlightRequest): Promise<SentResponse> {
    const order = this.#options.limiter.assignOrder();
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(player, request, flight, order);
      if ('texts' in outcome) return outcome;
      const wait = this.#waitOrThrow(player, request, outcome, attempt);
      await sleep(wait, flight.waitSignal);
    }
  }

  async #attempt(
    player: RoleModel,
    request: ModelRequest,
    flight: InFlightRequest,
    order: number,
  ): Promise<SentResponse | FailedAttempt> {
    const { limiter, now } = this.#options;
    this.#refuseIfDown(player.role);
    const release = await limiter.acquire(player.transport.endpoint, flight.waitSignal, order);
    let outcome: CallOutcome = 'failed';
    let after: number | undefined;
    let settle: SettleReservation | undefined;
    let delivery: SentResponse | undefined;
    try {
      this.#refuseIfDown(player.role);
      settle = await this.#reserve(player, request, flight);
      if (player.role !== 'embeddings') this.#options.onSend(player);
      const started = now();
      const reply = await rejectOnAbort(player.transport.send(request, flight.sendSignal), flight.sendSignal);
      delivery = this.#toSentResponse(player, request, reply, now() - started);
      outcome = 'taken';
      return delivery;
    } catch (error) {
      if (!settle) throw error;
      if (flight.sendSignal.aborted) return this.#failUnawaited(player, error);
      const fault = classifyFailure(error, now());
      if (fault.crowded) [outcome, after] = ['refused', fault.after];
      return fault;
    } finally {
      settle?.({ tokens: delivery ? delivery.usage.input + delivery.usage.output : 0, usd: delivery?.usd ?? 0 });
      release(outcome, after);
    }
  }

  async #reserve(
    { role, settings }: RoleModel,
    request: ModelRequest,
    flight: InFlightRequest,
  ): Promise<SettleReservation> {
    if (role === 'embeddings') return () => undefined;
    const input = countCharacters(request.prompt) / 4;
    const output = request.n * this.#options.budget.estimateReplyTokens(role, settings.maxTokens ?? DEFAULT_MAX_TOKENS);
    return this.#options.budget.reserve(
      { tokens: input + output, usd: computeUsageCost({ input, output }, settings.price) },
      flight.waitSignal,
    );
  }

  /** Where the endpoint tells no usage, four characters count as a token. */
  #toSentResponse(player: RoleModel, request: ModelRequest, reply: Reply, ms: number): SentResponse {
    const { role, settings } = player;
    const length = reply.texts.reduce((sum, t) => sum + t.length, 0);
    const usage = reply.usage ?? {
      input: Math.ceil(countCharacters(request.prompt) / 4),
      output: role === 'embeddings' ? 0 : Math.ceil(length / 4),
    };
    this.#consecutiveFailures.delete(toModelKey(player));
    this.#options.budget.recordReplyTokens(role, usage.output / Math.max(1, reply.texts.length));
    return { ...reply, usage, usd: computeUsageCost(usage, settings.price), ms: Math.round(ms) };
  }

  /** Sent, but no longer waited for: counted, since it may have been answered. */
  #failUnawaited(player: RoleModel, reason: unknown): never {
    const fault = { kind: 'aborted', status: undefined, retry: false, crowded: false, after: undefined } as const;
    this.#options.onFault(player, { ...fault, message: 'not waited for' }, null);
    throw reason;
  }

  #refuseIfDown(role: Role): void {
    const down = this.#down.get(role);
    if (down) throw down;
  }

  /** Milliseconds until the next attempt; throws where there is to be none. */
  #waitOrThrow(player: RoleModel, request: ModelRequest, fault: FailedAttempt, attempt: number): number {
    const { budget, random, onFault } = this.#options;
    const again =
      fault.retry && attempt < (player.settings.maxRetries ?? DEFAULT_MAX_RETRIES) && !this.#down.has(player.role);
    const wait = computeRetryDelay(attempt, fault.after, random);
    const late = again && wait > budget.remainingMs && player.role !== 'embeddings';
    const error = again ? null : this.#toFailure(player, fault, attempt);
    // a refusal of several choices at once is not the end of the call: they are asked for one by one
    const onward = request.n > 1 && isCompletionCountRefusal(error);
    onFault(player, fault, again && !late ? wait : onward ? 0 : null);
    if (late) throw budget.exceedMinutes();
    if (error) throw error;
    return wait;
  }

  #toFailure(player: RoleModel, fault: FailedAttempt, attempt: number): CallFailedError | RoleDownError {
    const { role } = player;
    const about = { role, kind: fault.kind, status: fault.status };
    const line = describeFailure(player, fault, attempt);
    const strikes = (this.#consecutiveFailures.get(toModelKey(player)) ?? 0) + (fault.retry ? 1 : 0);
    this.#consecutiveFailures.set(toModelKey(player), strikes);
    const fatal = fault.kind === 'auth' || fault.kind === 'not-found' || fault.kind === 'quota';
    if (!fatal && strikes < MAX_CONSECUTIVE_FAILURES) return new CallFailedError(line, about);
    const down =
      this.#down.get(role) ??
      new RoleDownError(
        fatal ? `${line}; ${suggestFix(player, fault)}` : `${line}; ${strikes} calls in a row have failed like this`,
        about,
      );
    this.#down.set(role, down);
    return down;
  }
}

const toModelKey = ({ role, transport }: RoleModel): string => `${role} ${transport.model} ${transport.endpoint}`;

/** Whether an endpoint may have failed a call only because it asked for several choices. */
export const isCompletionCountRefusal = (error: unknown): boolean =>
  error instanceof CallFailedError && (error.status === 400 || error.status === 422);
