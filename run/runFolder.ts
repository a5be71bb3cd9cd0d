import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FileStore } from '../models/index.ts';
import { getErrorMessage } from '../state/failure.ts';
import { Hypothesis } from '../state/hypothesis.ts';
import { listChangedKeys } from './config/listChangedKeys.ts';
import type { Config } from './config/loadConfig.ts';
import { formatValue, UserError } from './config/userError.ts';
import { DedupedJsonlLog } from './dedupedJsonlLog.ts';
import { RunEvent } from './runEvent.ts';
import { toJsonParts, writeAtomically } from './writeAtomically.ts';

/** Says that an error ended the last session: the next one computes the run again from its answers. */
const FAILURE_FILE = 'failed.json';

/** The result files of a run. It continues from two others: calls.jsonl and checkpoints.sqlite. */
const RUN_FILES = [
  'config.json',
  'nodes.jsonl',
  'result.json',
  'output.json',
  'prompt.txt',
  'examples.json',
  'report.html',
  'events.jsonl',
  'calls.jsonl',
  'checkpoints.sqlite',
  'thread.txt',
  'replacements.json',
  'given-queries.json',
  'given-examples.json',
  // of an evaluation or an experiment, by the start of their names
  'evaluation.json',
  'experiment.json',
  'records.jsonl',
  'search-',
  'table.',
  'plot.',
  'langsmith.json',
  'remote.json',
  'branch.json',
  'first.jsonl',
  FAILURE_FILE,
];

/** A run's folder: config, journal and results. Files are written whole or not at all, but for the journal, which grows. */
export class RunFolder {
  readonly path: string;
  #journal: DedupedJsonlLog<Hypothesis> | undefined;
  #events: DedupedJsonlLog<RunEvent> | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens a folder for a run of this config: a new one, or one with a run of the same config, which continues.
   * `replaced`: digests of the models, nodes and data that the caller gave in the place of the config's.
   * @throws UserError if the config or a digest differs in anything that changes what is computed, unless `fresh`
   */
  static open(path: string, config: Config, fresh = false, replaced: Readonly<Record<string, string>> = {}): RunFolder {
    makeFolder(path);
    const folder = new RunFolder(path);
    if (fresh) folder.#setAside();
    const before = folder.readJson('config.json');
    const keys = new Set(
      before === undefined
        ? []
        : [
            ...listChangedKeys(before, JSON.parse(JSON.stringify(config))),
            ...listChangedKeys(folder.readJson('replacements.json') ?? {}, replaced),
          ],
    );
    if (keys.size)
      throw new UserError(
        `${path}: expected the config that this run was started with, got other values for ${[...keys].join(', ')}; choose another folder (--out), or start again with --fresh`,
      );
    if (Object.keys(replaced).length > 0) folder.write('replacements.json', replaced);
    folder.write('config.json', config);
    return folder;
  }

  /** A folder that holds a run. @throws UserError if it holds none */
  static openExisting(path: string): RunFolder {
    if (!existsSync(join(path, 'config.json')))
      throw new UserError(`--run: expected a run's folder (with config.json), got ${formatValue(path)}`);
    return new RunFolder(path);
  }

  /** A folder for what a command keeps beside a run. */
  static openWithoutConfig(path: string): RunFolder {
    makeFolder(path);
    return new RunFolder(path);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file whole or not at all: text and bytes as they are, anything else as JSON. */
  write(name: string, content: unknown): void {
    const asIs = typeof content === 'string' || content instanceof Uint8Array;
    writeAtomically(this.file(name), [asIs ? content : `${JSON.stringify(content, null, 2)}\n`]);
  }

  /** The same for an object with one long list, item by item. */
  writeInParts<T extends object>(name: string, content: T, list: keyof T & string): void {
    writeAtomically(this.file(name), toJsonParts(content, list));
  }

  /** Removes a file, and what SQLite keeps beside it. */
  remove(name: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.file(name + suffix), { force: true });
  }

  /** Moves a damaged file out of the way, and removes what SQLite keeps beside it. */
  setAside(name: string): void {
    if (existsSync(this.file(name))) renameSync(this.file(name), this.file(`${name}.damaged`));
    this.remove(name);
  }

  readText(name: string): string | undefined {
    return existsSync(this.file(name)) ? readFileSync(this.file(name), 'utf8') : undefined;
  }

  readJson(name: string): unknown {
    const text = this.readText(name);
    try {
      return text === undefined ? undefined : JSON.parse(text);
    } catch {
      throw new UserError(
        `${this.file(name)}: expected JSON, got something else; restore the file or start again with --fresh`,
      );
    }
  }

  /** The journal: every judged node, once. Opened when this process has the folder to itself. */
  get journal(): DedupedJsonlLog<Hypothesis> {
    this.#journal ??= new DedupedJsonlLog(
      this.file('nodes.jsonl'),
      (line) => Hypothesis.parse(line),
      (node) => node.id,
    );
    return this.#journal;
  }

  /** Removes the tree, which is then computed again from the answers. */
  forgetTree(): void {
    this.remove('nodes.jsonl');
    this.remove(FAILURE_FILE);
    this.#journal = undefined;
  }

  /** Notes an error that ended a session. Its checkpoint may lie between two steps, where no graph can continue. */
  markFailed(error: unknown): void {
    this.write(FAILURE_FILE, { error: getErrorMessage(error) });
  }

  get hasFailed(): boolean {
    return existsSync(this.file(FAILURE_FILE));
  }

  /** Each event once: replies that could not be read, and rewrites that were rejected. */
  get events(): DedupedJsonlLog<RunEvent> {
    this.#events ??= new DedupedJsonlLog(
      this.file('events.jsonl'),
      (line) => RunEvent.parse(line),
      (event) => event.id,
    );
    return this.#events;
  }

  /** The journal's nodes in the order they were made: level by level, place by place. */
  nodes(): Hypothesis[] {
    return this.journal.records().toSorted((a, b) => a.depth - b.depth || a.index - b.index);
  }

  /** A former run's files are moved into previous-1, previous-2, …: paid answers are never deleted. */
  #setAside(): void {
    const held = RUN_FILES.filter((name) => existsSync(this.file(name)));
    if (held.length === 0) return;
    FileStore.open(this.file('calls.jsonl')).close(); // not from under another process
    const number = 1 + readdirSync(this.path).filter((name) => name.startsWith('previous-')).length;
    const aside = this.file(`previous-${number}`);
    mkdirSync(aside);
    for (const name of readdirSync(this.path).filter((n) => RUN_FILES.some((f) => n.startsWith(f))))
      renameSync(this.file(name), join(aside, name));
  }
}

/** @throws UserError if the folder can be neither found nor made */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UserError(
      `${path}: expected a folder, or a place where one can be made, got ${getErrorMessage(error)}; choose another`,
    );
  }
}
