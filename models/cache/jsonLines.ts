import { readSync } from 'node:fs';

/** The lines of an open file that end in a newline, from a byte on, and where they lie in bytes; a chunk at a time is in memory. */
export function* readLines(fd: number, start = 0): Generator<{ offset: number; length: number; text: string }> {
  const chunk = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  let offset = start;
  for (let at = start, read = 0; (read = readSync(fd, chunk, 0, chunk.length, at)) > 0; at += read) {
    const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
    let from = 0;
    for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
      yield { offset: offset + from, length: to - from, text: bytes.toString('utf8', from, to) };
      from = to + 1;
    }
    rest = bytes.subarray(from);
    offset += from;
  }
}
