import type { Role } from '../roles.ts';
import type { StoredAnswer, StoredRecord } from './storedRecord.ts';

/** Keeps answers by the keys of their requests. */
export interface Store {
  get(key: string): StoredAnswer | undefined;
  has(key: string): boolean;
  append(record: StoredRecord): void;
  /** Passes on each record of earlier sessions. */
  replay(onRecord: (record: StoredRecord) => void): void;
  /** Damaged lines that were removed. */
  readonly corrupt: number;
  /** The roles of the paid answers on them. */
  readonly lostAnswers?: readonly Role[];
  close(): void;
}
