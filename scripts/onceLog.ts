import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';

/** A file of a JSON record a line that only grows, each record once by its id: what is told again after a crash is passed over. */
export class OnceLog<T> {
  /** Whether its last line was torn when it was opened. */
  readonly torn: boolean;
  readonly #file: string;
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
    for (const record of this.records()) this.#ids.add(idOf(record));
  }

  /** Whether the record was new. */
  append(record: T): boolean {
    const id = this.#idOf(record);
    if (this.#ids.has(id)) return false;
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
    this.#ids.add(id);
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
