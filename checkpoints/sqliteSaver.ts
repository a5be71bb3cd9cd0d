import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  compareWritesSortKeys,
  maxChannelVersion,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';
import { z } from 'zod';
import { toCheckpointConfig, toWhereClauses, toCheckpointRef } from './checkpointRef.ts';
import type { CheckpointRow } from './sqliteRows.ts';
import { hashValue, SqliteTables } from './sqliteTables.ts';
import { joinLongTexts, splitLongTexts } from './longTexts.ts';

/** How long writes are collected before they are saved in one transaction. */
const WRITE_DELAY_MS = 25;

const ChannelHashes = z.record(z.string(), z.string());

/** The type of a value whose long texts are in their own table. */
const SPLIT_VALUE_TYPE = 'json, split';

/** Serializes and saves values, after the step that produced them. */
type WriteJob = () => Promise<void>;

/** The values of a thread's last checkpoint. A channel of the next one with the same version has the same value. */
interface SavedChannels {
  id: string;
  versions: Checkpoint['channel_versions'];
  /** Channel → hash of its value. */
  hashes: Record<string, string>;
}

/** LangGraph's checkpoints below this version have their pending sends in the writes of their parent. */
const SENDS_IN_CHANNEL_VERSION = 4;

/**
 * A LangGraph checkpointer on Node's own SQLite. It saves each value once, under the hash of its content, and so each long text inside a value.
 * So an unchanged channel takes no space in the next checkpoint, and the branches of a fork never overwrite each other.
 *
 * @example
 * import { drpo, paperNodes } from 'drpo';
 * import { SqliteSaver } from 'drpo/checkpoints';
 * import { createSimulatedModels } from 'drpo/simulated';
 *
 * const checkpointer = new SqliteSaver(':memory:');
 * const graph = drpo(paperNodes(createSimulatedModels()), { depth: 2, final: null, checkpointer });
 * await graph.invoke({ queries: ['How do tides work?', 'Plan a picnic.'] }, { configurable: { thread_id: 'a' } });
 * const { values } = await graph.getState({ configurable: { thread_id: 'a' } });
 * console.log(values.bestPrompt);
 * await checkpointer.close();
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #tables: SqliteTables;
  #pendingJobs: WriteJob[] = [];
  #lastWrite: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: { error: unknown } | undefined;
  /** By thread and namespace. */
  readonly #savedChannels = new Map<string, SavedChannels>();

  /**
   * @param path a file, or ":memory:"
   * @param onDamaged called if the file cannot be read as a database
   * @throws CheckpointsError
   */
  constructor(path: string, onDamaged?: () => void) {
    super();
    this.#tables = new SqliteTables(path, onDamaged);
  }

  /** Saves what is pending and closes the database. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.#tables.close();
    }
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread, ns = '', id } = toCheckpointRef(config);
    if (thread === undefined) return undefined;
    await this.flush();
    const [row] = this.#tables.listCheckpoints(toWhereClauses({ thread, ns, id }), 1);
    return row && this.#loadTuple(row);
  }

  async *list(
    config: RunnableConfig,
    { limit = Infinity, before, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    await this.flush();
    const beforeId = before && toCheckpointRef(before).id;
    const older = beforeId === undefined ? [] : [['id < ?', beforeId] as const];
    let left = limit;
    for (const row of this.#tables.listCheckpoints([...toWhereClauses(toCheckpointRef(config)), ...older])) {
      const tuple = await this.#loadTuple(row);
      const metadata: Record<string, unknown> = { ...tuple.metadata };
      if (Object.entries(filter).some(([key, value]) => value !== undefined && metadata[key] !== value)) continue;
      if (left-- <= 0) return;
      yield tuple;
    }
  }

  async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions?: ChannelVersions,
  ): Promise<RunnableConfig> {
    if (this.#failure) throw this.#failure.error;
    const { thread, ns = '', id: parent = null } = toCheckpointRef(config);
    if (thread === undefined) throw new Error('config.configurable.thread_id: expected a text, found none');
    // a first checkpoint has no values but new ones; a copy has all those of its original
    const isFirst = parent === null && metadata.source !== 'fork';
    const values = Object.entries(checkpoint.channel_values).filter(
      ([name]) => !isFirst || !newVersions || name in newVersions,
    );
    // LangGraph passes copies, which it does not change afterwards
    this.#enqueue(async () => {
      const channels = await this.#saveChannels(checkpoint, values, `${thread}\0${ns}`, parent);
      const { channel_values: _, ...rest } = checkpoint;
      const [type, body] = await this.serde.dumpsTyped({ ...rest, channel_values: {} });
      const [, meta] = await this.serde.dumpsTyped(metadata);
      this.#tables.saveCheckpoint({ thread, ns, id: checkpoint.id, parent, type, body, meta, channels });
    });
    return toCheckpointConfig(thread, ns, checkpoint.id);
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ''): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const { thread, ns = '', id } = toCheckpointRef(config);
    if (thread === undefined || id === undefined)
      throw new Error('config.configurable: expected a thread_id and a checkpoint_id, found only one or none');
    const replace = writes.every(([channel]) => channel in WRITES_IDX_MAP);
    this.#enqueue(async () => {
      for (const [i, [channel, value]] of writes.entries()) {
        const idx = WRITES_IDX_MAP[channel] ?? i;
        const hash = await this.#saveValue(value);
        this.#tables.saveWrite({ thread, ns, id, task, idx, path, channel, hash }, replace);
      }
    });
  }

  async deleteThread(thread: string): Promise<void> {
    await this.flush();
    this.#savedChannels.clear();
    await this.#tables.runTransaction([async () => this.#tables.deleteThread(thread)]);
  }

  /** Saves what is pending. @throws the error of a failed write, such as a full disk */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const jobs = this.#pendingJobs.splice(0);
    if (jobs.length) this.#lastWrite = this.#lastWrite.then(() => this.#tables.runTransaction(jobs));
    await this.#lastWrite.catch((error: unknown) => {
      this.#failure = { error };
      throw error;
    });
  }

  /** Saving waits until the next model calls have started. A crash until then costs nothing, because answers are in the cache. */
  #enqueue(job: WriteJob): void {
    this.#pendingJobs.push(job);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), WRITE_DELAY_MS);
  }

  async #loadTuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const checkpoint: Checkpoint = await this.serde.loadsTyped(row.type, row.body);
    const hashes = Object.entries(ChannelHashes.parse(JSON.parse(row.channels)));
    const values = await Promise.all(hashes.map(async ([name, hash]) => [name, await this.#loadValue(hash)] as const));
    const loaded = { ...checkpoint, channel_values: Object.fromEntries(values) };
    return {
      config: toCheckpointConfig(row.thread, row.ns, row.id),
      checkpoint: checkpoint.v < SENDS_IN_CHANNEL_VERSION ? await this.#addParentSends(loaded, row) : loaded,
      metadata: await this.serde.loadsTyped(row.type, row.meta),
      pendingWrites: await this.#loadWrites(row),
      ...(row.parent !== null && { parentConfig: toCheckpointConfig(row.thread, row.ns, row.parent) }),
    };
  }

  /** A checkpoint of an old format with the sends that its parent left pending. */
  async #addParentSends(checkpoint: Checkpoint, { thread, ns, parent }: CheckpointRow): Promise<Checkpoint> {
    if (parent === null) return checkpoint;
    const writes = await this.#loadWrites({ thread, ns, id: parent });
    const versions = Object.values(checkpoint.channel_versions);
    const version = versions.length ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
    return {
      ...checkpoint,
      channel_values: {
        ...checkpoint.channel_values,
        [TASKS]: writes.flatMap(([, channel, value]) => (channel === TASKS ? [value] : [])),
      },
      channel_versions: { ...checkpoint.channel_versions, [TASKS]: version },
    };
  }

  /** The writes of a checkpoint's tasks, in the order of the tasks. */
  async #loadWrites(ref: Pick<CheckpointRow, 'thread' | 'ns' | 'id'>): Promise<[string, string, unknown][]> {
    const writes = this.#tables
      .listWrites(ref)
      .toSorted((a, b) =>
        compareWritesSortKeys(writesSortKey(a.path, a.task, a.idx), writesSortKey(b.path, b.task, b.idx)),
      );
    return Promise.all(
      writes.map(async ({ task, channel, hash }): Promise<[string, string, unknown]> => [
        task,
        channel,
        await this.#loadValue(hash),
      ]),
    );
  }

  /** Saves the values that changed since the parent. Returns JSON: channel → hash of its value. */
  async #saveChannels(
    { id, channel_versions: versions }: Checkpoint,
    values: readonly [string, unknown][],
    line: string,
    parent: string | null,
  ): Promise<string> {
    const before = this.#savedChannels.get(line);
    const hashes: Record<string, string> = {};
    for (const [name, value] of values) {
      const isSame = before?.id === parent && versions[name] !== undefined && versions[name] === before.versions[name];
      const known = isSame ? before.hashes[name] : undefined;
      hashes[name] = known ?? (await this.#saveValue(value));
    }
    this.#savedChannels.set(line, { id, versions, hashes });
    return JSON.stringify(hashes);
  }

  /** Saves a value and its long texts. Returns the value's hash. */
  async #saveValue(value: unknown): Promise<string> {
    const parts = splitLongTexts(value);
    for (const [textHash, text] of parts?.texts ?? []) this.#tables.saveText(textHash, text);
    const [type, data] = parts
      ? [parts.texts.size ? SPLIT_VALUE_TYPE : 'json', Buffer.from(parts.skeleton)]
      : await this.serde.dumpsTyped(value);
    const hash = hashValue(type, data);
    this.#tables.saveValue({ hash, type, data });
    return hash;
  }

  async #loadValue(hash: string): Promise<unknown> {
    const row = this.#tables.findValue(hash);
    if (row.type !== SPLIT_VALUE_TYPE) return this.serde.loadsTyped(row.type, row.data);
    const json = joinLongTexts(row.data, (textHash) => this.#tables.readText(textHash));
    return this.serde.loadsTyped('json', json);
  }
}
