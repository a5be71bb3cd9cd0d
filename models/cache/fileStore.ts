import {
  closeSync,
  existsSync,
  fsyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../errors.ts';
import type { Role } from '../roles.ts';
import { toCheckedLine } from './checkedLine.ts';
import { DiskReserve } from './diskReserve.ts';
import { lockFolder } from './folderLock.ts';
import { readLines } from './readLines.ts';
import { parseRecord, readDamagedRole, type StoredAnswer, type StoredRecord } from './storedRecord.ts';
import type { Store } from './store.ts';
import { StaleResponses } from './staleResponses.ts';
import { getErrorMessage } from '../../state/failure.ts';

/**
 * The store of a run: a file (`calls.jsonl`) with one record and its checksum per line. `append` returns after the record is
 * written. Memory holds only the answers' positions in the file. A line that a crash cut off, or a damaged one, is removed.
 */
export class FileStore implements Store {
  /** Damaged lines that were removed when the file was opened. Their answers are requested again. */
  readonly corrupt: number;
  readonly lostAnswers: readonly Role[];
  /** Whether the file's end is missing: a line without its end, or no line at all. More answers may be lost than that. */
  readonly isCutOff: boolean;
  /**
   * Whether earlier sessions left calls to repeat: failed ones of a model that has not answered since, or invalidated answers.
   * What the run derived from these must be computed again.
   */
  readonly hasStaleResponses: boolean;
  readonly #path: string;
  #fd: number;
  readonly #unlock: () => void;
  readonly #reserve: DiskReserve;
  readonly #positions = new Map<string, readonly [offset: number, length: number]>();
  /** Lines that a full disk kept from being written. */
  #unwritten: { record: StoredRecord; bytes: Buffer }[] = [];
  #end = 0;
  #closed = false;

  /**
   * Opens a file and locks its folder. `isLocked`: the caller has locked it already.
   * @throws StoreError if the file cannot be opened or another process uses its folder
   */
  static open(path: string, { isLocked = false } = {}): FileStore {
    const unlock = isLocked ? () => undefined : lockFolder(dirname(path));
    try {
      return new FileStore(path, unlock);
    } catch (error) {
      unlock();
      throw new StoreError(
        `cannot open ${path}: ${getErrorMessage(error)}; make it readable and writable, with some free space`,
      );
    }
  }

  private constructor(path: string, unlock: () => void) {
    this.#path = path;
    this.#unlock = unlock;
    const isNew = !existsSync(path);
    this.#fd = openSync(path, isNew ? 'w+' : 'r+');
    try {
      const { stale, damaged } = this.#load();
      if (damaged.length > 0) this.#removeDamagedLines();
      this.corrupt = damaged.length;
      this.lostAnswers = damaged.flatMap((line) => readDamagedRole(line) ?? []);
      this.hasStaleResponses = stale.hasAny;
      const { size } = fstatSync(this.#fd);
      this.isCutOff = !isNew && (size === 0 || size > this.#end);
      if (size > this.#end) ftruncateSync(this.#fd, this.#end);
      this.#reserve = new DiskReserve(`${path}.reserve`);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  #load(): { stale: StaleResponses; damaged: string[] } {
    const [stale, damaged] = [new StaleResponses(), new Array<string>()];
    this.#positions.clear();
    for (const { offset, length, text } of readLines(this.#fd)) {
      this.#end = offset + length + 1;
      const record = parseRecord(text);
      if (record) {
        this.#index(record, offset, length);
        stale.addRecord(record);
      } else damaged.push(text);
    }
    return { stale, damaged };
  }

  #index(record: StoredRecord, offset: number, length: number): void {
    if ('key' in record) this.#positions.set(record.key, [offset, length]);
    else if ('forgotten' in record) this.#positions.delete(record.forgotten);
  }

  /** Replaces the file by one with the whole lines alone. */
  #removeDamagedLines(): void {
    const whole = `${this.#path}.tmp`;
    const fd = openSync(whole, 'w+');
    for (const { text } of readLines(this.#fd)) if (parseRecord(text)) writeSync(fd, `${text}\n`);
    fsyncSync(fd);
    renameSync(whole, this.#path);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#end = 0;
    this.#load();
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
    const bytes = Buffer.from(`${toCheckedLine(record)}\n`);
    try {
      this.#writeLine(record, bytes);
    } catch (error) {
      this.#unwritten.push({ record, bytes });
      this.freeReserve(bytes.length);
      this.#writeUnwritten();
      const kept = this.#unwritten.length === 0 ? 'every answer is kept' : 'what was written before is kept';
      throw new StoreError(
        `cannot write ${this.#path}: ${getErrorMessage(error)}; ${kept}, so free some space and run the same command again`,
      );
    }
  }

  /** Gives the room that was kept free for the answers in flight to what must still be written. */
  freeReserve(bytes = 0): void {
    this.#reserve.free(bytes);
  }

  #writeLine(record: StoredRecord, bytes: Buffer): void {
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#end + written);
    } catch (error) {
      ftruncateSync(this.#fd, this.#end);
      throw error;
    }
    this.#index(record, this.#end, bytes.length - 1);
    this.#end += bytes.length;
  }

  /** Tries again to write what could not be written, in its order. */
  #writeUnwritten(): void {
    try {
      for (let line = this.#unwritten[0]; line; line = this.#unwritten[0]) {
        this.#writeLine(line.record, line.bytes);
        this.#unwritten.shift();
      }
    } catch {
      // still no room: tried again with the next record, and at the end
    }
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
    this.#reserve.remove();
    this.#writeUnwritten();
    closeSync(this.#fd);
    this.#unlock();
  }
}
