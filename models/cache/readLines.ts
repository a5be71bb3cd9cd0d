import { readSync } from 'node:fs';

/** Reads the complete lines of an open file from byte `start`, with their positions in bytes, 1 MiB at a time. */
export function* readLines(fd: number, start = 0): Generator<{ offset: number; length: number; text: string }> {
  const chunk = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  let offset = start;
  for (let position = start, count = 0; (count = readSync(fd, chunk, 0, chunk.length, position)) > 0;) {
    position += count;
    const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
    let lineStart = 0;
    for (let lineEnd = bytes.indexOf(10); lineEnd >= 0; lineEnd = bytes.indexOf(10, lineStart)) {
      yield {
        offset: offset + lineStart,
        length: lineEnd - lineStart,
        text: bytes.toString('utf8', lineStart, lineEnd),
      };
      lineStart = lineEnd + 1;
    }
    rest = bytes.subarray(lineStart);
    offset += lineStart;
  }
}
