import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseCheckedLine } from '../models/cache/checkedLine.ts';
import { isFolderLocked } from '../models/cache/folderLock.ts';
import { StoredRecord } from '../models/cache/storedRecord.ts';
import { createUsageTotals, addToUsageTotals, type UsageTotals } from '../models/cache/usageTotals.ts';
import { createRunView, type RunView } from '../report/createRunView.ts';
import { Hypothesis } from '../state/hypothesis.ts';
import { mergeRemarks } from '../state/mergeRemarks.ts';
import { sumCounts } from '../statistics/sumCounts.ts';
import { getProofId, ProofRecord } from './proofRecord.ts';
import { RunEvent } from './runEvent.ts';
import type { RunFolder } from './runFolder.ts';
import { listJudgeWarnings } from './judgeWarnings.ts';
import type { RunWarning } from './runWarning.ts';
import { countEvents, countFailures } from './result.ts';
import { JsonlTail } from './jsonlTail.ts';

/** Reads a run's folder as another process appends to it, each line once. */
export class GrowingRun {
  readonly #folder: RunFolder;
  readonly #nodes = new Map<string, Hypothesis>();
  readonly #events = new Map<string, RunEvent>();
  readonly #proof = new Map<string, ProofRecord>();
  readonly #tails: readonly JsonlTail[];
  readonly #getTally: (() => UsageTotals) | undefined;
  /** Damaged lines, by file. */
  readonly #damaged = new Map<string, number>();
  #tally = createUsageTotals();
  #sent = -1;
  #ended = false;

  /** @param tally returns the usage. Without it, the usage is read from the answers */
  constructor(folder: RunFolder, tally?: () => UsageTotals) {
    this.#folder = folder;
    this.#getTally = tally;
    const [nodes, events, proof] = [this.#nodes, this.#events, this.#proof];
    this.#tails = [
      this.#createTail(
        'nodes.jsonl',
        (line) => void put(nodes, Hypothesis.parse(line)),
        () => nodes.clear(),
      ),
      this.#createTail(
        'events.jsonl',
        (line) => void put(events, RunEvent.parse(line)),
        () => events.clear(),
      ),
      this.#createTail(
        'proof.jsonl',
        (line) => {
          const record = ProofRecord.parse(line);
          proof.set(getProofId(record), record);
        },
        () => proof.clear(),
      ),
      ...(tally ? [] : [this.#createCallsTail()]),
    ];
  }

  #createCallsTail(): JsonlTail {
    const take = (line: unknown): void => addToUsageTotals(this.#tally, StoredRecord.parse(line));
    return this.#createTail('calls.jsonl', take, () => (this.#tally = createUsageTotals()));
  }

  /** Reads the records of a file. Lines that are not as they were written are counted. */
  #createTail(name: string, take: (line: unknown) => void, forget: () => void): JsonlTail {
    const read = (text: string): void => {
      try {
        take(parseCheckedLine(text));
      } catch {
        this.#damaged.set(name, (this.#damaged.get(name) ?? 0) + 1);
      }
    };
    return new JsonlTail(this.#folder.file(name), read, () => {
      this.#damaged.delete(name);
      forget();
    });
  }

  /** Whether a process works on the run. */
  get isRunning(): boolean {
    return isFolderLocked(this.#folder.path);
  }

  /** Whether there is a result, of the running session or of an earlier one. */
  get hasResult(): boolean {
    return existsSync(this.#folder.file('result.json'));
  }

  /** Reads what was appended. @returns whether there was anything new @param ended whether the result is that of the whole run */
  refresh(ended: boolean): boolean {
    const grown = this.#tails.map((tail) => tail.read()).includes(true);
    if (this.#getTally) this.#tally = this.#getTally();
    const sent = sumCounts(this.#tally.sent);
    const changed = grown || sent !== this.#sent || ended !== this.#ended;
    [this.#sent, this.#ended] = [sent, ended];
    return changed;
  }

  /** The page's view of what was read. @throws UserError, ZodError if a file has another content than expected */
  view(): RunView {
    const { calls, retries, tokens, usd } = this.#tally;
    const events = [...this.#events.values()];
    const nodes = mergeRemarks([...this.#nodes.values()].toSorted((a, b) => a.depth - b.depth || a.index - b.index));
    return createRunView({
      title: basename(this.#folder.path),
      config: this.#folder.readJson('config.json'),
      result: this.#ended ? (this.#folder.readJson('result.json') ?? null) : null,
      usageSoFar: {
        calls,
        retries,
        tokens,
        usd,
        failures: countFailures(this.#tally, events),
        rejectedRewrites: countEvents(events, 'rejected'),
      },
      warningsSoFar: [...listDamageWarnings(this.#damaged), ...listJudgeWarnings(nodes)],
      nodes,
      proof: [...this.#proof.values()],
      finished: this.#ended ? statSync(this.#folder.file('result.json'), { throwIfNoEntry: false })?.mtime : undefined,
      refused: events.filter(({ kind }) => kind === 'rejected'),
    });
  }
}

const put = <T extends { id: string }>(into: Map<string, T>, record: T): unknown => into.set(record.id, record);

const listDamageWarnings = (damaged: ReadonlyMap<string, number>): RunWarning[] =>
  [...damaged].map(([name, lines]) => ({
    code: 'file-damaged',
    text: `${name}: ${lines === 1 ? '1 line is damaged and is' : `${lines} lines are damaged and are`} left out here. The same command computes what can be computed again.`,
  }));
