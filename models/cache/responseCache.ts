import { getErrorMessage, StoreError } from '../errors.ts';
import { createUsageTotals, addToUsageTotals, type UsageTotals } from './usageTotals.ts';
import { PendingRequests } from './pendingRequests.ts';
import type { StoredAnswer, StoredRecord } from './storedRecord.ts';
import type { Store } from './responseStore.ts';
import type { Role } from '../settings.ts';

/** A run's answers and accounts: its own store, what it is lent from a shared one, and the tally of both. */
export class ResponseCache {
  readonly #own: Store;
  readonly #shared: Store | undefined;
  readonly #totals = createUsageTotals();

  /** @param each is told of what earlier sessions left */
  constructor(own: Store, shared: Store | undefined, each: (record: StoredRecord) => void) {
    this.#own = own;
    this.#shared = shared;
    const onTheirWay = new PendingRequests();
    own.replay((record) => {
      addToUsageTotals(this.#totals, record);
      onTheirWay.addRecord(record);
      each(record);
    });
    // what was in flight when a process was killed may have been answered: it counts as sent
    for (const role of onTheirWay.listRoles()) this.write({ role, failed: 'aborted', final: true });
  }

  get totals(): Readonly<UsageTotals> {
    return this.#totals;
  }

  has(key: string): boolean {
    return this.#own.has(key) || (this.#shared?.has(key) ?? false);
  }

  /** The answer kept under a key; one from the shared store is copied, marked as having cost nothing here. */
  find(key: string, role: Role): StoredAnswer | undefined {
    const own = this.#own.get(key);
    if (own) return own;
    const lent = this.#shared?.get(key);
    if (!lent) return undefined;
    const copy: StoredAnswer = { ...lent, role, shared: true };
    this.write(copy);
    return copy;
  }

  /** Writes a record down and enters it into the tally. @throws StoreFailed */
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
