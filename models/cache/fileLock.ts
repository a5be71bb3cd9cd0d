import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isError, getErrorMessage, StoreError } from '../errors.ts';

const heldLocks = new Set<string>();

/**
 * Keeps a second process off a file by a lock file beside it that names ours. The lock of a process that is gone is
 * taken over. Returns how to give it back.
 */
export function lockFile(file: string, what: string): () => void {
  const path = `${file}.lock`;
  if (heldLocks.has(path)) throw createInUseError(what, path, `this process (${process.pid})`);
  const owner = claimLock(path, `${process.pid} ${readStartTime(process.pid)} ${randomUUID()}\n`);
  if (owner !== null) throw createInUseError(what, path, `process ${owner.split(' ')[0]}`);
  heldLocks.add(path);
  return () => {
    if (heldLocks.delete(path)) rmSync(path, { force: true });
  };
}

/** Whether a process that lives has the file: this one or another. */
export function isLocked(file: string): boolean {
  const path = `${file}.lock`;
  const owner = readIfExists(path);
  return heldLocks.has(path) || (owner !== null && isOwnerAlive(owner));
}

/**
 * Makes a lock file ours, or gives who has it. The lock of a dead owner is replaced by whoever holds the lock on replacing
 * that very one, so that of many processes that find it one gets it.
 */
function claimLock(path: string, mine: string): string | null {
  if (createLockFile(path, mine)) return null;
  const owner = readIfExists(path);
  if (owner === null) return createLockFile(path, mine) ? null : (readIfExists(path) ?? 'another');
  if (isOwnerAlive(owner)) return owner;
  const replacing = `${path}-${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`;
  const other = claimLock(replacing, mine);
  if (other !== null) return other;
  try {
    const now = readIfExists(path);
    if (now === owner) placeLockFile(path, mine, renameSync);
    return now === owner ? null : (now ?? 'another');
  } finally {
    rmSync(replacing, { force: true });
  }
}

/** Whether the file was not there: it appears with its text in it, never empty. */
function createLockFile(path: string, mine: string): boolean {
  try {
    placeLockFile(path, mine, linkSync);
    return true;
  } catch (error) {
    if (isError(error) && error.code === 'EEXIST') return false;
    throw new StoreError(`cannot write ${path}: ${getErrorMessage(error)}`);
  }
}

function placeLockFile(path: string, text: string, place: (from: string, to: string) => void): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    place(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whether the process lives and is the very one, not a later one of the same number. */
function isOwnerAlive(owner: string): boolean {
  const [pid, born] = owner.trim().split(' ');
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0 || id === process.pid) return false;
  try {
    process.kill(id, 0);
  } catch (error) {
    return isError(error) && error.code === 'EPERM';
  }
  return born === undefined || born === '' || readStartTime(id) === born;
}

/** When a process started, in the kernel's ticks; empty where the system does not tell. */
function readStartTime(pid: number): string {
  const stat = readIfExists(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readIfExists(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const createInUseError = (what: string, path: string, owner: string): StoreError =>
  new StoreError(`${what} is in use by ${owner}: wait for it to end or choose another folder (its lock is ${path})`);
