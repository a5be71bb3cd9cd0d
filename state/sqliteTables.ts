import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

const SCHEMA = `
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists value (hash text primary key, type text not null, data blob not null) without rowid;
create table if not exists checkpoint (
  thread text, ns text, id text, parent text, type text, body blob, meta blob, channels text, primary key (thread, ns, id)) without rowid;
create table if not exists write (
  thread text, ns text, id text, task text, idx integer, path text, channel text, hash text, primary key (thread, ns, id, task, idx)) without rowid;`;

/** A checkpoint without its values: `channels` is JSON, channel → hash of its value. */
export interface CheckpointRow {
  thread: string;
  ns: string;
  id: string;
  parent: string | null;
  type: string;
  body: Uint8Array;
  meta: Uint8Array;
  channels: string;
}

/** A task's write that waits for its superstep to end. */
export interface WriteRow {
  thread: string;
  ns: string;
  id: string;
  task: string;
  idx: number;
  path: string;
  channel: string;
  hash: string;
}

/** A value under the hash of its content. */
export interface ValueRow {
  hash: string;
  type: string;
  data: Uint8Array;
}

/** The three tables of the SQLite checkpointer. */
export class SqliteTables {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(SCHEMA);
  }

  close(): void {
    this.#db.close();
  }

  /** All the jobs or none of them. */
  transaction(jobs: readonly (() => void)[]): void {
    this.#db.exec('begin immediate');
    try {
      for (const job of jobs) job();
      this.#db.exec('commit');
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }

  /** Checkpoints that meet every condition, newest first. */
  checkpoints(conditions: readonly (readonly [sql: string, value: string])[], limit = -1): CheckpointRow[] {
    const where = conditions.length ? `where ${conditions.map(([sql]) => sql).join(' and ')}` : '';
    const sql = `select * from checkpoint ${where} order by id desc limit ?`;
    return this.#rows<CheckpointRow>(sql, ...conditions.map(([, value]) => value), limit);
  }

  writesOf({ thread, ns, id }: Pick<CheckpointRow, 'thread' | 'ns' | 'id'>): WriteRow[] {
    return this.#rows<WriteRow>('select * from write where thread = ? and ns = ? and id = ?', thread, ns, id);
  }

  value(hash: string): ValueRow | undefined {
    return this.#rows<ValueRow>('select * from value where hash = ?', hash)[0];
  }

  keepValue({ hash, type, data }: ValueRow): void {
    this.#run('insert or ignore into value values (?, ?, ?)', hash, type, data);
  }

  keepCheckpoint({ thread, ns, id, parent, type, body, meta, channels }: CheckpointRow): void {
    const sql = 'insert or replace into checkpoint values (?, ?, ?, ?, ?, ?, ?, ?)';
    this.#run(sql, thread, ns, id, parent, type, body, meta, channels);
  }

  /** `again`: whether a write at the same place is replaced, or the first one stays. */
  keepWrite({ thread, ns, id, task, idx, path, channel, hash }: WriteRow, again: boolean): void {
    const sql = `insert or ${again ? 'replace' : 'ignore'} into write values (?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#run(sql, thread, ns, id, task, idx, path, channel, hash);
  }

  deleteThread(thread: string): void {
    for (const table of ['checkpoint', 'write']) this.#run(`delete from ${table} where thread = ?`, thread);
  }

  #rows<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tables are ours
    return this.#db.prepare(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }
}
