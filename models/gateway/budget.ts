import { BudgetExceededError, type BudgetLimitName } from '../errors.ts';
import { getAbortReason } from './inFlightRequest.ts';
import type { Role } from '../settings.ts';
import type { TokenUsage } from '../transport.ts';

/** Limits over the four roles; null is none. calls: requests sent, retries too; usd: by the roles' prices; minutes: of this session. */
export interface BudgetLimits {
  calls?: number | null | undefined;
  tokens?: number | null | undefined;
  usd?: number | null | undefined;
  minutes?: number | null | undefined;
}

/** US dollars per million tokens. */
export interface TokenPrice {
  input: number;
  output: number;
}

/** US dollars for so many tokens. */
export const computeUsageCost = (usage: TokenUsage, price: TokenPrice | undefined): number =>
  price ? (usage.input * price.input + usage.output * price.output) / 1e6 : 0;

/** What a request takes, or is expected to take. */
export interface RequestCost {
  tokens: number;
  usd: number;
}

/** Room set aside for one request; settled once, with what it really took. */
export type SettleReservation = (actual: RequestCost) => void;

interface QueuedReservation {
  cost: RequestCost;
  grant: (settle: SettleReservation) => void;
  refuse: (error: BudgetExceededError) => void;
}

/**
 * Sets room aside before a request is sent, so that the limit on calls is never passed and those on tokens and dollars by
 * no more than the estimates err. A request that fits only if those in flight take less than expected waits for them.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #now: () => number;
  #started: number;
  #pausedAt: number | null = null;
  readonly #spent = { calls: 0, tokens: 0, usd: 0 };
  readonly #reserved = { requests: 0, tokens: 0, usd: 0 };
  readonly #means = new Map<Role, { output: number; count: number }>();
  #queue: QueuedReservation[] = [];
  #exceeded: BudgetExceededError | null = null;

  constructor(limits: BudgetLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
    this.#started = now();
  }

  /** Spending of earlier sessions of the same run. */
  restoreSpending(calls: number, { tokens, usd }: RequestCost): void {
    this.#spent.calls += calls;
    this.#spent.tokens += tokens;
    this.#spent.usd += usd;
  }

  /** While paused nothing is granted, and the minutes stand still. */
  pause(): void {
    this.#pausedAt ??= this.#now();
  }

  resume(): void {
    if (this.#pausedAt === null) return;
    this.#started += this.#now() - this.#pausedAt;
    this.#pausedAt = null;
    this.#grantQueued();
  }

  /** Tokens a reply of this role is expected to take: the mean so far, before any a quarter of what is allowed. */
  estimateReplyTokens(role: Role, maxTokens: number): number {
    const mean = this.#means.get(role);
    return mean ? mean.output / mean.count : maxTokens / 4;
  }

  /** Learns from the tokens of one choice. */
  recordReplyTokens(role: Role, output: number): void {
    const { output: sum, count } = this.#means.get(role) ?? { output: 0, count: 0 };
    this.#means.set(role, { output: sum + output, count: count + 1 });
  }

  /** Milliseconds left of the minutes, for waits that may not outlast them. */
  get remainingMs(): number {
    const { minutes } = this.#limits;
    return minutes == null ? Infinity : this.#started + minutes * 60_000 - (this.#pausedAt ?? this.#now());
  }

  /** Ends the run for want of time. */
  exceedMinutes(): BudgetExceededError {
    return this.#exceed('minutes');
  }

  /** Room for one request, now or when others have been settled; throws BudgetExceeded where there is none. */
  reserve(cost: RequestCost, signal: AbortSignal): Promise<SettleReservation> {
    signal.throwIfAborted();
    const over = this.#exceeded ?? this.#checkLimits(cost);
    if (over === null) return Promise.resolve(this.#reserveNow(cost));
    if (over !== 'wait') return Promise.reject(over);
    return new Promise((resolve, reject) => {
      const waiter: QueuedReservation = { cost, grant: resolve, refuse: reject };
      this.#queue.push(waiter);
      signal.addEventListener('abort', () => {
        this.#queue = this.#queue.filter((w) => w !== waiter);
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

  /** Null where it fits, "wait" where it may fit later, else the limit that is reached. */
  #checkLimits(cost: RequestCost): BudgetExceededError | 'wait' | null {
    const { calls, tokens, usd } = this.#limits;
    const { requests, ...held } = this.#reserved;
    if (this.#pausedAt !== null) return 'wait';
    if (this.remainingMs <= 0) return this.#exceed('minutes');
    if (calls != null && this.#spent.calls + 1 > calls) return this.#exceed('calls');
    for (const [which, limit] of [['tokens', tokens] as const, ['usd', usd] as const]) {
      if (limit == null || this.#spent[which] + held[which] + cost[which] <= limit) continue;
      if (requests > 0 && this.#spent[which] + cost[which] <= limit) return 'wait';
      return this.#exceed(which);
    }
    return null;
  }

  #exceed(which: BudgetLimitName): BudgetExceededError {
    const spent = which === 'minutes' ? (this.#now() - this.#started) / 60_000 : this.#spent[which];
    this.#exceeded ??= new BudgetExceededError(which, this.#limits[which] ?? 0, spent);
    for (const waiter of this.#queue.splice(0)) waiter.refuse(this.#exceeded);
    return this.#exceeded;
  }

  #grantQueued(): void {
    while (this.#queue[0]) {
      const over = this.#checkLimits(this.#queue[0].cost);
      if (over === 'wait') return;
      const waiter = this.#queue.shift();
      if (over === null) waiter?.grant(this.#reserveNow(waiter.cost));
      else return waiter?.refuse(over);
    }
  }
}
