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
import { z } from 'zod';

const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists value (hash text primary key, type text not null, data blob not null) without rowid;
create table if not exists checkpoint (
  thread text, ns text, id text, parent text, type text, body blob, meta blob, channels text, primary key (thread, ns, id)) without rowid;
create table if not exists write (
  thread text, ns text, id text, task text, idx integer, path text, channel text, hash text, primary key (thread, ns, id, task, idx)) without rowid;`;

/** Milliseconds a write waits for company. */
const PATIENCE_MS = 25;

const Hashes = z.record(z.string(), z.string());

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
  #waiting: (() => Promise<() => void>)[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** @param path a file, or ":memory:" */
  constructor(path: string) {
    super();
    this.#db = new DatabaseSync(path);
    this.#db.exec(SCHEMA);
  }

  async close(): Promise<void> {
    await this.flush();
    this.#db.close();
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread, ns, id } = placeOf(config);
    if (thread === undefined) return undefined;
    await this.flush();
    const where = id === undefined ? 'order by id desc limit 1' : 'and id = ?';
    const row = this.#rows<CheckpointRow>(
      `select * from checkpoint where thread = ? and ns = ? ${where}`,
      thread,
      ns ?? '',
      ...(id === undefined ? [] : [id]),
    )[0];
    return row && this.#tuple(row);
  }

  async *list(
    config: RunnableConfig,
    { limit = Infinity, before, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    await this.flush();
    const { thread, ns, id } = placeOf(config);
    const wanted = [
      ['thread = ?', thread],
      ['ns = ?', ns],
      ['id = ?', id],
      ['id < ?', before && placeOf(before).id],
    ].flatMap(([sql, value]) => (value === undefined ? [] : [[String(sql), value] as const]));
    const where = wanted.length ? `where ${wanted.map(([sql]) => sql).join(' and ')}` : '';
    let left = limit;
    for (const row of this.#rows<CheckpointRow>(
      `select * from checkpoint ${where} order by id desc`,
      ...wanted.map(([, value]) => value),
    )) {
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
    const [[type, body], [, meta]] = await Promise.all([
      this.serde.dumpsTyped({ ...rest, channel_values: {} }),
      this.serde.dumpsTyped(metadata),
    ]);
    const values = Object.entries(channel_values);
    this.#later(async () => {
      const stored = await Promise.all(values.map(async ([name, value]) => [name, await this.#stored(value)] as const));
      return () => {
        this.#keep(stored.map(([, one]) => one));
        const hashes = JSON.stringify(Object.fromEntries(stored.map(([name, [hash]]) => [name, hash])));
        this.#run(
          'insert or replace into checkpoint values (?, ?, ?, ?, ?, ?, ?, ?)',
          thread,
          ns,
          checkpoint.id,
          parent,
          type,
          body,
          meta,
          hashes,
        );
      };
    });
    return at(thread, ns, checkpoint.id);
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ''): Promise<void> {
    const { thread = '', ns = '', id = '' } = placeOf(config);
    const verb = writes.every(([channel]) => channel in WRITES_IDX_MAP) ? 'replace' : 'ignore';
    this.#later(async () => {
      const stored = await Promise.all(writes.map(async ([, value]) => this.#stored(value)));
      return () => {
        this.#keep(stored);
        for (const [i, [channel]] of writes.entries())
          this.#run(
            `insert or ${verb} into write values (?, ?, ?, ?, ?, ?, ?, ?)`,
            thread,
            ns,
            id,
            task,
            WRITES_IDX_MAP[channel] ?? i,
            path,
            channel,
            stored[i]?.[0] ?? '',
          );
      };
    });
  }

  /** Writes what is waiting. @throws the error of a write that failed, a full disk for one */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const jobs = this.#waiting.splice(0);
    if (jobs.length)
      this.#writing = this.#writing.then(async () => this.#write(await Promise.all(jobs.map((job) => job()))));
    await this.#writing;
  }

  /** Serialising and writing wait until the next model calls are on their way: the answers are kept elsewhere already. */
  #later(job: () => Promise<() => void>): void {
    this.#waiting.push(job);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), PATIENCE_MS);
  }

  #write(jobs: readonly (() => void)[]): void {
    this.#db.exec('begin immediate');
    try {
      for (const job of jobs) job();
      this.#db.exec('commit');
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }

  async deleteThread(thread: string): Promise<void> {
    await this.flush();
    this.#write(
      ['checkpoint', 'write'].map((table) => () => this.#run(`delete from ${table} where thread = ?`, thread)),
    );
  }

  async #tuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const checkpoint: Checkpoint = await this.serde.loadsTyped(row.type, row.body);
    const hashes = Object.entries(Hashes.parse(JSON.parse(row.channels)));
    checkpoint.channel_values = Object.fromEntries(
      await Promise.all(hashes.map(async ([name, hash]) => [name, await this.#value(hash)] as const)),
    );
    const writes = this.#rows<WriteRow>(
      'select task, idx, path, channel, hash from write where thread = ? and ns = ? and id = ?',
      row.thread,
      row.ns,
      row.id,
    );
    writes.sort((a, b) =>
      compareWritesSortKeys(writesSortKey(a.path, a.task, a.idx), writesSortKey(b.path, b.task, b.idx)),
    );
    const pendingWrites = await Promise.all(
      writes.map(async (w): Promise<[string, string, unknown]> => [w.task, w.channel, await this.#value(w.hash)]),
    );
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
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tables are ours
    return this.#db.prepare(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
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
const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
const at = (thread: string, ns: string, id: string): RunnableConfig => ({
  configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id },
});
