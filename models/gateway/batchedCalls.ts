import { BatchTimeoutError, type BatchTimes } from '../batch/batchRun.ts';
import { BatchQueue, type BatchNews } from '../batch/batchQueue.ts';
import { BudgetExceededError, RoleDownError, StoreError } from '../errors.ts';
import type { StoredRecord } from '../cache/storedRecord.ts';
import type { Role } from '../roles.ts';
import type { Budget, RequestCost, SettleReservation } from './budget.ts';
import { classifyFailure } from './retry.ts';
import type { RoleHealth } from './roleHealth.ts';
import type { RoleModel } from './roleModel.ts';

export interface BatchedCallsOptions {
  budget: Budget;
  now: () => number;
  /** All calls that are neither answered nor failed. */
  countInFlight: () => number;
  /** Stores a record of a batch. */
  onBatch: (record: StoredRecord) => void;
  onBatchNews: (news: BatchNews) => void;
  batchTimes?: Partial<BatchTimes> | undefined;
}

/** A call whose answer comes from a batch. */
export interface BatchedCall {
  /** What an earlier session reserved for it; undefined if nothing was sent yet. */
  settle: SettleReservation | undefined;
  ask: (body: object, cost: RequestCost) => Promise<unknown>;
}

/** Chooses which calls go in batches, and counts those of earlier sessions. */
export class BatchedCalls {
  readonly #options: BatchedCallsOptions;
  readonly #queue: BatchQueue;
  readonly #holds = new Map<string, SettleReservation>();

  constructor(options: BatchedCallsOptions, health: RoleHealth) {
    this.#options = options;
    this.#queue = new BatchQueue({
      write: options.onBatch,
      onNews: options.onBatchNews,
      onFault: (role, error) => this.#toEnd(role, error, health),
      getRemainingMs: () => options.budget.remainingMs,
      isBusy: (asked) => options.countInFlight() > asked + options.budget.waiting,
      times: options.batchTimes,
    });
  }

  addRecord(record: StoredRecord): void {
    this.#queue.addRecord(record);
  }

  /** Counts the open requests of earlier sessions, which were sent. */
  holdOpen(): void {
    for (const { key, cost } of this.#queue.listOpen()) this.#holds.set(key, this.#options.budget.hold(cost));
  }

  /** Batches that go on at their endpoints. */
  get running(): number {
    return this.#queue.running;
  }

  isAwaited(key: string): boolean {
    return this.#queue.isAwaited(key);
  }

  /** How to make a call in a batch; null if it is to be sent directly. */
  choose({ role, transport, settings }: RoleModel, key: string): BatchedCall | null {
    const { batches, model, endpoint } = transport;
    if (!batches) return null;
    const asked = { role, model, endpoint, batches };
    if (!this.#queue.isAwaited(key) && !(settings.isBatched && this.#queue.takes(asked, key))) return null;
    const settle = this.#holds.get(key);
    this.#holds.delete(key);
    return { settle, ask: (body, cost) => this.#queue.ask(asked, { key, body }, cost) };
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  #toEnd(role: Role, error: unknown, health: RoleHealth): Error {
    if (error instanceof BatchTimeoutError) return this.#options.budget.exceedMinutes();
    if (isEnd(error)) return error;
    const failure = classifyFailure(error, this.#options.now());
    // asking its requests again would pay them twice if the batch still runs under another key
    const advice =
      failure.status === 404
        ? 'give the key of the account that sent it; if the batch is gone, --fresh or another --out asks its requests anew'
        : 'what was sent is kept, so the same command continues with it';
    const message = `models.${role}: a batch cannot be used: ${failure.message}; ${advice}`;
    return health.takeDown({ role }, failure, message);
  }
}

/** Whether an error ends the calls of a role or of the run, instead of one call. */
export const isEnd = (error: unknown): error is Error =>
  error instanceof RoleDownError || error instanceof BudgetExceededError || error instanceof StoreError;
