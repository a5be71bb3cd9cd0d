import { closeSync, fstatSync, openSync } from 'node:fs';
import { readLines } from '../models/cache/readLines.ts';

/** A file of a JSON record a line, read on as another hand appends to it; a line that is not whole yet is left for later. */
export class JsonlTail {
  readonly #file: string;
  readonly #onLine: (text: string) => void;
  readonly #onRestart: () => void;
  /** Bytes read, and the file they were read from. */
  #offset = 0;
  #inode = 0;

  /** @param take gets each new line @param anew is called if the file was replaced or became shorter; it is then read from its start */
  constructor(file: string, take: (text: string) => void, anew: () => void = () => undefined) {
    this.#file = file;
    this.#onLine = take;
    this.#onRestart = anew;
  }

  /** Reads on; gives whether there was anything new. */
  read(): boolean {
    const fd = openIfExists(this.#file);
    if (fd === null) return this.#restart(0);
    try {
      const { size, ino } = fstatSync(fd);
      const anew = (ino !== this.#inode || size < this.#offset) && this.#restart(ino);
      const from = this.#offset;
      for (const { offset, length, text } of size > from ? readLines(fd, from) : []) {
        this.#onLine(text);
        this.#offset = offset + length + 1;
      }
      return anew || this.#offset > from;
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
