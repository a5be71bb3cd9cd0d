import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isError, messageOf, StoreFailed } from '../errors.ts';

const held = new Set<string>();

/**
 * Keeps a second process off a file by a lock file beside it that names ours. The lock of a process that is gone is
 * taken over. Returns how to give it back.
 */
export function lock(file: string, what: string): () => void {
  const path = `${file}.lock`;
  if (held.has(path)) throw inUse(what, path, `this process (${process.pid})`);
  const owner = claim(path, `${process.pid} ${bornAt(process.pid)} ${randomUUID()}\n`);
  if (owner !== null) throw inUse(what, path, `process ${owner.split(' ')[0]}`);
  held.add(path);
  return () => {
    if (held.delete(path)) rmSync(path, { force: true });
  };
}

/** Whether a process that lives has the file: this one or another. */
export function isLocked(file: string): boolean {
  const path = `${file}.lock`;
  const owner = read(path);
  return held.has(path) || (owner !== null && alive(owner));
}

/**
 * Makes a lock file ours, or gives who has it. The lock of a dead owner is replaced by whoever holds the lock on replacing
 * that very one, so that of many processes that find it one gets it.
 */
function claim(path: string, mine: string): string | null {
  if (create(path, mine)) return null;
  const owner = read(path);
  if (owner === null) return create(path, mine) ? null : (read(path) ?? 'another');
  if (alive(owner)) return owner;
  const replacing = `${path}-${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`;
  const other = claim(replacing, mine);
  if (other !== null) return other;
  try {
    const now = read(path);
    if (now === owner) put(path, mine, renameSync);
    return now === owner ? null : (now ?? 'another');
  } finally {
    rmSync(replacing, { force: true });
  }
}

/** Whether the file was not there: it appears with its text in it, never empty. */
function create(path: string, mine: string): boolean {
  try {
    put(path, mine, linkSync);
    return true;
  } catch (error) {
    if (isError(error) && error.code === 'EEXIST') return false;
    throw new StoreFailed(`cannot write ${path}: ${messageOf(error)}`);
  }
}

function put(path: string, text: string, place: (from: string, to: string) => void): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    place(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whether the process lives and is the very one, not a later one of the same number. */
function alive(owner: string): boolean {
  const [pid, born] = owner.trim().split(' ');
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0 || id === process.pid) return false;
  try {
    process.kill(id, 0);
  } catch (error) {
    return isError(error) && error.code === 'EPERM';
  }
  return born === undefined || born === '' || bornAt(id) === born;
}

/** When a process started, in the kernel's ticks; empty where the system does not tell. */
function bornAt(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const inUse = (what: string, path: string, owner: string): StoreFailed =>
  new StoreFailed(`${what} is in use by ${owner}: wait for it to end or choose another folder (its lock is ${path})`);
