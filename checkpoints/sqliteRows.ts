/** A checkpoint without its values. `channels` is JSON: channel → hash of its value. */
export interface CheckpointRow {
  thread: string;
  ns: string;
  id: string;
  parent: string | null;
  type: string;
  body: Uint8Array;
  meta: Uint8Array;
  channels: string;
}

/** A task's write, which is applied when its superstep ends. */
export interface WriteRow {
  thread: string;
  ns: string;
  id: string;
  task: string;
  idx: number;
  path: string;
  channel: string;
  hash: string;
}

/** A value without its long texts, under the hash of its content. */
export interface ValueRow {
  hash: string;
  type: string;
  data: Uint8Array;
}
