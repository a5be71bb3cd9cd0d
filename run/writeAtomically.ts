import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all, part by part, so that a large file is never one text in memory. It is on the disk before
 * it gets its name, so a power cut leaves the former file or the new one.
 */
export function writeAtomically(file: string, parts: Iterable<string | Uint8Array>): void {
  const temporary = join(dirname(file), `.${basename(file)}.tmp`);
  try {
    const fd = openSync(temporary, 'w');
    try {
      for (const part of parts) writeBytes(fd, typeof part === 'string' ? Buffer.from(part) : part);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeBytes(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** An object as `JSON.stringify(…, null, 2)` lays it out, its one long list item by item. */
export function* toJsonParts<T extends object>(object: T, list: keyof T & string): Generator<string> {
  const items: unknown = object[list];
  if (!Array.isArray(items) || items.length === 0) {
    yield `${JSON.stringify(object, null, 2)}\n`;
    return;
  }
  const place = `\n  ${JSON.stringify(list)}: []`;
  // line ends in texts are escaped, so only the key itself can look like this
  const [before = '', after = ''] = JSON.stringify({ ...object, [list]: [] }, null, 2).split(place);
  yield `${before}${place.slice(0, -1)}`;
  for (const [i, item] of items.entries())
    yield `${i > 0 ? ',' : ''}\n    ${JSON.stringify(item, null, 2).replaceAll('\n', '\n    ')}`;
  yield `\n  ]${after}\n`;
}
