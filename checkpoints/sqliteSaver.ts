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
import { SavedValues } from './savedValues.ts';
import { SqliteTables } from './sqliteTables.ts';
import { WriteQueue } from './writeQueue.ts';

const ChannelHashes = z.record(z.string(), z.string());

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
  readonly #values: SavedValues;
  readonly #queue: WriteQueue;

  /**
   * @param path a file, or ":memory:"
   * @param onDamaged called if the file cannot be read as a database
   * @throws CheckpointsError
   */
  constructor(path: string, onDamaged?: () => void) {
    super();
    this.#tables = new SqliteTables(path, onDamaged);
    this.#values = new SavedValues(this.#tables, this.serde);
    this.#queue = new WriteQueue((jobs) => this.#tables.runTransaction(jobs));
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
    this.#queue.throwIfFailed();
    const { thread, ns = '', id: parent = null } = toCheckpointRef(config);
    if (thread === undefined) throw new Error('config.configurable.thread_id: expected a text, found none');
    // a first checkpoint has no values but new ones; a copy has all those of its original
    const isFirst = parent === null && metadata.source !== 'fork';
    const values = Object.entries(checkpoint.channel_values).filter(
      ([name]) => !isFirst || !newVersions || name in newVersions,
    );
    // LangGraph passes copies, which it does not change afterwards
    this.#queue.add(async () => {
      const channels = await this.#values.saveChannels(checkpoint, values, `${thread}\0${ns}`, parent);
      const { channel_values: _, ...rest } = checkpoint;
      const [type, body] = await this.serde.dumpsTyped({ ...rest, channel_values: {} });
      const [, meta] = await this.serde.dumpsTyped(metadata);
      this.#tables.saveCheckpoint({ thread, ns, id: checkpoint.id, parent, type, body, meta, channels });
    });
    return toCheckpointConfig(thread, ns, checkpoint.id);
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ''): Promise<void> {
    this.#queue.throwIfFailed();
    const { thread, ns = '', id } = toCheckpointRef(config);
    if (thread === undefined || id === undefined)
      throw new Error('config.configurable: expected a thread_id and a checkpoint_id, found only one or none');
    const replace = writes.every(([channel]) => channel in WRITES_IDX_MAP);
    this.#queue.add(async () => {
      for (const [i, [channel, value]] of writes.entries()) {
        const idx = WRITES_IDX_MAP[channel] ?? i;
        const hash = await this.#values.save(value);
        this.#tables.saveWrite({ thread, ns, id, task, idx, path, channel, hash }, replace);
      }
    });
  }

  async deleteThread(thread: string): Promise<void> {
    await this.flush();
    this.#values.forgetChannels();
    await this.#tables.runTransaction([async () => this.#tables.deleteThread(thread)]);
  }

  /** Saves what is pending. @throws the error of a failed write, such as a full disk */
  flush(): Promise<void> {
    return this.#queue.flush();
  }

  async #loadTuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const checkpoint: Checkpoint = await this.serde.loadsTyped(row.type, row.body);
    const hashes = Object.entries(ChannelHashes.parse(JSON.parse(row.channels)));
    const values = await Promise.all(
      hashes.map(async ([name, hash]) => [name, await this.#values.load(hash)] as const),
    );
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
        await this.#values.load(hash),
      ]),
    );
  }
}
