import { closeSync, fstatSync, openSync } from 'node:fs';
import { linesOf } from '../models/index.ts';

/** A file of a JSON record a line, read on as another hand appends to it; a line that is not whole yet is left for later. */
export class Tail {
  readonly #file: string;
  readonly #take: (text: string) => void;
  readonly #anew: () => void;
  /** Bytes read, and the file they were read from. */
  #offset = 0;
  #inode = 0;

  /** @param take is given each new line @param anew is told that the file is another one or shorter: it is read from its start */
  constructor(file: string, take: (text: string) => void, anew: () => void = () => undefined) {
    this.#file = file;
    this.#take = take;
    this.#anew = anew;
  }

  /** Reads on; gives whether there was anything new. */
  read(): boolean {
    const fd = opened(this.#file);
    if (fd === null) return this.#begin(0);
    try {
      const { size, ino } = fstatSync(fd);
      const anew = (ino !== this.#inode || size < this.#offset) && this.#begin(ino);
      const from = this.#offset;
      for (const { offset, length, text } of size > from ? linesOf(fd, from) : []) {
        this.#take(text);
        this.#offset = offset + length + 1;
      }
      return anew || this.#offset > from;
    } finally {
      closeSync(fd);
    }
  }

  #begin(inode: number): boolean {
    const had = this.#offset > 0;
    if (had) this.#anew();
    this.#offset = 0;
    this.#inode = inode;
    return had;
  }
}

function opened(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch {
    return null;
  }
}
