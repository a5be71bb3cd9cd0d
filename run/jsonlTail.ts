import { closeSync, fstatSync, openSync } from 'node:fs';
import { readLines } from '../models/cache/readLines.ts';

/** Reads a file of JSON lines as another process appends to it. An incomplete line is left for the next read. */
export class JsonlTail {
  readonly #file: string;
  readonly #onLine: (text: string) => void;
  readonly #onRestart: () => void;
  /** Bytes read, and the file they were read from. */
  #offset = 0;
  #inode = 0;

  /** @param onLine gets each new line @param onRestart is called if the file was replaced or became shorter; it is then read from its start */
  constructor(file: string, onLine: (text: string) => void, onRestart: () => void = () => undefined) {
    this.#file = file;
    this.#onLine = onLine;
    this.#onRestart = onRestart;
  }

  /** Reads what was appended. @returns whether there was anything new */
  read(): boolean {
    const fd = openIfExists(this.#file);
    if (fd === null) return this.#restart(0);
    try {
      const { size, ino } = fstatSync(fd);
      const isRestarted = (ino !== this.#inode || size < this.#offset) && this.#restart(ino);
      const from = this.#offset;
      for (const { offset, length, text } of size > from ? readLines(fd, from) : []) {
        this.#onLine(text);
        this.#offset = offset + length + 1;
      }
      return isRestarted || this.#offset > from;
    } finally {
      closeSync(fd);
    }
  }

  #restart(inode: number): boolean {
    const had = this.#offset > 0;
    if (had) this.#onRestart();
    this.#offset = 0;
    this.#inode = inode;
    return had;
  }
}

function openIfExists(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch {
    return null;
  }
}
