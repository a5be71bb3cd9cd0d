import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { StoreError } from '../errors.ts';
import { getErrorMessage, isError } from '../../state/failure.ts';

const heldLocks = new Set<string>();

/**
 * Locks a file against other processes, through a lock file beside it that names this process. The lock of a process that
 * has ended is taken over. Returns the function that releases it. `name`: what the error calls the file. @throws StoreError
 */
export function lockFile(file: string, name: string): () => void {
  const path = `${file}.lock`;
  if (heldLocks.has(path)) throw createInUseError(name, path, `this process (${process.pid})`);
  const owner = claimLock(path, `${process.pid} ${readStartTime(process.pid)} ${randomUUID()}\n`);
  if (owner !== null) throw createInUseError(name, path, `process ${owner.split(' ')[0]}`);
  heldLocks.add(path);
  return () => {
    if (heldLocks.delete(path)) rmSync(path, { force: true });
  };
}

/** Whether this process or another running one has locked the file. */
export function isLocked(file: string): boolean {
  const path = `${file}.lock`;
  const owner = readIfExists(path);
  return heldLocks.has(path) || (owner !== null && isOwnerAlive(owner));
}

/**
 * Takes a lock and returns null, or returns the owner who keeps it. Many processes may find the lock of an ended one at
 * the same time. To replace it they need a second lock, named after the ended owner, which only one of them gets.
 */
function claimLock(path: string, claim: string): string | null {
  if (createLockFile(path, claim)) return null;
  const owner = readIfExists(path);
  if (owner === null) return createLockFile(path, claim) ? null : (readIfExists(path) ?? 'another');
  if (isOwnerAlive(owner)) return owner;
  const replacementLock = `${path}-${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`;
  const otherOwner = claimLock(replacementLock, claim);
  if (otherOwner !== null) return otherOwner;
  try {
    const currentOwner = readIfExists(path);
    if (currentOwner === owner) placeLockFile(path, claim, renameSync);
    return currentOwner === owner ? null : (currentOwner ?? 'another');
  } finally {
    rmSync(replacementLock, { force: true });
  }
}

/** Whether the file could be created. It appears with its text, never empty. */
function createLockFile(path: string, claim: string): boolean {
  try {
    placeLockFile(path, claim, linkSync);
    return true;
  } catch (error) {
    if (isError(error) && error.code === 'EEXIST') return false;
    throw new StoreError(`cannot write ${path}: ${getErrorMessage(error)}; make the folder writable or choose another`);
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

/** Whether the owner is running. A later process with the same number has another start time. */
function isOwnerAlive(owner: string): boolean {
  const [pid, startTime] = owner.trim().split(' ');
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0 || id === process.pid) return false;
  try {
    process.kill(id, 0);
  } catch (error) {
    return isError(error) && error.code === 'EPERM';
  }
  if (isZombie(id)) return false;
  return startTime === undefined || startTime === '' || readStartTime(id) === startTime;
}

/** When a process started, in the kernel's ticks; empty if the system does not report it. */
const readStartTime = (pid: number): string => readProcessFields(pid)[19] ?? '';

/** Whether a process has ended and only waits for its parent to notice, which some containers never do. */
const isZombie = (pid: number): boolean => /^[ZX]$/.test(readProcessFields(pid)[0] ?? '');

/** What the kernel reports of a process after its name: state, parent, …; nothing on systems without /proc. */
function readProcessFields(pid: number): string[] {
  const stat = readIfExists(`/proc/${pid}/stat`) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readIfExists(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const createInUseError = (name: string, path: string, owner: string): StoreError =>
  new StoreError(`${name} is in use by ${owner}; wait until it ends or choose another folder (the lock is ${path})`);
