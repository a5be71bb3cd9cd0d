import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from './writeAtomically.ts';

/** Keeps the digests of a folder's files. */
export const DIGESTS_FILE = 'digests.json';

/** SHA-256 of a content in parts, in hexadecimal digits. */
export function hashContent(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** SHA-256 of a file, in hexadecimal digits; undefined if there is no such file, and no digest if a folder is in its place. */
export function hashFile(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  if (statSync(file).isDirectory()) return 'a folder';
  const [hash, chunk, fd] = [createHash('sha256'), Buffer.alloc(1 << 20), openSync(file, 'r')];
  try {
    for (let count = 0; (count = readSync(fd, chunk)) > 0;) hash.update(chunk.subarray(0, count));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

/** The digests of files by their paths. Those that are not there yet are left out. */
export const hashFiles = (files: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    files.flatMap((file) => {
      const digest = hashFile(file);
      return digest === undefined ? [] : [[file, digest] as const];
    }),
  );

const Digests = z.record(z.string(), z.array(z.string()));

/** The digests of the files that a folder's processes have written whole, so that a damaged one is never used. */
export class FileDigests {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Notes what files are about to hold. Until they are next replaced, their former content counts as whole too: a kill may come first. */
  expect(digests: Readonly<Record<string, string>>): void {
    const known = this.#read() ?? {};
    const added = Object.entries(digests).map(([name, digest]) => {
      const former = hashFile(join(this.#folder, name));
      return [name, former === undefined || former === digest ? [digest] : [digest, former]] as const;
    });
    const all = { ...known, ...Object.fromEntries(added) };
    writeAtomically(join(this.#folder, DIGESTS_FILE), [`${JSON.stringify(all, null, 2)}\n`]);
  }

  /** Whether a file is as it was written. One that was never noted, or that is gone, is not damaged. */
  isWhole(name: string): boolean {
    const known = this.#read();
    if (known === undefined) return false;
    const expected = Object.hasOwn(known, name) ? known[name] : undefined;
    const digest = expected && hashFile(join(this.#folder, name));
    return digest === undefined || expected === undefined || expected.includes(digest);
  }

  get isDamaged(): boolean {
    return this.#read() === undefined;
  }

  /** Undefined if the file is damaged itself. */
  #read(): z.infer<typeof Digests> | undefined {
    const file = join(this.#folder, DIGESTS_FILE);
    if (!existsSync(file)) return {};
    try {
      return Digests.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return undefined;
    }
  }
}
