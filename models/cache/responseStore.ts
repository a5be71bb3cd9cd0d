import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { getErrorMessage, StoreError } from '../errors.ts';
import { readLines } from './jsonLines.ts';
import { lockFile } from './fileLock.ts';
import { parseRecord, type StoredAnswer, type StoredRecord } from './storedRecord.ts';
import { StaleResponses } from './staleResponses.ts';

/** Where answers are kept. `replay` hands out what earlier sessions left, once. */
export interface Store {
  get(key: string): StoredAnswer | undefined;
  has(key: string): boolean;
  append(record: StoredRecord): void;
  replay(each: (record: StoredRecord) => void): void;
  /** Lines that could not be read and were passed over. */
  readonly corrupt: number;
  close(): void;
}

/** A store that lasts as long as the process. */
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
 * The store of a run: a file (`calls.jsonl`) of a record a line, written before an answer is handed on. In memory stays
 * where each answer lies and no more. A file another process writes to is refused; a line cut off by a crash is removed.
 */
export class FileStore implements Store {
  corrupt = 0;
  /**
   * Whether earlier sessions left what this one has to ask again: calls given up by a role that has not answered since, or
   * answers forgotten and not yet given anew. What followed from them is to be made anew.
   */
  readonly hasStaleResponses: boolean;
  readonly #path: string;
  readonly #fd: number;
  readonly #unlock: () => void;
  readonly #positions = new Map<string, readonly [offset: number, length: number]>();
  #end = 0;
  #closed = false;

  /** @throws StoreFailed where the file cannot be opened or another process has it */
  static open(path: string): FileStore {
    mkdirSync(dirname(path), { recursive: true });
    const unlock = lockFile(path, `the run folder ${dirname(path)}`);
    try {
      return new FileStore(path, unlock);
    } catch (error) {
      unlock();
      throw new StoreError(`cannot open ${path}: ${getErrorMessage(error)}`);
    }
  }

  private constructor(path: string, unlock: () => void) {
    this.#path = path;
    this.#unlock = unlock;
    this.#fd = openSync(path, existsSync(path) ? 'r+' : 'w+');
    const unsettled = new StaleResponses();
    for (const line of readLines(this.#fd)) {
      this.#end = line.offset + line.length + 1;
      const record = parseRecord(line.text);
      if (!record) this.corrupt += 1;
      else if ('key' in record) this.#positions.set(record.key, [line.offset, line.length]);
      else if ('forgotten' in record) this.#positions.delete(record.forgotten);
      if (record) unsettled.addRecord(record);
    }
    this.hasStaleResponses = unsettled.hasAny;
    if (fstatSync(this.#fd).size > this.#end) ftruncateSync(this.#fd, this.#end);
  }

  has(key: string): boolean {
    return this.#positions.has(key);
  }

  get(key: string): StoredAnswer | undefined {
    const place = this.#positions.get(key);
    if (!place) return undefined;
    const bytes = Buffer.alloc(place[1]);
    readSync(this.#fd, bytes, 0, place[1], place[0]);
    const record = parseRecord(bytes.toString());
    return record && 'key' in record ? record : undefined;
  }

  append(record: StoredRecord): void {
    if (this.#closed) throw new StoreError(`${this.#path} is closed`);
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#end + done);
    } catch (error) {
      ftruncateSync(this.#fd, this.#end);
      throw new StoreError(
        `cannot write ${this.#path}: ${getErrorMessage(error)}; what was written before is kept, make room and start the run again`,
      );
    }
    if ('key' in record) this.#positions.set(record.key, [this.#end, bytes.length - 1]);
    if ('forgotten' in record) this.#positions.delete(record.forgotten);
    this.#end += bytes.length;
  }

  /** Forgets the answers that hold such a text: they are asked for again, and stay in the accounts. */
  forget(holds: (text: string) => boolean): void {
    for (const key of this.#positions.keys()) {
      const answer = this.get(key);
      if (answer?.texts.some(holds)) this.append({ role: answer.role, forgotten: key });
    }
  }

  replay(each: (record: StoredRecord) => void): void {
    for (const { text } of readLines(this.#fd)) {
      const record = parseRecord(text);
      if (record) each(record);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
    this.#unlock();
  }
}
