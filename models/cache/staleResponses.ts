import type { StoredRecord } from './storedRecord.ts';
import { RETRYABLE_KINDS } from '../errors.ts';

/** Finds the models whose last call failed for good, and the answers that were invalidated and not requested again. */
export class StaleResponses {
  readonly #failedModels = new Set<string>();
  readonly #invalidatedKeys = new Set<string>();

  get hasAny(): boolean {
    return this.#failedModels.size + this.#invalidatedKeys.size > 0;
  }

  addRecord(record: StoredRecord): void {
    if ('forgotten' in record) this.#invalidatedKeys.add(record.forgotten);
    else if ('key' in record) {
      this.#invalidatedKeys.delete(record.key);
      this.#failedModels.delete(toModelKey(record));
    } else if ('failed' in record && record.final && RETRYABLE_KINDS.has(record.failed))
      this.#failedModels.add(toModelKey(record));
  }
}

/** A role may have several models: some judges may answer while another is down. */
const toModelKey = ({ role, model = '' }: { role: string; model?: string | undefined }): string => `${role} ${model}`;
