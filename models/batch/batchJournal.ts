import type { StoredBatch, StoredRecord } from '../cache/storedRecord.ts';
import type { Role } from '../roles.ts';

/** A batch that was created, or may have been. */
export interface KnownBatch {
  /** Our name for it. */
  name: string;
  role: Role;
  model: string;
  /** The file of its requests at the endpoint. */
  file: string;
  keys: readonly string[];
  /** What one of its requests is expected to cost. */
  cost: { tokens: number; usd: number };
  /** Undefined if it was not recorded whether the batch was created. */
  id: string | undefined;
}

/** Learns from a run's records which answers are to come from which batch, and how often a request failed in batches. */
export class BatchJournal {
  readonly #batches = new Map<string, KnownBatch>();
  readonly #batchByKey = new Map<string, KnownBatch>();
  readonly #failures = new Map<string, number>();

  addRecord(record: StoredRecord): void {
    if ('batch' in record) this.#addBatch(record);
    else if ('key' in record) this.#batchByKey.delete(record.key);
    else if ('failed' in record && record.row !== undefined) {
      this.#batchByKey.delete(record.row);
      if (!record.final) this.#failures.set(record.row, this.countFailures(record.row) + 1);
    }
  }

  #addBatch({ batch: name, role, model = '', file, keys = [], cost = { tokens: 0, usd: 0 }, id }: StoredBatch): void {
    const known = this.#batches.get(name);
    if (known) known.id = id ?? known.id;
    if (known || file === undefined) return;
    const added = { name, role, model, file, keys, cost, id };
    this.#batches.set(name, added);
    for (const key of keys) this.#batchByKey.set(key, added);
  }

  /** The batch that has a request, until its answer or its failure is recorded. */
  find(key: string): KnownBatch | undefined {
    return this.#batchByKey.get(key);
  }

  /** The keys of a batch's requests that have no result yet. */
  listOpenKeys(batch: KnownBatch): string[] {
    return batch.keys.filter((key) => this.#batchByKey.get(key) === batch);
  }

  /** The requests that have no result yet, each with its batch. */
  listOpen(): [key: string, KnownBatch][] {
    return [...this.#batchByKey];
  }

  /** How often a request failed in a batch and was to be sent again. */
  countFailures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }
}
