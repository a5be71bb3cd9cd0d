import { rmSync, truncateSync, writeFileSync } from 'node:fs';

/** Bytes that are kept free for the answers in flight when the disk becomes full. */
const RESERVE_BYTES = 1 << 20;
/** Bytes that are freed at least, so that small records do not free the reserve page by page. */
const MIN_FREED_BYTES = 1 << 16;

/** A file that only takes up room on a disk. If the disk becomes full, the room is given to what must not be lost. */
export class DiskReserve {
  readonly #file: string;
  #size = RESERVE_BYTES;

  /** @throws an error of the file system if there is no room */
  constructor(file: string) {
    this.#file = file;
    try {
      writeFileSync(file, Buffer.alloc(RESERVE_BYTES));
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** Frees room for so many bytes, as far as there is any. */
  free(bytes: number): void {
    this.#size = Math.max(0, this.#size - Math.max(MIN_FREED_BYTES, 2 * bytes));
    truncateSync(this.#file, this.#size);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}
