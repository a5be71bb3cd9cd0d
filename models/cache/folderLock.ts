import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { StoreError } from '../errors.ts';
import { makeFolder } from './makeFolder.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** The file that is locked. It is empty, and nothing may read, copy or delete it: closing it anywhere in this process would free the lock. */
const LOCK_FILE = 'lock.sqlite';
/** Says who holds the lock, or held it last. */
const HOLDER_FILE = 'lock.json';

/** Someone who only looks whether a folder is locked holds it for less than a millisecond, so a second try is worthwhile. */
const [LOCK_ATTEMPTS, RETRY_WAIT_MS] = [4, 15];

/** SQLite's codes for a lock that another connection holds, and for a file that is no database. */
const [BUSY, DAMAGED] = [5, new Set([11, 26])];
/** SQLite's codes of a file system that cannot lock: a failed system call, a locking protocol, no support. */
const NO_LOCKS = new Set([10, 15, 22]);

/** The open databases that hold locks. A garbage collection would close one that nothing refers to, and free its lock. */
const heldLocks = new Map<string, DatabaseSync>();

const Holder = z.object({ host: z.string(), process: z.number(), since: z.string() });

/**
 * Makes a folder if there is none and locks it against other processes, containers and hosts. The kernel frees the lock when
 * its holder ends in any way. Returns the function that frees it. @throws StoreError that says who holds it
 */
export function lockFolder(folder: string): () => void {
  const path = findFolder(folder);
  const database = acquireLock(path);
  heldLocks.set(path, database);
  const holder: z.infer<typeof Holder> = { host: hostname(), process: process.pid, since: new Date().toISOString() };
  try {
    writeFileSync(join(path, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
  } catch (error) {
    freeLock(path);
    throw createUnwritableError(folder, getErrorMessage(error));
  }
  return () => freeLock(path);
}

/** Whether this process or another one has locked the folder. */
export function isFolderLocked(folder: string): boolean {
  if (!existsSync(join(folder, LOCK_FILE))) return false;
  if (heldLocks.has(realpathSync(folder))) return true;
  try {
    const database = openDatabase(join(folder, LOCK_FILE), true);
    try {
      database.exec('select 1 from sqlite_schema');
    } finally {
      database.close();
    }
    return false;
  } catch (error) {
    return getSqliteCode(error) === BUSY;
  }
}

function freeLock(path: string): void {
  heldLocks.get(path)?.close();
  heldLocks.delete(path);
}

function findFolder(folder: string): string {
  try {
    makeFolder(folder);
    return realpathSync(folder);
  } catch (error) {
    throw createUnwritableError(folder, getErrorMessage(error));
  }
}

/** The database that holds the folder's lock. @throws StoreError */
function acquireLock(folder: string): DatabaseSync {
  if (heldLocks.has(folder)) throw createInUseError(folder, `this process (${process.pid})`);
  for (let attempt = 1; ; attempt++) {
    try {
      return tryLock(folder);
    } catch (error) {
      const code = getSqliteCode(error);
      // the lock comes before the file's content, so nobody holds a damaged one
      if (attempt < LOCK_ATTEMPTS && DAMAGED.has(code ?? 0)) truncateSync(join(folder, LOCK_FILE));
      else if (attempt < LOCK_ATTEMPTS && code === BUSY) waitBlocking(RETRY_WAIT_MS);
      else throw toLockError(folder, error, code);
    }
  }
}

function tryLock(folder: string, name = LOCK_FILE): DatabaseSync {
  const database = openDatabase(join(folder, name), false);
  try {
    // SQLite would open a file that it may not write for reading, and then "begin exclusive" locks nothing
    accessSync(join(folder, name), constants.W_OK);
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Loaded when it is used, since Node 22 warns that its SQLite is experimental. `timeout: 0`: a wait would block this process. */
function openDatabase(file: string, readOnly: boolean): DatabaseSync {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  return new Database(file, { timeout: 0, readOnly });
}

function waitBlocking(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** SQLite's code of an error without what it adds for details. */
function getSqliteCode(error: unknown): number | undefined {
  const code: unknown = Reflect.get(Object(error), 'errcode');
  return typeof code === 'number' ? code & 0xff : undefined;
}

function toLockError(folder: string, error: unknown, code = 0): StoreError {
  if (code === BUSY && (existsSync(join(folder, HOLDER_FILE)) || canLock(folder))) return createInUseError(folder);
  if (code !== BUSY && !NO_LOCKS.has(code)) return createUnwritableError(folder, getErrorMessage(error));
  return new StoreError(
    `cannot lock the run folder ${folder}: its file system cannot lock files (${getErrorMessage(error)}), so two processes could spoil the run; choose a folder on a local disk, or on NFS with locks`,
  );
}

/** Whether a file of the folder can be locked that no other process knows. To SQLite, a file system without locks looks as if all were locked. */
function canLock(folder: string): boolean {
  const name = `lock-test-${process.pid}.sqlite`;
  try {
    tryLock(folder, name).close();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(join(folder, name), { force: true });
  }
}

const createUnwritableError = (folder: string, why: string): StoreError =>
  new StoreError(`cannot write the run folder ${folder}: ${why}; make it writable or choose another`);

function createInUseError(folder: string, holder = describeHolder(folder)): StoreError {
  return new StoreError(`the run folder ${folder} is in use by ${holder}; wait until it ends or choose another folder`);
}

function describeHolder(folder: string): string {
  const { data } = Holder.safeParse(readHolder(folder));
  if (data === undefined) return 'another process';
  const { host, process: id, since } = data;
  return `process ${id} on the host ${host} since ${since}`;
}

function readHolder(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8'));
  } catch {
    return undefined;
  }
}
