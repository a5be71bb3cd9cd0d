import type { Checkpoint, SerializerProtocol } from '@langchain/langgraph-checkpoint';
import { joinLongTexts, splitLongTexts } from './longTexts.ts';
import { hashValue, type SqliteTables } from './sqliteTables.ts';

/** The type of a value whose long texts are in their own table. */
const SPLIT_VALUE_TYPE = 'json, split';

/** The values of a thread's last checkpoint. A channel of the next one with the same version has the same value. */
interface SavedChannels {
  id: string;
  versions: Checkpoint['channel_versions'];
  /** Channel → hash of its value. */
  hashes: Record<string, string>;
}

/** The values of checkpoints and writes, each saved once under the hash of its content, without its long texts. */
export class SavedValues {
  readonly #tables: SqliteTables;
  readonly #serde: SerializerProtocol;
  /** By thread and namespace. */
  readonly #savedChannels = new Map<string, SavedChannels>();

  constructor(tables: SqliteTables, serde: SerializerProtocol) {
    this.#tables = tables;
    this.#serde = serde;
  }

  /** Saves the values that changed since the parent. Returns JSON: channel → hash of its value. `line`: the thread and namespace. */
  async saveChannels(
    { id, channel_versions: versions }: Checkpoint,
    values: readonly [string, unknown][],
    line: string,
    parent: string | null,
  ): Promise<string> {
    const before = this.#savedChannels.get(line);
    const hashes: Record<string, string> = {};
    for (const [name, value] of values) {
      const isSame = before?.id === parent && versions[name] !== undefined && versions[name] === before.versions[name];
      const known = isSame ? before.hashes[name] : undefined;
      hashes[name] = known ?? (await this.save(value));
    }
    this.#savedChannels.set(line, { id, versions, hashes });
    return JSON.stringify(hashes);
  }

  /** Forgets what the last checkpoints held: their values may be deleted. */
  forgetChannels(): void {
    this.#savedChannels.clear();
  }

  /** Saves a value and its long texts. Returns the value's hash. */
  async save(value: unknown): Promise<string> {
    const parts = splitLongTexts(value);
    for (const [textHash, text] of parts?.texts ?? []) this.#tables.saveText(textHash, text);
    const [type, data] = parts
      ? [parts.texts.size ? SPLIT_VALUE_TYPE : 'json', Buffer.from(parts.skeleton)]
      : await this.#serde.dumpsTyped(value);
    const hash = hashValue(type, data);
    this.#tables.saveValue({ hash, type, data });
    return hash;
  }

  async load(hash: string): Promise<unknown> {
    const row = this.#tables.findValue(hash);
    if (row.type !== SPLIT_VALUE_TYPE) return this.#serde.loadsTyped(row.type, row.data);
    const json = joinLongTexts(row.data, (textHash) => this.#tables.readText(textHash));
    return this.#serde.loadsTyped('json', json);
  }
}
