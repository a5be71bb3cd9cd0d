import { BudgetExceededError, type BudgetLimitName } from '../errors.ts';
import { getAbortReason } from './inFlightRequest.ts';
import type { Role } from '../roles.ts';
import type { ModelPrice } from '../settings.ts';
import type { TokenUsage } from '../transport.ts';

/** Limits over the four language roles; null is no limit. */
export interface BudgetLimits {
  /** Requests sent, retries included. */
  calls?: number | null | undefined;
  /** Input and output tokens. */
  tokens?: number | null | undefined;
  /** US dollars, at the prices of the roles. */
  usd?: number | null | undefined;
  /** Minutes of this session, pauses not counted. */
  minutes?: number | null | undefined;
}

/** The price of some tokens in US dollars; 0 without a price. `isBatched`: a batch was asked for them. */
export function computeUsageCost(
  {
    input,
    cachedInput = 0,
    writtenInput = 0,
    output,
    reasoning = 0,
  }: Pick<TokenUsage, 'input' | 'output'> & Partial<TokenUsage>,
  price: ModelPrice | undefined,
  isBatched = false,
): number {
  if (!price) return 0;
  const rates = (isBatched && price.batch) || price;
  const inputCost =
    (input - cachedInput - writtenInput) * rates.input +
    cachedInput * (rates.cachedInput ?? rates.input) +
    writtenInput * (rates.writtenInput ?? rates.input);
  const outputCost = (output - reasoning) * rates.output + reasoning * (rates.reasoning ?? rates.output);
  return (inputCost + outputCost) / 1e6;
}

/** The tokens and US dollars of one request, estimated or actual. */
export interface RequestCost {
  tokens: number;
  usd: number;
}

/** Replaces a request's reservation by its actual cost; called once. */
export type SettleReservation = (actual: RequestCost) => void;

interface QueuedReservation {
  cost: RequestCost;
  grant: (settle: SettleReservation) => void;
  refuse: (error: BudgetExceededError) => void;
}

/**
 * Reserves the cost of each request before it is sent. So the limit of calls is never exceeded, and those of tokens and
 * dollars only by the error of the estimates. A request waits if it fits only when others cost less than estimated.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #now: () => number;
  #startedAt: number;
  #pausedAt: number | null = null;
  readonly #spent = { calls: 0, tokens: 0, usd: 0 };
  readonly #reserved = { requests: 0, tokens: 0, usd: 0 };
  readonly #replyTokens = new Map<Role, { total: number; count: number }>();
  #queue: QueuedReservation[] = [];
  #exceeded: BudgetExceededError | null = null;

  constructor(limits: BudgetLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
    this.#startedAt = now();
  }

  /** Adds what earlier sessions of the same run spent. */
  restoreSpending(calls: number, { tokens, usd }: RequestCost): void {
    this.#spent.calls += calls;
    this.#spent.tokens += tokens;
    this.#spent.usd += usd;
  }

  /** Counts a request that an earlier session sent and whose answer is to be fetched, whatever the limits are. */
  hold(cost: RequestCost): SettleReservation {
    this.restoreSpending(1, cost);
    return ({ tokens, usd }) => this.restoreSpending(0, { tokens: tokens - cost.tokens, usd: usd - cost.usd });
  }

  /** Grants nothing until `resume`. A pause does not count as minutes. */
  pause(): void {
    this.#pausedAt ??= this.#now();
  }

  resume(): void {
    if (this.#pausedAt === null) return;
    this.#startedAt += this.#now() - this.#pausedAt;
    this.#pausedAt = null;
    this.#grantQueued();
  }

  /** The expected tokens of a role's reply: the mean of its replies, or a quarter of `maxTokens` before the first. */
  estimateReplyTokens(role: Role, maxTokens: number): number {
    const replies = this.#replyTokens.get(role);
    return replies ? replies.total / replies.count : maxTokens / 4;
  }

  /** Adds the tokens of one completion to its role's mean. */
  recordReplyTokens(role: Role, tokens: number): void {
    const { total, count } = this.#replyTokens.get(role) ?? { total: 0, count: 0 };
    this.#replyTokens.set(role, { total: total + tokens, count: count + 1 });
  }

  /** Requests that wait until others have cost less than estimated. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Milliseconds until the limit of minutes. */
  get remainingMs(): number {
    const { minutes } = this.#limits;
    return minutes == null ? Infinity : this.#startedAt + minutes * 60_000 - (this.#pausedAt ?? this.#now());
  }

  /** Refuses all later requests because a wait would exceed the limit of minutes. */
  exceedMinutes(): BudgetExceededError {
    return this.#exceed('minutes');
  }

  /** Reserves the cost of one request, if necessary after others have ended. @throws BudgetExceededError */
  reserve(cost: RequestCost, signal: AbortSignal): Promise<SettleReservation> {
    signal.throwIfAborted();
    const refusal = this.#exceeded ?? this.#checkLimits(cost);
    if (refusal === null) return Promise.resolve(this.#reserveNow(cost));
    if (refusal !== 'wait') return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const reservation: QueuedReservation = { cost, grant: resolve, refuse: reject };
      this.#queue.push(reservation);
      signal.addEventListener('abort', () => {
        this.#queue = this.#queue.filter((queued) => queued !== reservation);
        reject(getAbortReason(signal));
      });
    });
  }

  #reserveNow(cost: RequestCost): SettleReservation {
    this.#spent.calls += 1;
    this.#reserved.requests += 1;
    this.#reserved.tokens += cost.tokens;
    this.#reserved.usd += cost.usd;
    return (actual) => {
      this.#reserved.requests -= 1;
      this.#reserved.tokens -= cost.tokens;
      this.#reserved.usd -= cost.usd;
      this.#spent.tokens += actual.tokens;
      this.#spent.usd += actual.usd;
      this.#grantQueued();
    };
  }

  /** Null if the cost fits, "wait" if it may fit later, else the limit that it would exceed. */
  #checkLimits(cost: RequestCost): BudgetExceededError | 'wait' | null {
    const { calls, tokens, usd } = this.#limits;
    const { requests, ...reserved } = this.#reserved;
    if (this.#pausedAt !== null) return 'wait';
    if (this.remainingMs <= 0) return this.#exceed('minutes');
    if (calls != null && this.#spent.calls + 1 > calls) return this.#exceed('calls');
    for (const [name, limit] of [['tokens', tokens] as const, ['usd', usd] as const]) {
      if (limit == null || this.#spent[name] + reserved[name] + cost[name] <= limit) continue;
      if (requests > 0 && this.#spent[name] + cost[name] <= limit) return 'wait';
      return this.#exceed(name);
    }
    return null;
  }

  #exceed(name: BudgetLimitName): BudgetExceededError {
    const spent = name === 'minutes' ? (this.#now() - this.#startedAt) / 60_000 : this.#spent[name];
    this.#exceeded ??= new BudgetExceededError(name, this.#limits[name] ?? 0, spent);
    for (const reservation of this.#queue.splice(0)) reservation.refuse(this.#exceeded);
    return this.#exceeded;
  }

  #grantQueued(): void {
    while (this.#queue[0]) {
      const refusal = this.#checkLimits(this.#queue[0].cost);
      if (refusal === 'wait') return;
      const reservation = this.#queue.shift();
      if (refusal === null) reservation?.grant(this.#reserveNow(reservation.cost));
      else return reservation?.refuse(refusal);
    }
  }
}
