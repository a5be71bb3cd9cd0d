import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { lockFolder } from '../models/cache/folderLock.ts';
import { makeFolder } from '../models/cache/makeFolder.ts';
import { redactSecrets } from '../models/secrets.ts';
import { getErrorMessage } from '../state/failure.ts';
import { Hypothesis } from '../state/hypothesis.ts';
import { mergeRemarks } from '../state/mergeRemarks.ts';
import { CheckedFiles, createDamageError } from './checkedFiles.ts';
import { listDataFiles } from './config/listDataFiles.ts';
import { describeReturn } from './config/describeReturn.ts';
import { listChangedKeys } from './config/listChangedKeys.ts';
import type { Config } from './config/loadConfig.ts';
import { formatValue, UserError } from './config/userError.ts';
import { DedupedJsonlLog } from './dedupedJsonlLog.ts';
import { getProofId, ProofRecord } from './proofRecord.ts';
import { readCheckedLines } from './readCheckedLines.ts';
import { hashFile, hashFiles } from './fileDigests.ts';
import { RunEvent } from './runEvent.ts';
import { moveRunAside } from './moveRunAside.ts';
import { requireNoFolders } from './runFiles.ts';

/** Says that an error ended the last session: the next one computes the run again from its answers. */
const FAILURE_FILE = 'failed.json';

/** Keeps the digests of the files that a run reads, by their paths. */
export const DATA_FILE = 'data.json';
const DataDigests = z.record(z.string(), z.string()).catch({});

/** Why a run ended that can continue. */
export const RESUMABLE_REASONS: ReadonlySet<string> = new Set(['budget', 'interrupted']);

/** The result of a run that does not continue: its journal holds all of its nodes. */
const FinalResult = z.object({
  nodes: z.array(z.unknown()),
  stoppedBy: z.string().refine((reason) => !RESUMABLE_REASONS.has(reason)),
});

/** What a run continues from besides its config. */
const CONTINUED_FILES = ['calls.jsonl', 'nodes.jsonl', 'checkpoints.sqlite', 'result.json', 'remote.json'];

/** A run's folder: config, journal and results. Only the journal grows; other files are written whole. */
export class RunFolder extends CheckedFiles {
  /** What is known of damaged files: each names the file, and what is done. */
  readonly damage: string[] = [];
  /** Whether the config that the folder's other files were made with is lost. */
  isConfigLost = false;
  /** Whether events or answers of the proof are lost. Only a search from its start reports them again. */
  lacksRecords = false;
  readonly #unlock: (() => void) | undefined;
  #journal: DedupedJsonlLog<Hypothesis> | undefined;
  #events: DedupedJsonlLog<RunEvent> | undefined;
  #proof: DedupedJsonlLog<ProofRecord> | undefined;

  private constructor(path: string, lock?: () => () => void) {
    requireNoFolders(path);
    super(path);
    this.#unlock = lock?.();
  }

  /**
   * Opens and locks a folder for a run of this config: a new one, or one with a run of the same config, which continues.
   * Nothing is written before that is settled and the folder is locked.
   * `replaced`: digests of the models, nodes and data that the caller gave in the place of the config's. `files`: what the run reads.
   * @throws UserError if the config, a digest or a file differs in anything that changes what is computed, unless `fresh`
   */
  static open(
    path: string,
    config: Config,
    fresh = false,
    replaced: Readonly<Record<string, string>> = {},
    files: readonly string[] = listDataFiles(config),
  ): RunFolder {
    if (!fresh) new RunFolder(path).#requireSameRun(config, replaced);
    const folder = RunFolder.openWithoutConfig(path);
    try {
      if (fresh) moveRunAside(path);
      else folder.#requireSameRun(config, replaced);
      folder.write('config.json', config);
      if (Object.keys(replaced).length > 0) folder.write('replacements.json', replaced);
      folder.write(DATA_FILE, hashFiles(files));
      return folder;
    } catch (error) {
      folder.close();
      throw error;
    }
  }

  /** The folder of a run of this config, not locked; undefined if there is none. @throws UserError if it holds a run of another config */
  static find(path: string, config: Config, replaced: Readonly<Record<string, string>> = {}): RunFolder | undefined {
    const folder = new RunFolder(path);
    folder.#requireSameRun(config, replaced);
    return existsSync(folder.file('config.json')) && !folder.isConfigLost ? folder : undefined;
  }

  /** A folder that holds a run, not locked. @throws UserError if it holds none */
  static openExisting(path: string): RunFolder {
    if (!existsSync(join(path, 'config.json')))
      throw new UserError(`--run: expected a run's folder (with config.json), got ${formatValue(path)}`);
    return new RunFolder(path);
  }

