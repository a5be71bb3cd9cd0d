import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { StoreFailed } from '../models/index.ts';

/** A file of a JSON record a line that only grows, each record once by its id: what is told again after a crash is passed over. */
export class OnceLog<T> {
  /** Whether its last line was torn when it was opened. */
  readonly torn: boolean;
  readonly #file: string;
  /** Bytes. */
  #size: number;
  readonly #ids = new Set<string>();
  readonly #parse: (line: unknown) => T;
  readonly #idOf: (record: T) => string;

  /** Opens the log; a last line torn by a crash is cut off, and told again from answers that are kept. */
  constructor(file: string, parse: (line: unknown) => T, idOf: (record: T) => string) {
    this.#file = file;
    this.#parse = parse;
    this.#idOf = idOf;
    const text = this.#text();
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    this.torn = whole.length < text.length;
    if (this.torn) truncateSync(file, Buffer.byteLength(whole));
    this.#size = Buffer.byteLength(whole);
    for (const record of this.records()) this.#ids.add(idOf(record));
  }

  /** Whether the record was new. */
  append(record: T): boolean {
    const id = this.#idOf(record);
    if (this.#ids.has(id)) return false;
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      appendFileSync(this.#file, bytes);
    } catch (error) {
      // half a line in the midst of the file could not be told from a fault of ours
      if (existsSync(this.#file)) truncateSync(this.#file, this.#size);
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreFailed(
        `cannot write ${this.#file}: ${why}; what was written before is kept, make room and start the run again`,
      );
    }
    this.#ids.add(id);
    this.#size += bytes.length;
    return true;
  }

  records(): T[] {
    const lines = this.#text()
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => this.#parse(JSON.parse(line)));
  }

  #text(): string {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
  }
}
