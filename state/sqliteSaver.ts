import { hash as digest } from 'node:crypto';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  compareWritesSortKeys,
  WRITES_IDX_MAP,
  writesSortKey,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';
import { z } from 'zod';
import { at, conditions, placeOf } from './place.ts';
import type { CheckpointRow, ValueRow } from './sqliteRows.ts';
import { SqliteTables } from './sqliteTables.ts';
import { join, split, type Split } from './texts.ts';

/** Milliseconds a write waits for company. */
const PATIENCE_MS = 25;

const Hashes = z.record(z.string(), z.string());

/** The type of a value whose long texts are in a table of their own. */
const SPLIT = 'json, split';

/** A value as it is stored: the row, and the long texts it refers to. */
type Stored = ValueRow & Pick<Split, 'texts'>;

/** Serialises, off the way of the run, and writes. */
type Job = () => Promise<void>;

/**
 * A LangGraph checkpointer over Node's own SQLite. Each value is stored once by its content, and so is each long text in it:
 * a field that does not change costs nothing a superstep, one that does costs what is new, and forks cannot collide. (The official saver stores the whole state each time and
 * needs a native module that npm's overrides cannot fix for those who install this package; docs/operations.md.)
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #tables: SqliteTables;
  #waiting: Job[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: { error: unknown } | undefined;

  /** @param path a file, or ":memory:" */
  /** @param onDamaged told where the file cannot be read as a database */
  constructor(path: string, onDamaged?: () => void) {
    super();
    this.#tables = new SqliteTables(path, onDamaged);
  }

  async close(): Promise<void> {
    await this.flush();
    this.#tables.close();
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread, ns = '', id } = placeOf(config);
    if (thread === undefined) return undefined;
    await this.flush();
    const [row] = this.#tables.checkpoints(conditions({ thread, ns, id }), 1);
    return row && this.#tuple(row);
  }

  async *list(
    config: RunnableConfig,
    { limit = Infinity, before, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    await this.flush();
    const beforeId = before && placeOf(before).id;
    const older = beforeId === undefined ? [] : [['id < ?', beforeId] as const];
    let left = limit;
    for (const row of this.#tables.checkpoints([...conditions(placeOf(config)), ...older])) {
      const tuple = await this.#tuple(row);
      const metadata: Record<string, unknown> = { ...tuple.metadata };
      if (Object.entries(filter).some(([key, value]) => value !== undefined && metadata[key] !== value)) continue;
      if (left-- <= 0) return;
      yield tuple;
    }
  }

  async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    if (this.#failure) throw this.#failure.error;
    const { thread, ns = '', id: parent = null } = placeOf(config);
    if (thread === undefined) throw new Error('expected a thread_id in config.configurable, got none');
    const { channel_values, ...rest } = checkpoint;
    const [[type, body], [, meta]] = await Promise.all([
      this.serde.dumpsTyped({ ...rest, channel_values: {} }),
      this.serde.dumpsTyped(metadata),
    ]);
    const values = Object.entries(channel_values);
    this.#later(async () => {
      const stored = await Promise.all(values.map(async ([name, value]) => [name, await this.#stored(value)] as const));
      const channels = JSON.stringify(Object.fromEntries(stored.map(([name, { hash }]) => [name, hash])));
      for (const [, value] of stored) this.#keep(value);
      this.#tables.keepCheckpoint({ thread, ns, id: checkpoint.id, parent, type, body, meta, channels });
    });
    return at(thread, ns, checkpoint.id);
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ''): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const { thread = '', ns = '', id = '' } = placeOf(config);
    const again = writes.every(([channel]) => channel in WRITES_IDX_MAP);
    this.#later(async () => {
      const stored = await Promise.all(
        writes.map(async ([channel, value]) => [channel, await this.#stored(value)] as const),
      );
      for (const [i, [channel, value]] of stored.entries()) {
        this.#keep(value);
        const idx = WRITES_IDX_MAP[channel] ?? i;
        this.#tables.keepWrite({ thread, ns, id, task, idx, path, channel, hash: value.hash }, again);
      }
    });
  }

  async deleteThread(thread: string): Promise<void> {
    await this.flush();
    await this.#tables.transaction([async () => this.#tables.deleteThread(thread)]);
  }

  /** Writes what is waiting. @throws the error of a write that failed, a full disk for one */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const jobs = this.#waiting.splice(0);
    if (jobs.length) this.#writing = this.#writing.then(() => this.#tables.transaction(jobs));
    await this.#writing.catch((error: unknown) => {
      this.#failure = { error };
      throw error;
    });
  }

  /** Serialising and writing wait until the next model calls are on their way: the answers are kept elsewhere already. */
  #later(job: Job): void {
    this.#waiting.push(job);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), PATIENCE_MS);
  }

  async #tuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const checkpoint: Checkpoint = await this.serde.loadsTyped(row.type, row.body);
    const hashes = Object.entries(Hashes.parse(JSON.parse(row.channels)));
    const values = await Promise.all(hashes.map(async ([name, hash]) => [name, await this.#value(hash)] as const));
    const writes = this.#tables
      .writesOf(row)
      .toSorted((a, b) =>
        compareWritesSortKeys(writesSortKey(a.path, a.task, a.idx), writesSortKey(b.path, b.task, b.idx)),
      );
    const pendingWrites = await Promise.all(
      writes.map(async (w): Promise<[string, string, unknown]> => [w.task, w.channel, await this.#value(w.hash)]),
    );
    return {
      config: at(row.thread, row.ns, row.id),
      checkpoint: { ...checkpoint, channel_values: Object.fromEntries(values) },
      metadata: await this.serde.loadsTyped(row.type, row.meta),
      pendingWrites,
      ...(row.parent !== null && { parentConfig: at(row.thread, row.ns, row.parent) }),
    };
  }

  async #stored(value: unknown): Promise<Stored> {
    const [type, whole] = await this.serde.dumpsTyped(value);
    const { skeleton: data, texts } = type === 'json' ? split(whole) : { skeleton: whole, texts: NONE };
    const kept = texts.size ? SPLIT : type;
    return {
      hash: digest('sha256', Buffer.concat([Buffer.from(`${kept}\0`), data]), 'base64'),
      type: kept,
      data,
      texts,
    };
  }

  #keep({ texts, ...value }: Stored): void {
    for (const [hash, text] of texts) this.#tables.keepText(hash, text);
    this.#tables.keepValue(value);
  }

  async #value(hash: string): Promise<unknown> {
    const row = this.#tables.value(hash);
    if (row?.type !== SPLIT) return row && this.serde.loadsTyped(row.type, row.data);
    return this.serde.loadsTyped(
      'json',
      join(row.data, (name) => this.#tables.text(name)),
    );
  }
}

const NONE: Split['texts'] = new Map();