  /** A locked folder for what a command keeps. @throws UserError if it cannot be made, StoreError if it is in use */
  static openWithoutConfig(path: string): RunFolder {
    requireFolder(path);
    return new RunFolder(path, () => lockFolder(path));
  }

  /** Frees the lock. */
  close(): void {
    this.#unlock?.();
  }

  #requireSameRun(config: Config, replaced: Readonly<Record<string, string>>): void {
    const isDamaged = ['config.json', 'replacements.json', DATA_FILE].some((name) => this.isDamaged(name));
    const before = isDamaged ? undefined : this.readJson('config.json');
    this.isConfigLost = before === undefined && CONTINUED_FILES.some((name) => existsSync(this.file(name)));
    if (isDamaged && this.#unlock)
      this.damage.push(
        `${this.findDamaged('config.json')}: damaged, so it is written again, and the run is computed again from its answers`,
      );
    if (before === undefined) return;
    const keys = new Set([
      ...listChangedKeys(before, JSON.parse(JSON.stringify(config))),
      ...listChangedKeys(this.readJson('replacements.json') ?? {}, replaced),
    ]);
    if (keys.size)
      throw new UserError(
        `${this.path}: expected the config that this run was started with, got other values for ${[...keys].join(', ')}; ${describeReturn(before, [...keys])}choose another folder (--out), or start again with --fresh`,
      );
    this.requireSameFiles();
  }

  /** @throws UserError if a file that the run has read has another content now */
  requireSameFiles(): void {
    const digests = DataDigests.parse(this.readJson(DATA_FILE) ?? {});
    const changed = Object.entries(digests).filter(([file, digest]) => ![digest, undefined].includes(hashFile(file)));
    if (changed.length > 0)
      throw new UserError(
        `${this.path}: expected the files that this run was started with, got another content of ${changed.map(([file]) => file).join(', ')}; restore it, choose another folder (--out), or start again with --fresh`,
      );
  }

  /** The journal: every judged node, once. Only for the process that has locked the folder. */
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
    try {
      this.write(FAILURE_FILE, { error: redactSecrets(getErrorMessage(error)) });
    } catch {
      // a disk without room for this line; the error itself is reported
    }
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

  /** What the first prompt and its challenger answered to each fresh query. Only for the process that has locked the folder. */
  get proof(): DedupedJsonlLog<ProofRecord> {
    this.#proof ??= new DedupedJsonlLog(this.file('proof.jsonl'), (line) => ProofRecord.parse(line), getProofId);
    return this.#proof;
  }

  /** The journal's nodes in the order they were made: level by level, place by place. @throws UserError if a line is damaged and this process may not repair it */
  nodes(): Hypothesis[] {
    const nodes = this.#unlock ? this.journal.records() : this.#readNodes();
    const result = this.#unlock ? undefined : FinalResult.safeParse(this.readJson('result.json')).data;
    if (result && nodes.length < result.nodes.length) throw createDamageError(this.file('nodes.jsonl'));
    return mergeRemarks(nodes.toSorted((a, b) => a.depth - b.depth || a.index - b.index));
  }

  /** Reads the journal without a touch: the rest of a torn last line is passed over. */
  #readNodes(): Hypothesis[] {
    const nodes = readCheckedLines(this.readText('nodes.jsonl') ?? '', (line) => Hypothesis.parse(line));
    if (nodes === undefined) throw createDamageError(this.file('nodes.jsonl'));
    return nodes;
  }

  /** Counts what a result's page shows besides its nodes. */
  countRecords(): Record<string, number> {
    return { 'events.jsonl': this.events.count, 'proof.jsonl': this.proof.count };
  }

  /** Lists the files that hold fewer records than a result counted, or one that is not as it was written. Read without a touch. */
  listDamagedRecords(counts: Readonly<Record<string, number>> = {}): string[] {
    const schemas = { 'events.jsonl': RunEvent, 'proof.jsonl': ProofRecord };
    return Object.entries(schemas).flatMap(([name, schema]) => {
      const records = readCheckedLines<unknown>(this.readText(name) ?? '', (line) => schema.parse(line));
      return records !== undefined && records.length >= (counts[name] ?? 0) ? [] : name;
    });
  }

  /** Whether the journal holds so many nodes, each as it was written. */
  hasNodes(count: number): boolean {
    try {
      return this.#readNodes().length === count;
    } catch {
      return false;
    }
  }
}

/** @throws UserError if the folder can be neither found nor made */
function requireFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw new UserError(
      `${path}: expected a folder, or a place where one can be made, got ${getErrorMessage(error)}; choose another`,
    );
  }
}
