import type { StoredRecord } from './storedRecord.ts';
import { RETRIED } from '../gateway/retry.ts';

/** Tells from a run's records whether they end in calls given up or answers forgotten, by model and by key. */
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
      this.#struck.delete(nameOf(record));
    } else if ('failed' in record && record.final && RETRIED.has(record.failed)) this.#struck.add(nameOf(record));
  }
}

/** A role may be played by several models: some judges may answer while another is down. */
const nameOf = ({ role, model = '' }: { role: string; model?: string | undefined }): string => `${role} ${model}`;
