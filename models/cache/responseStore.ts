import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../errors.ts';
import { readLines } from './readLines.ts';
import { lockFile } from './fileLock.ts';
import { parseRecord, type StoredAnswer, type StoredRecord } from './storedRecord.ts';
import { StaleResponses } from './staleResponses.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** Keeps answers by the keys of their requests. */
export interface Store {
  get(key: string): StoredAnswer | undefined;
  has(key: string): boolean;
  append(record: StoredRecord): void;
  /** Passes on each record of earlier sessions. */
  replay(onRecord: (record: StoredRecord) => void): void;
  /** Lines that could not be read and were skipped. */
  readonly corrupt: number;
  close(): void;
}

/** Creates a store that ends with the process. */
export function createMemoryStore(): Store {
  const answers = new Map<string, StoredAnswer>();
  return {
    corrupt: 0,
    get: (key) => answers.get(key),
    has: (key) => answers.has(key),
    append: (record) => void ('key' in record && answers.set(record.key, record)),
    replay: () => undefined,
    close: () => undefined,
  };
}

/**
 * The store of a run: a file (`calls.jsonl`) with one record per line. `append` returns after the record is written.
 * Memory holds only the answers' positions in the file. A line that a crash cut off is removed.
 */
export class FileStore implements Store {
  corrupt = 0;
  /**
   * Whether earlier sessions left calls to repeat: failed ones of a model that has not answered since, or invalidated answers.
   * What the run derived from these must be computed again.
   */
  readonly hasStaleResponses: boolean;
  readonly #path: string;
  readonly #fd: number;
  readonly #unlock: () => void;
  readonly #positions = new Map<string, readonly [offset: number, length: number]>();
  #end = 0;
  #closed = false;

  /** @throws StoreError if the file cannot be opened or another process uses it */
  static open(path: string): FileStore {
    mkdirSync(dirname(path), { recursive: true });
    const unlock = lockFile(path, `the run folder ${dirname(path)}`);
    try {
      return new FileStore(path, unlock);
    } catch (error) {
      unlock();
      throw new StoreError(`cannot open ${path}: ${getErrorMessage(error)}; make it readable and writable`);
    }
  }

  private constructor(path: string, unlock: () => void) {
    this.#path = path;
    this.#unlock = unlock;
    this.#fd = openSync(path, existsSync(path) ? 'r+' : 'w+');
    const stale = new StaleResponses();
    for (const line of readLines(this.#fd)) {
      this.#end = line.offset + line.length + 1;
      const record = parseRecord(line.text);
      if (!record) this.corrupt += 1;
      else if ('key' in record) this.#positions.set(record.key, [line.offset, line.length]);
      else if ('forgotten' in record) this.#positions.delete(record.forgotten);
      if (record) stale.addRecord(record);
    }
    this.hasStaleResponses = stale.hasAny;
    if (fstatSync(this.#fd).size > this.#end) ftruncateSync(this.#fd, this.#end);
  }

  has(key: string): boolean {
    return this.#positions.has(key);
  }

  get(key: string): StoredAnswer | undefined {
    const position = this.#positions.get(key);
    if (!position) return undefined;
    const [offset, length] = position;
    const bytes = Buffer.alloc(length);
    readSync(this.#fd, bytes, 0, length, offset);
    const record = parseRecord(bytes.toString());
    return record && 'key' in record ? record : undefined;
  }

  append(record: StoredRecord): void {
    if (this.#closed) throw new StoreError(`cannot write ${this.#path}: it was closed`);
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#end + written);
    } catch (error) {
      ftruncateSync(this.#fd, this.#end);
      throw new StoreError(
        `cannot write ${this.#path}: ${getErrorMessage(error)}; what was written before is kept, so free some space and run the same command again`,
      );
    }
    if ('key' in record) this.#positions.set(record.key, [this.#end, bytes.length - 1]);
    if ('forgotten' in record) this.#positions.delete(record.forgotten);
    this.#end += bytes.length;
  }

  /** Invalidates the answers with a matching text. They are requested again and still count in the totals. */
  forget(matches: (text: string) => boolean): void {
    for (const key of this.#positions.keys()) {
      const answer = this.get(key);
      if (answer?.texts.some(matches)) this.append({ role: answer.role, forgotten: key });
    }
  }

  replay(onRecord: (record: StoredRecord) => void): void {
    for (const { text } of readLines(this.#fd)) {
      const record = parseRecord(text);
      if (record) onRecord(record);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
    this.#unlock();
  }
}
