import { appendFileSync, closeSync, existsSync, openSync, statSync, truncateSync } from 'node:fs';
import { readLines } from '../models/cache/jsonLines.ts';
import { StoreError } from '../models/errors.ts';
import { getErrorMessage } from '../state/failure.ts';

/** A file of a JSON record a line that only grows, each record once by its id: what is told again after a crash is passed over. */
export class DedupedJsonlLog<T> {
  /** Whether something was cut off when it was opened. */
  readonly wasTruncated: boolean;
  readonly #file: string;
  /** Bytes. */
  #size = 0;
  readonly #ids = new Set<string>();
  readonly #parse: (line: unknown) => T;
  readonly #idOf: (record: T) => string;

  /** Opens the log; what a crash left of a last line, and all from a line on that is no record, is cut off and told again. */
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
    this.wasTruncated = existsSync(file) && statSync(file).size > this.#size;
    if (this.wasTruncated) truncateSync(file, this.#size);
  }

  #recordIn(text: string): T | undefined {
    try {
      return this.#parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Whether nothing was told yet. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Whether the record was new. @throws StoreError where it cannot be written */
  append(record: T): boolean {
    const id = this.#idOf(record);
    if (this.#ids.has(id)) return false;
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      appendFileSync(this.#file, bytes);
    } catch (error) {
      // half a line in the midst of the file could not be told from a fault of ours
      if (existsSync(this.#file)) truncateSync(this.#file, this.#size);
      const why = getErrorMessage(error);
      throw new StoreError(
        `cannot write ${this.#file}: ${why}; what was written before is kept, make room and start the run again`,
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
    for (const { text } of this.#lines()) yield this.#parse(JSON.parse(text));
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
