import type { StoredRecord } from './record.ts';
import { RETRIED } from './retry.ts';

/** Tells from a run's records whether they end in calls given up or answers forgotten, by role and by key. */
export class Unsettled {
  readonly #struck = new Set<string>();
  readonly #forgotten = new Set<string>();

  get any(): boolean {
    return this.#struck.size + this.#forgotten.size > 0;
  }

  enter(record: StoredRecord): void {
    if ('forgotten' in record) this.#forgotten.add(record.forgotten);
    else if ('key' in record) {
      this.#forgotten.delete(record.key);
      this.#struck.delete(record.role);
    } else if (record.final && RETRIED.has(record.failed)) this.#struck.add(record.role);
  }
}
