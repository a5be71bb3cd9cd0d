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
import { toCheckpointConfig, toWhereClauses, toCheckpointRef } from './checkpointRef.ts';
import type { CheckpointRow } from './sqliteRows.ts';
import { SqliteTables } from './sqliteTables.ts';
import { joinLongTexts, splitLongTexts } from './longTexts.ts';

/** Milliseconds a write waits for company. */
const WRITE_DELAY_MS = 25;

const ChannelHashes = z.record(z.string(), z.string());

/** The type of a value whose long texts are in a table of their own. */
const SPLIT_VALUE_TYPE = 'json, split';

/** Serialises, off the way of the run, and writes. */
type WriteJob = () => Promise<void>;

/** What a checkpoint's channels held: the next one holds the same wherever the version is the same. */
interface SavedChannels {
  id: string;
  versions: Checkpoint['channel_versions'];
  /** Channel → hash of its value. */
  hashes: Record<string, string>;
}

/**
 * A LangGraph checkpointer over Node's own SQLite. Each value is stored once by its content, and so is each long text in it:
 * a field that does not change costs nothing a superstep, one that does costs what is new, and forks cannot collide. (The official saver stores the whole state each time and
 * needs a native module that npm's overrides cannot fix for those who install this package; docs/operations.md.)
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #tables: SqliteTables;
  #waiting: WriteJob[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: { error: unknown } | undefined;
  /** The last checkpoint of each thread and namespace. */
  readonly #held = new Map<string, SavedChannels>();

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
    const { thread, ns = '', id } = toCheckpointRef(config);
    if (thread === undefined) return undefined;
    await this.flush();
    const [row] = this.#tables.checkpoints(toWhereClauses({ thread, ns, id }), 1);
    return row && this.#tuple(row);
  }

  async *list(
    config: RunnableConfig,
    { limit = Infinity, before, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    await this.flush();
    const beforeId = before && toCheckpointRef(before).id;
    const older = beforeId === undefined ? [] : [['id < ?', beforeId] as const];
    let left = limit;
    for (const row of this.#tables.checkpoints([...toWhereClauses(toCheckpointRef(config)), ...older])) {
      const tuple = await this.#tuple(row);
      const metadata: Record<string, unknown> = { ...tuple.metadata };
      if (Object.entries(filter).some(([key, value]) => value !== undefined && metadata[key] !== value)) continue;
      if (left-- <= 0) return;
      yield tuple;
    }
  }

  async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    if (this.#failure) throw this.#failure.error;
    const { thread, ns = '', id: parent = null } = toCheckpointRef(config);
    if (thread === undefined) throw new Error('expected a thread_id in config.configurable, got none');
    // LangGraph hands over copies that it leaves as they are
    this.#later(async () => {
      const { channel_values: _, ...rest } = checkpoint;
      const channels = await this.#keepValues(checkpoint, `${thread}\0${ns}`, parent);
      const [type, body] = await this.serde.dumpsTyped({ ...rest, channel_values: {} });
      const [, meta] = await this.serde.dumpsTyped(metadata);
      this.#tables.keepCheckpoint({ thread, ns, id: checkpoint.id, parent, type, body, meta, channels });
    });
    return toCheckpointConfig(thread, ns, checkpoint.id);
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ''): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const { thread = '', ns = '', id = '' } = toCheckpointRef(config);
    const again = writes.every(([channel]) => channel in WRITES_IDX_MAP);
    this.#later(async () => {
      for (const [i, [channel, value]] of writes.entries()) {
        const idx = WRITES_IDX_MAP[channel] ?? i;
        const hash = await this.#keep(value);
        this.#tables.keepWrite({ thread, ns, id, task, idx, path, channel, hash }, again);
      }
    });
  }

  async deleteThread(thread: string): Promise<void> {
    await this.flush();
    this.#held.clear();
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
  #later(job: WriteJob): void {
    this.#waiting.push(job);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), WRITE_DELAY_MS);
  }

  async #tuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const checkpoint: Checkpoint = await this.serde.loadsTyped(row.type, row.body);
    const hashes = Object.entries(ChannelHashes.parse(JSON.parse(row.channels)));
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
      config: toCheckpointConfig(row.thread, row.ns, row.id),
      checkpoint: { ...checkpoint, channel_values: Object.fromEntries(values) },
      metadata: await this.serde.loadsTyped(row.type, row.meta),
      pendingWrites,
      ...(row.parent !== null && { parentConfig: toCheckpointConfig(row.thread, row.ns, row.parent) }),
    };
  }

  /** Keeps what has changed since the parent; gives the hash of each channel's value, as JSON. */
  async #keepValues(
    { id, channel_values, channel_versions: versions }: Checkpoint,
    line: string,
    parent: string | null,
  ): Promise<string> {
    const before = this.#held.get(line);
    const hashes: Record<string, string> = {};
    for (const [name, value] of Object.entries(channel_values)) {
      const same = before?.id === parent && versions[name] !== undefined && versions[name] === before.versions[name];
      const known = same ? before.hashes[name] : undefined;
      hashes[name] = known ?? (await this.#keep(value));
    }
    this.#held.set(line, { id, versions, hashes });
    return JSON.stringify(hashes);
  }

  /** Keeps a value and the long texts in it; gives its hash. */
  async #keep(value: unknown): Promise<string> {
    const parts = splitLongTexts(value);
    for (const [name, text] of parts?.texts ?? []) this.#tables.keepText(name, text);
    const [type, data] = parts
      ? [parts.texts.size ? SPLIT_VALUE_TYPE : 'json', Buffer.from(parts.skeleton)]
      : await this.serde.dumpsTyped(value);
    const hash = digest('sha256', Buffer.concat([Buffer.from(`${type}\0`), data]), 'base64');
    this.#tables.keepValue({ hash, type, data });
    return hash;
  }

  async #value(hash: string): Promise<unknown> {
    const row = this.#tables.value(hash);
    if (row?.type !== SPLIT_VALUE_TYPE) return row && this.serde.loadsTyped(row.type, row.data);
    return this.serde.loadsTyped(
      'json',
      joinLongTexts(row.data, (name) => this.#tables.text(name)),
    );
  }
}
