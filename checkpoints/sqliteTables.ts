import { hash as digest } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { CheckpointsError, getErrorMessage } from '../state/failure.ts';
import { addRowChecksum, removeRowChecksum } from './rowChecksum.ts';
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

/** Hashes of saved texts that are remembered, so that no text is written again. */
const MAX_REMEMBERED_TEXTS = 10_000;

/** SQLite's codes for a damaged file and for a file that is no database. */
const DamagedFileError = z.object({ errcode: z.union([z.literal(11), z.literal(26)]) });

/** The tables of the SQLite checkpointer. What is read is compared with its hash or checksum. @throws CheckpointsError */
export class SqliteTables {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #onDamaged: () => void;
  readonly #statements = new Map<string, StatementSync>();
  readonly #savedTexts = new Set<string>();

  /** @param onDamaged called if the file cannot be read as a database */
  constructor(path: string, onDamaged: () => void = () => undefined) {
    this.#path = path;
    this.#onDamaged = onDamaged;
    this.#db = this.#wrapErrors(() => new DatabaseSync(path));
    this.#wrapErrors(() => this.#db.exec(SCHEMA_SQL));
  }

  close(): void {
    this.#db.close();
  }

  /** Runs all jobs or none, one after the other, so that only one job's serialized values are in memory. */
  async runTransaction(jobs: readonly (() => Promise<void>)[]): Promise<void> {
    try {
      this.#db.exec('begin immediate');
      for (const job of jobs) await job();
      this.#db.exec('commit');
    } catch (error) {
      this.#savedTexts.clear();
      // if the disk is full, SQLite has rolled back already
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw this.#toCheckpointsError(error);
    }
  }

  /** The checkpoints that meet every condition, newest first. A negative limit is none. */
  listCheckpoints(conditions: readonly (readonly [sql: string, value: string])[], limit = -1): CheckpointRow[] {
    const where = conditions.length ? `where ${conditions.map(([sql]) => sql).join(' and ')}` : '';
    const sql = `select * from checkpoint ${where} order by id desc limit ?`;
    const rows = this.#queryRows<CheckpointRow>(sql, ...conditions.map(([, value]) => value), limit);
    return rows.map((row) => ({ ...row, type: this.#checkRow(row.type, toCheckedColumns(row)) }));
  }

  listWrites({ thread, ns, id }: Pick<CheckpointRow, 'thread' | 'ns' | 'id'>): WriteRow[] {
    const sql = 'select * from write where thread = ? and ns = ? and id = ?';
    const rows = this.#queryRows<WriteRow>(sql, thread, ns, id);
    return rows.map((row) => ({ ...row, hash: this.#checkRow(row.hash, toCheckedColumns(row)) }));
  }

  findValue(hash: string): ValueRow {
    const [row] = this.#queryRows<ValueRow>('select * from value where hash = ?', hash);
    if (!row || hashValue(row.type, row.data) !== hash)
      throw this.#reportDamage(`the value ${hash} is missing or changed`);
    return row;
  }

  readText(hash: string): Uint8Array {
    const [row] = this.#queryRows<{ data: Uint8Array }>('select data from text where hash = ?', hash);
    if (!row || digest('sha256', row.data, 'base64url') !== hash)
      throw this.#reportDamage(`the text ${hash} is missing or changed`);
    return row.data;
  }

  /** Saves a text as JSON, with its quotes. */
  saveText(hash: string, text: string): void {
    if (this.#savedTexts.has(hash)) return;
    if (this.#savedTexts.size >= MAX_REMEMBERED_TEXTS) this.#savedTexts.clear();
    this.#savedTexts.add(hash);
    this.#run('insert or ignore into text values (?, ?)', hash, Buffer.from(JSON.stringify(text)));
  }

  saveValue({ hash, type, data }: ValueRow): void {
    this.#run('insert or ignore into value (hash, type, data) values (?, ?, ?)', hash, type, data);
  }

  saveCheckpoint(row: CheckpointRow): void {
    const { thread, ns, id, parent, body, meta, channels } = row;
    const type = addRowChecksum(row.type, toCheckedColumns(row));
    const sql = 'insert or replace into checkpoint values (?, ?, ?, ?, ?, ?, ?, ?)';
    this.#run(sql, thread, ns, id, parent, type, body, meta, channels);
  }

  /** `replace`: whether a write replaces an earlier one of the same task and index. Otherwise the earlier one stays. */
  saveWrite(row: WriteRow, replace: boolean): void {
    const { thread, ns, id, task, idx, path, channel } = row;
    const hash = addRowChecksum(row.hash, toCheckedColumns(row));
    const sql = `insert or ${replace ? 'replace' : 'ignore'} into write values (?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#run(sql, thread, ns, id, task, idx, path, channel, hash);
  }

  deleteThread(thread: string): void {
    for (const table of ['checkpoint', 'write']) this.#run(`delete from ${table} where thread = ?`, thread);
  }

  #checkRow(marked: string, columns: Parameters<typeof removeRowChecksum>[1]): string {
    const column = removeRowChecksum(marked, columns);
    if (column === null) throw this.#reportDamage('a row has changed');
    return column;
  }

  #queryRows<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tables are ours
    return this.#wrapErrors(() => this.#prepare(sql).all(...values)) as Row[];
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #wrapErrors<T>(query: () => T): T {
    try {
      return query();
    } catch (error) {
      throw this.#toCheckpointsError(error);
    }
  }

  #toCheckpointsError(error: unknown): CheckpointsError {
    if (error instanceof CheckpointsError) return error;
    if (DamagedFileError.safeParse(error).success) return this.#reportDamage(getErrorMessage(error));
    return new CheckpointsError(
      `cannot save a checkpoint in ${this.#path}: ${getErrorMessage(error)}; free some disk space and run the same command again (no answer is lost)`,
    );
  }

  #reportDamage(reason: string): CheckpointsError {
    this.#onDamaged();
    return new CheckpointsError(
      `the checkpoints in ${this.#path} are damaged: ${reason}; run the same command again (no answer is lost)`,
    );
  }
}

/** The hash under which a value is saved. */
export const hashValue = (type: string, data: Uint8Array): string =>
  digest('sha256', Buffer.concat([Buffer.from(`${type}\0`), Buffer.from(data)]), 'base64');

/** What the checksum of a row covers, besides the column that holds it. */
const toCheckedColumns = (row: CheckpointRow | WriteRow): (string | number | Uint8Array | null)[] =>
  'body' in row
    ? [row.thread, row.ns, row.id, row.parent, row.body, row.meta, row.channels]
    : [row.thread, row.ns, row.id, row.task, row.idx, row.path, row.channel];
