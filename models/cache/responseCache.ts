import { messageOf, StoreFailed } from '../errors.ts';
import { emptyTally, enter, type Tally } from './usageTotals.ts';
import { OnTheirWay } from './pendingRequests.ts';
import type { StoredAnswer, StoredRecord } from './storedRecord.ts';
import type { Store } from './responseStore.ts';
import type { Role } from '../transport.ts';

/** A run's answers and accounts: its own store, what it is lent from a shared one, and the tally of both. */
export class Archive {
  readonly #own: Store;
  readonly #shared: Store | undefined;
  readonly #tally = emptyTally();

  /** @param each is told of what earlier sessions left */
  constructor(own: Store, shared: Store | undefined, each: (record: StoredRecord) => void) {
    this.#own = own;
    this.#shared = shared;
    const onTheirWay = new OnTheirWay();
    own.replay((record) => {
      enter(this.#tally, record);
      onTheirWay.enter(record);
      each(record);
    });
    // what was in flight when a process was killed may have been answered: it counts as sent
    for (const role of onTheirWay.left()) this.write({ role, failed: 'aborted', final: true });
  }

  get tally(): Readonly<Tally> {
    return this.#tally;
  }

  knows(key: string): boolean {
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
      throw error instanceof StoreFailed ? error : new StoreFailed(messageOf(error));
    }
    enter(this.#tally, record);
  }

  served(role: Role): void {
    this.#tally.cached[role] += 1;
  }
}
