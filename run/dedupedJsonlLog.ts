import { appendFileSync, closeSync, existsSync, openSync, statSync, truncateSync } from 'node:fs';
import { parseCheckedLine, toCheckedLine } from '../models/cache/checkedLine.ts';
import { readLines } from '../models/cache/readLines.ts';
import { StoreError } from '../models/errors.ts';
import { getErrorMessage } from '../state/failure.ts';

/** A file of one JSON record and its checksum per line that only grows. Each record is written once: a repeated id after a crash is ignored. */
export class DedupedJsonlLog<T extends object> {
  /** Whether something was cut off when it was opened, or nothing was left. */
  readonly wasTruncated: boolean;
  readonly #file: string;
  /** Bytes. */
  #size = 0;
  readonly #ids = new Set<string>();
  readonly #parse: (line: unknown) => T;
  readonly #idOf: (record: T) => string;

  /** Opens the log. The rest of a torn last line, and everything after a line that is no record, is cut off; the run writes it again. */
  constructor(file: string, parse: (line: unknown) => T, idOf: (record: T) => string) {
    this.#file = file;
    this.#parse = parse;
    this.#idOf = idOf;
    for (const { offset, length, text } of this.#lines()) {
      const record = this.#recordIn(text);
      if (record === undefined) break;
      this.#ids.add(idOf(record));
      this.#size = offset + length + 1;
    }
    // a log begins with a record
    const size = existsSync(file) ? statSync(file).size : undefined;
    this.wasTruncated = size !== undefined && (size > this.#size || size === 0);
    if (this.wasTruncated) truncateSync(file, this.#size);
  }

  #recordIn(text: string): T | undefined {
    try {
      return this.#parse(parseCheckedLine(text));
    } catch {
      return undefined;
    }
  }

  /** Whether no record was written yet. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  get count(): number {
    return this.#ids.size;
  }

  /** Appends a record and says whether it was new. @throws StoreError if it cannot be written */
  append(record: T): boolean {
    const id = this.#idOf(record);
    if (this.#ids.has(id)) return false;
    const bytes = Buffer.from(`${toCheckedLine(record)}\n`);
    try {
      appendFileSync(this.#file, bytes);
    } catch (error) {
      // half a line inside the file would look like a bug
      if (existsSync(this.#file)) truncateSync(this.#file, this.#size);
      const why = getErrorMessage(error);
      throw new StoreError(
        `cannot write ${this.#file}: ${why}; what was written before is kept, so free some space and run the same command again`,
      );
    }
    this.#ids.add(id);
    this.#size += bytes.length;
    return true;
  }

  records(): T[] {
    return [...this.#read()];
  }

  *#read(): Generator<T> {
    for (const { text } of this.#lines()) yield this.#parse(parseCheckedLine(text));
  }

  *#lines(): ReturnType<typeof readLines> {
    if (!existsSync(this.#file)) return;
    const fd = openSync(this.#file, 'r');
    try {
      yield* readLines(fd);
    } finally {
      closeSync(fd);
    }
  }
}
