import { closeSync, existsSync, openSync } from 'node:fs';
import { readLines } from './readLines.ts';
import type { Store } from './store.ts';
import { parseRecord, type StoredAnswer, type StoredRecord } from './storedRecord.ts';

/** Creates a store that ends with the process. It begins with the answers of a file, if one is named that exists; the file is only read. */
export function createMemoryStore(file?: string): Store {
  const answers = new Map<string, StoredAnswer>();
  const append = (record: StoredRecord): void => void ('key' in record && answers.set(record.key, record));
  if (file !== undefined && existsSync(file)) readRecords(file, append);
  return {
    corrupt: 0,
    get: (key) => answers.get(key),
    has: (key) => answers.has(key),
    append,
    replay: () => undefined,
    close: () => undefined,
  };
}

function readRecords(file: string, onRecord: (record: StoredRecord) => void): void {
  const fd = openSync(file, 'r');
  try {
    for (const { text } of readLines(fd)) {
      const record = parseRecord(text);
      if (record) onRecord(record);
    }
  } finally {
    closeSync(fd);
  }
}
