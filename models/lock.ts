import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { isError, messageOf, StoreFailed } from './errors.ts';

const held = new Set<string>();

/**
 * Keeps a second process off a file by a lock file beside it that names ours. The lock of a process that is gone is
 * taken over. Returns how to give it back.
 */
export function lock(file: string, what: string): () => void {
  const path = `${file}.lock`;
  if (held.has(path)) throw inUse(what, path, `this process (${process.pid})`);
  if (!create(path)) takeOver(path, what);
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

function create(path: string): boolean {
  try {
    const fd = openSync(path, 'wx');
    writeSync(fd, `${process.pid} ${bornAt(process.pid)}\n`);
    closeSync(fd);
    return true;
  } catch (error) {
    if (isError(error) && error.code === 'EEXIST') return false;
    throw new StoreFailed(`cannot write ${path}: ${messageOf(error)}`);
  }
}

/** Moves a stale lock aside before making ours: of two processes that find it, one moves it and the other finds ours. */
function takeOver(path: string, what: string): void {
  const owner = read(path);
  if (owner !== null && alive(owner)) throw inUse(what, path, `process ${owner.split(' ')[0]}`);
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch {
    // another process was quicker; what it left decides below
  }
  if (!create(path)) throw inUse(what, path, `process ${read(path)?.split(' ')[0] ?? 'unknown'}`);
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
