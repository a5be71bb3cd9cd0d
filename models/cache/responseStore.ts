import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, StoreFailed } from '../errors.ts';
import { linesOf } from './jsonLines.ts';
import { lock } from './fileLock.ts';
import { parseRecord, type StoredAnswer, type StoredRecord } from './storedRecord.ts';
import { Unsettled } from './staleResponses.ts';

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
export function memoryStore(): Store {
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
  readonly unsettled: boolean;
  readonly #path: string;
  readonly #fd: number;
  readonly #unlock: () => void;
  readonly #places = new Map<string, readonly [offset: number, length: number]>();
  #end = 0;
  #closed = false;

  /** @throws StoreFailed where the file cannot be opened or another process has it */
  static open(path: string): FileStore {
    mkdirSync(dirname(path), { recursive: true });
    const unlock = lock(path, `the run folder ${dirname(path)}`);
    try {
      return new FileStore(path, unlock);
    } catch (error) {
      unlock();
      throw new StoreFailed(`cannot open ${path}: ${messageOf(error)}`);
    }
  }

  private constructor(path: string, unlock: () => void) {
    this.#path = path;
    this.#unlock = unlock;
    this.#fd = openSync(path, existsSync(path) ? 'r+' : 'w+');
    const unsettled = new Unsettled();
    for (const line of linesOf(this.#fd)) {
      this.#end = line.offset + line.length + 1;
      const record = parseRecord(line.text);
      if (!record) this.corrupt += 1;
      else if ('key' in record) this.#places.set(record.key, [line.offset, line.length]);
      else if ('forgotten' in record) this.#places.delete(record.forgotten);
      if (record) unsettled.enter(record);
    }
    this.unsettled = unsettled.any;
    if (fstatSync(this.#fd).size > this.#end) ftruncateSync(this.#fd, this.#end);
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  get(key: string): StoredAnswer | undefined {
    const place = this.#places.get(key);
    if (!place) return undefined;
    const bytes = Buffer.alloc(place[1]);
    readSync(this.#fd, bytes, 0, place[1], place[0]);
    const record = parseRecord(bytes.toString());
    return record && 'key' in record ? record : undefined;
  }

  append(record: StoredRecord): void {
    if (this.#closed) throw new StoreFailed(`${this.#path} is closed`);
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#end + done);
    } catch (error) {
      ftruncateSync(this.#fd, this.#end);
      throw new StoreFailed(
        `cannot write ${this.#path}: ${messageOf(error)}; what was written before is kept, make room and start the run again`,
      );
    }
    if ('key' in record) this.#places.set(record.key, [this.#end, bytes.length - 1]);
    if ('forgotten' in record) this.#places.delete(record.forgotten);
    this.#end += bytes.length;
  }

  /** Forgets the answers that hold such a text: they are asked for again, and stay in the accounts. */
  forget(holds: (text: string) => boolean): void {
    for (const key of this.#places.keys()) {
      const answer = this.get(key);
      if (answer?.texts.some(holds)) this.append({ role: answer.role, forgotten: key });
    }
  }

  replay(each: (record: StoredRecord) => void): void {
    for (const { text } of linesOf(this.#fd)) {
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
