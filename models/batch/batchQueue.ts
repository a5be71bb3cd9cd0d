import { BatchJournal, type KnownBatch } from './batchJournal.ts';
import {
  BATCH_TIMES,
  BatchRefusedError,
  runBatch,
  sendRows,
  type BatchRunOptions,
  type BatchTimes,
} from './batchRun.ts';
import type { BatchEndpoint, BatchRow, RowResult } from '../batchEndpoint.ts';
import type { StoredRecord } from '../cache/storedRecord.ts';
import type { Role } from '../roles.ts';

/** Requests of one batch at most, and the characters of their file. OpenAI takes 50,000 and 200 MB; answers must fit into memory. */
const MAX_ROWS = 5000;
const MAX_CHARACTERS = 32 << 20;
/** Batches that a request may fail in before it is sent directly. */
const MAX_BATCHES = 2;

/** Whose requests are collected. */
export interface BatchModel {
  role: Role;
  model: string;
  endpoint: string;
  batches: BatchEndpoint;
}

/** A batch was created, goes on, or has ended; "direct": requests that two batches did not answer are sent one by one. */
export interface BatchNews {
  step: 'sent' | 'running' | 'ended' | 'direct';
  role: Role;
  endpoint: string;
  /** The endpoint's name of the batch; undefined for "direct". */
  id?: string;
  rows: number;
  answered: number;
  failed: number;
  /** When the provider gives up, in milliseconds since 1970. */
  expiresAt?: number;
}

export interface BatchQueueOptions {
  /** Stores a record, which comes back through `addRecord`. */
  write: (record: StoredRecord) => void;
  onNews: (news: BatchNews) => void;
  /** Makes the error with which the requests of a batch end that cannot be sent or waited for. */
  onFault: (role: Role, error: unknown) => Error;
  getRemainingMs: () => number;
  /** Whether other requests are on their way, whose answers may lead to more. `asked`: those that are in batches. */
  isBusy: (asked: number) => boolean;
  times?: Partial<BatchTimes> | undefined;
}

interface WaitingRow extends BatchRow {
  cost: KnownBatch['cost'];
  resolve: (body: unknown) => void;
  reject: (error: unknown) => void;
}

/** Requests that are collected for one batch. */
interface Collection {
  model: BatchModel;
  rows: WaitingRow[];
  characters: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Collects requests that are made at the same time and sends them as one batch. What is sent is recorded before anything waits,
 * so a later session fetches the answers instead of asking again.
 */
export class BatchQueue {
  readonly #options: BatchQueueOptions;
  readonly #times: BatchTimes;
  readonly #journal = new BatchJournal();
  readonly #collections = new Map<string, Collection>();
  readonly #runs = new Map<KnownBatch, Promise<ReadonlyMap<string, RowResult>>>();
  /** The roles of which requests are sent directly, because batches did not answer them. */
  readonly #givenUp = new Set<Role>();
  #asked = 0;
  #stop = new AbortController();

  constructor(options: BatchQueueOptions) {
    this.#options = options;
    this.#times = { ...BATCH_TIMES, ...options.times };
  }

  addRecord(record: StoredRecord): void {
    this.#journal.addRecord(record);
  }

  /** Whether a batch that was created has the request, so that its answer is fetched. */
  isAwaited(key: string): boolean {
    return this.#journal.find(key) !== undefined;
  }

