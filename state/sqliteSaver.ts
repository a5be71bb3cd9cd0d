import { createHash } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
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

const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists value (hash text primary key, type text not null, data blob not null) without rowid;
create table if not exists checkpoint (
  thread text, ns text, id text, parent text, type text, body blob, meta blob, channels text, primary key (thread, ns, id)) without rowid;
create table if not exists write (
  thread text, ns text, id text, task text, idx integer, path text, channel text, hash text, primary key (thread, ns, id, task, idx)) without rowid;`;

interface CheckpointRow {
  thread: string;
  ns: string;
  id: string;
  parent: string | null;
  type: string;
  body: Uint8Array;
  meta: Uint8Array;
  channels: string;
}
interface WriteRow {
  task: string;
  idx: number;
  path: string;
  channel: string;
  hash: string;
}
type Stored = [hash: string, type: string, data: Uint8Array];

/**
 * A LangGraph checkpointer over Node's own SQLite. Each value is stored once by its content, so a field that does not
 * change costs nothing a superstep, and forks cannot collide. (The official saver stores the whole state each time and
 * needs a native module that npm's overrides cannot fix for those who install this package; docs/operations.md.)
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #db: DatabaseSync;

  /** @param path a file, or ":memory:" */
  constructor(path: string) {
    super();
    this.#db = new DatabaseSync(path);
    this.#db.exec(SCHEMA);
  }

  close(): void {
    this.#db.close();
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread, ns, id } = placeOf(config);
    if (thread === undefined) return undefined;
    const where = id === undefined ? 'order by id desc limit 1' : 'and id = ?';
    const row = this.#rows<CheckpointRow>(`select * from checkpoint where thread = ? and ns = ? ${where}`, thread, ns ?? '', ...(id === undefined ? [] : [id]))[0];
    return row && this.#tuple(row);
  }

  async *list(config: RunnableConfig, { limit = Infinity, before, filter = {} }: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread, ns, id } = placeOf(config);
    const wanted = [
      ['thread = ?', thread],
      ['ns = ?', ns],
      ['id = ?', id],
      ['id < ?', before && placeOf(before).id],
    ].flatMap(([sql, value]) => (value === undefined ? [] : [[String(sql), value] as const]));
    const where = wanted.length ? `where ${wanted.map(([sql]) => sql).join(' and ')}` : '';
    let left = limit;
    for (const row of this.#rows<CheckpointRow>(`select * from checkpoint ${where} order by id desc`, ...wanted.map(([, value]) => value))) {
      const tuple = await this.#tuple(row);
      const metadata: Record<string, unknown> = { ...tuple.metadata };
      if (Object.entries(filter).some(([key, value]) => value !== undefined && metadata[key] !== value)) continue;
      if (left-- <= 0) return;
      yield tuple;
    }
  }

  async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    const { thread, ns = '', id: parent = null } = placeOf(config);
    if (thread === undefined) throw new Error('expected a thread_id in config.configurable, got none');
    const { channel_values, ...rest } = checkpoint;
    const [[type, body], [, meta]] = await Promise.all([this.serde.dumpsTyped({ ...rest, channel_values: {} }), this.serde.dumpsTyped(metadata)]);
    const channels = await Promise.all(Object.entries(channel_values).map(async ([name, value]) => [name, await this.#stored(value)] as const));
    this.#transaction(() => {
      this.#keep(channels.map(([, stored]) => stored));
      const hashes = JSON.stringify(Object.fromEntries(channels.map(([name, [hash]]) => [name, hash])));
      this.#run('insert or replace into checkpoint values (?, ?, ?, ?, ?, ?, ?, ?)', thread, ns, checkpoint.id, parent, type, body, meta, hashes);
    });
    return at(thread, ns, checkpoint.id);
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ''): Promise<void> {
    const { thread, ns = '', id } = placeOf(config);
    const rows = await Promise.all(writes.map(async ([channel, value], i) => ({ idx: WRITES_IDX_MAP[channel] ?? i, channel, stored: await this.#stored(value) })));
    const verb = writes.every(([channel]) => channel in WRITES_IDX_MAP) ? 'replace' : 'ignore';
    this.#transaction(() => {
      this.#keep(rows.map((row) => row.stored));
      for (const { idx, channel, stored } of rows)
        this.#run(`insert or ${verb} into write values (?, ?, ?, ?, ?, ?, ?, ?)`, thread ?? '', ns, id ?? '', task, idx, path, channel, stored[0]);
    });
  }

  async deleteThread(thread: string): Promise<void> {
    this.#transaction(() => {
      for (const table of ['checkpoint', 'write']) this.#run(`delete from ${table} where thread = ?`, thread);
    });
  }

  async #tuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const checkpoint: Checkpoint = await this.serde.loadsTyped(row.type, row.body);
    const hashes = Object.entries(JSON.parse(row.channels) as Record<string, string>);
    checkpoint.channel_values = Object.fromEntries(await Promise.all(hashes.map(async ([name, hash]) => [name, await this.#value(hash)] as const)));
    const writes = this.#rows<WriteRow>('select task, idx, path, channel, hash from write where thread = ? and ns = ? and id = ?', row.thread, row.ns, row.id);
    writes.sort((a, b) => compareWritesSortKeys(writesSortKey(a.path, a.task, a.idx), writesSortKey(b.path, b.task, b.idx)));
    const pendingWrites = await Promise.all(writes.map(async (w): Promise<[string, string, unknown]> => [w.task, w.channel, await this.#value(w.hash)]));
    return {
      config: at(row.thread, row.ns, row.id),
      checkpoint,
      metadata: await this.serde.loadsTyped(row.type, row.meta),
      pendingWrites,
      ...(row.parent !== null && { parentConfig: at(row.thread, row.ns, row.parent) }),
    };
  }

  async #stored(value: unknown): Promise<Stored> {
    const [type, data] = await this.serde.dumpsTyped(value);
    return [createHash('sha256').update(type).update('\0').update(data).digest('base64'), type, data];
  }

  #keep(values: readonly Stored[]): void {
    for (const stored of values) this.#run('insert or ignore into value values (?, ?, ?)', ...stored);
  }

  async #value(hash: string): Promise<unknown> {
    const [row] = this.#rows<{ type: string; data: Uint8Array }>('select type, data from value where hash = ?', hash);
    return row && this.serde.loadsTyped(row.type, row.data);
  }

  #rows<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#db.prepare(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }

  #transaction(work: () => void): void {
    this.#db.exec('begin immediate');
    try {
      work();
      this.#db.exec('commit');
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }
}

interface Place {
  thread: string | undefined;
  ns: string | undefined;
  id: string | undefined;
}

const placeOf = ({ configurable = {} }: RunnableConfig): Place => ({
  thread: text(configurable['thread_id']),
  ns: text(configurable['checkpoint_ns']),
  id: text(configurable['checkpoint_id']),
});
const text = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : String(value));
const at = (thread: string, ns: string, id: string): RunnableConfig => ({ configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id } });
