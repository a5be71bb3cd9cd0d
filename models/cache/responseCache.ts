import { StoreError } from '../errors.ts';
import { createUsageTotals, addToUsageTotals, type UsageTotals } from './usageTotals.ts';
import { PendingRequests } from './pendingRequests.ts';
import type { StoredAnswer, StoredRecord } from './storedRecord.ts';
import type { Store } from './store.ts';
import type { Role } from '../roles.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** The answers of a run, from its own store or a shared one, and the totals of what it used. */
export class ResponseCache {
  readonly #own: Store;
  readonly #shared: Store | undefined;
  readonly #totals = createUsageTotals();

  /** `onRecord`: called with each record of earlier sessions. */
  constructor(own: Store, shared: Store | undefined, onRecord: (record: StoredRecord) => void) {
    this.#own = own;
    this.#shared = shared;
    const pending = new PendingRequests();
    own.replay((record) => {
      addToUsageTotals(this.#totals, record);
      pending.addRecord(record);
      onRecord(record);
    });
    // a request in flight when a process was killed may have been answered, so it counts as sent
    for (const role of pending.listRoles(own.lostAnswers)) this.write({ role, failed: 'aborted', final: true });
  }

  get totals(): Readonly<UsageTotals> {
    return this.#totals;
  }

  has(key: string): boolean {
    return this.#own.has(key) || (this.#shared?.has(key) ?? false);
  }

  /** The answer of a key. One from the shared store is copied into the run's own, marked as free. */
  find(key: string, role: Role): StoredAnswer | undefined {
    const own = this.#own.get(key);
    if (own) return own;
    const shared = this.#shared?.get(key);
    if (!shared) return undefined;
    const copy: StoredAnswer = { ...shared, role, shared: true };
    this.write(copy);
    return copy;
  }

  /** Stores a record and adds it to the totals. @throws StoreError */
  write(record: StoredRecord): void {
    try {
      this.#own.append(record);
      if ('key' in record && !record.shared && !this.#shared?.has(record.key)) this.#shared?.append(record);
    } catch (error) {
      throw error instanceof StoreError ? error : new StoreError(getErrorMessage(error));
    }
    addToUsageTotals(this.#totals, record);
  }

  countCacheHit(role: Role): void {
    this.#totals.cached[role] += 1;
  }
}