  /** Whether a request goes in a batch. One that two batches did not answer is sent directly. */
  takes({ role, endpoint }: BatchModel, key: string): boolean {
    if (this.#journal.countFailures(key) < MAX_BATCHES) return true;
    if (!this.#givenUp.has(role))
      this.#options.onNews({ step: 'direct', role, endpoint, rows: 1, answered: 0, failed: 1 });
    this.#givenUp.add(role);
    return false;
  }

  /** The requests of earlier sessions that have no result yet, with what each is expected to cost. */
  listOpen(): { key: string; cost: KnownBatch['cost'] }[] {
    return this.#journal.listOpen().map(([key, { cost }]) => ({ key, cost }));
  }

  /** Batches that go on at their endpoints. */
  get running(): number {
    return new Set(this.#journal.listOpen().map(([, batch]) => batch)).size;
  }

  /** Sends a request in the next batch, or waits for the one that has it. Returns the body of its answer. */
  async ask(model: BatchModel, row: BatchRow, cost: KnownBatch['cost']): Promise<unknown> {
    const known = this.#journal.find(row.key);
    this.#asked += 1;
    try {
      if (known) return await this.#readResult(model, await this.#getRun(model, known, false), row.key);
      return await new Promise((resolve, reject) => this.#collect(model, { ...row, cost, resolve, reject }));
    } finally {
      this.#asked -= 1;
    }
  }

  /** Sends no batch any more and waits for none. Resolves when what was being sent is recorded. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const { timer } of this.#collections.values()) clearTimeout(timer);
    this.#collections.clear();
    await Promise.allSettled(this.#runs.values());
    this.#runs.clear();
    this.#stop = new AbortController();
  }

  #collect(model: BatchModel, row: WaitingRow): void {
    const name = `${model.role} ${model.model} ${model.endpoint}`;
    const collection = this.#collections.get(name) ?? { model, rows: [], characters: 0, timer: undefined };
    this.#collections.set(name, collection);
    collection.rows.push(row);
    collection.characters += JSON.stringify(row.body).length;
    clearTimeout(collection.timer);
    const isFull = collection.rows.length >= MAX_ROWS || collection.characters >= MAX_CHARACTERS;
    const sendOrWait = (): void => {
      if (!isFull && this.#options.isBusy(this.#asked)) {
        collection.timer = setTimeout(sendOrWait, this.#times.collectMs);
        return;
      }
      this.#collections.delete(name);
      void this.#sendCollection(collection);
    };
    if (isFull) sendOrWait();
    else collection.timer = setTimeout(sendOrWait, this.#times.collectMs);
  }

  async #sendCollection({ model, rows }: Collection): Promise<void> {
    try {
      const batch = await this.#recordBatch(model, rows).catch((error: unknown) => this.#fail(model, error));
      const results = await this.#getRun(model, batch, true);
      for (const { key, resolve, reject } of rows) this.#readResult(model, results, key).then(resolve, reject);
    } catch (error) {
      for (const { reject } of rows) reject(error);
    }
  }

  /** @throws what ends the session of a batch that cannot be waited for */
  #fail(model: BatchModel, error: unknown, batch?: KnownBatch): never {
    this.#stop.signal.throwIfAborted();
    const { role, model: name } = model;
    // refused as a whole, so nothing is to be fetched
    if (batch && error instanceof BatchRefusedError)
      for (const row of this.#journal.listOpenKeys(batch))
        this.#options.write({ role, model: name, failed: 'bad-request', final: true, row });
    throw this.#options.onFault(role, error);
  }

  /** Uploads requests and records the batch that is to be created of them. */
  async #recordBatch({ role, model, endpoint, batches }: BatchModel, rows: readonly WaitingRow[]): Promise<KnownBatch> {
    const file = await sendRows(batches, rows, { times: this.#times, signal: this.#stop.signal });
    this.#stop.signal.throwIfAborted();
    const keys = rows.map(({ key }) => key);
    const sum = (of: keyof KnownBatch['cost']): number => rows.reduce((total, { cost }) => total + cost[of], 0);
    const cost = { tokens: sum('tokens') / rows.length, usd: sum('usd') / rows.length };
    this.#options.write({ role, batch: crypto.randomUUID(), model, endpoint, file, keys, cost });
    const batch = this.#journal.find(keys[0] ?? '');
    if (batch) return batch;
    throw new Error('the batch was not recorded');
  }

  #getRun(model: BatchModel, batch: KnownBatch, isNew: boolean): Promise<ReadonlyMap<string, RowResult>> {
    const run = this.#runs.get(batch) ?? this.#startRun(model, batch, isNew);
    this.#runs.set(batch, run);
    return run;
  }

  async #startRun(model: BatchModel, batch: KnownBatch, isNew: boolean): Promise<ReadonlyMap<string, RowResult>> {
    const { role, endpoint, batches } = model;
    let told = -Infinity;
    const report = (step: BatchNews['step'], id: string, state: Partial<BatchNews> = {}): void =>
      this.#options.onNews({ step, role, endpoint, id, rows: batch.keys.length, answered: 0, failed: 0, ...state });
    const options: BatchRunOptions = {
      times: this.#times,
      isNew,
      signal: this.#stop.signal,
      onId: ({ name }, id) => this.#options.write({ role, batch: name, id }),
      onState: (_, { id, status, answered, failed, expiresAt }) => {
        const isDue = status !== 'running' || performance.now() - told > this.#times.maxPollMs;
        if (!isDue) return;
        const step = status !== 'running' ? 'ended' : told < 0 ? 'sent' : 'running';
        told = performance.now();
        report(step, id, { answered, failed, expiresAt });
      },
      getRemainingMs: this.#options.getRemainingMs,
    };
    return runBatch(batches, batch, options).catch((error: unknown) => this.#fail(model, error, batch));
  }

  async #readResult({ batches }: BatchModel, results: ReadonlyMap<string, RowResult>, key: string): Promise<unknown> {
    return batches.readResult(results.get(key) ?? { reason: 'the batch has no answer to this request' });
  }
}
