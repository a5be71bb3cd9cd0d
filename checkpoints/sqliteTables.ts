import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { CheckpointsError, toErrorMessage } from '../state/failure.ts';
import type { CheckpointRow, ValueRow, WriteRow } from './sqliteRows.ts';

const SCHEMA_SQL = `
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists value (hash text primary key, type text not null, data blob not null);
create table if not exists text (hash text primary key, data blob not null);
create table if not exists checkpoint (
  thread text, ns text, id text, parent text, type text, body blob, meta blob, channels text, primary key (thread, ns, id)) without rowid;
create table if not exists write (
  thread text, ns text, id text, task text, idx integer, path text, channel text, hash text, primary key (thread, ns, id, task, idx)) without rowid;`;

/** Texts of which it is remembered that they are there. */
const MAX_REMEMBERED_TEXTS = 10_000;

/** SQLite's codes for a file that is damaged, or no database at all. */
const DamagedFileError = z.object({ errcode: z.union([z.literal(11), z.literal(26)]) });

/** The tables of the SQLite checkpointer. Rows of old folders are read as they are. @throws CheckpointsError */
export class SqliteTables {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #onDamaged: () => void;
  readonly #statements = new Map<string, StatementSync>();
  readonly #texts = new Set<string>();

  /** @param onDamaged told where the file cannot be read as a database */
  constructor(path: string, onDamaged: () => void = () => undefined) {
    this.#path = path;
    this.#onDamaged = onDamaged;
    this.#db = this.#telling(() => new DatabaseSync(path));
    this.#telling(() => this.#db.exec(SCHEMA_SQL));
  }

  close(): void {
    this.#db.close();
  }

  /** All the jobs or none of them, one after the other: what one has serialised is gone before the next. */
  async transaction(jobs: readonly (() => Promise<void>)[]): Promise<void> {
    try {
      this.#db.exec('begin immediate');
      for (const job of jobs) await job();
      this.#db.exec('commit');
    } catch (error) {
      this.#texts.clear();
      // SQLite has done it itself where the disk is full
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw this.#told(error);
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

  text(hash: string): Uint8Array {
    const [row] = this.#rows<{ data: Uint8Array }>('select data from text where hash = ?', hash);
    if (!row) throw this.#damaged(`expected the text ${hash}, which is not there`);
    return row.data;
  }

  /** Keeps a text as it stands in JSON, quotes included. */
  keepText(hash: string, text: string): void {
    if (this.#texts.has(hash)) return;
    if (this.#texts.size >= MAX_REMEMBERED_TEXTS) this.#texts.clear();
    this.#texts.add(hash);
    this.#run('insert or ignore into text values (?, ?)', hash, Buffer.from(JSON.stringify(text)));
  }

  keepValue({ hash, type, data }: ValueRow): void {
    this.#run('insert or ignore into value (hash, type, data) values (?, ?, ?)', hash, type, data);
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
    return this.#telling(() => this.#statement(sql).all(...values)) as Row[];
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #telling<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#told(error);
    }
  }

  #told(error: unknown): CheckpointsError {
    if (error instanceof CheckpointsError) return error;
    if (DamagedFileError.safeParse(error).success) return this.#damaged(toErrorMessage(error));
    return new CheckpointsError(
      `cannot keep the run's place in ${this.#path}: ${toErrorMessage(error)}; every answer is kept, make room and start the run again`,
    );
  }

  #damaged(why: string): CheckpointsError {
    this.#onDamaged();
    return new CheckpointsError(
      `the run's place in ${this.#path} is damaged: ${why}; it is set aside and every answer is kept, start the run again`,
    );
  }
}
