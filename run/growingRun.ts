import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { emptyTally, enter, isLocked, parseRecord, type Tally } from '../models/index.ts';
import { viewOfRun, type RunView } from '../report/view.ts';
import { Hypothesis } from '../state/hypothesis.ts';
import { RunEvent, type RunFolder } from './runFolder.ts';
import { failuresOf } from './result.ts';
import { Tail } from './jsonlTail.ts';

/** A run's folder seen from outside as it grows: what was appended is read, and nothing twice. */
export class GrowingRun {
  readonly #folder: RunFolder;
  readonly #nodes = new Map<string, Hypothesis>();
  readonly #events = new Map<string, RunEvent>();
  readonly #tails: readonly Tail[];
  readonly #given: (() => Tally) | undefined;
  #tally = emptyTally();
  #sent = -1;
  #ended = false;

  /** @param tally the accounts, where they are at hand; else they are read from the answers */
  constructor(folder: RunFolder, tally?: () => Tally) {
    this.#folder = folder;
    this.#given = tally;
    const { nodes, events } = { nodes: this.#nodes, events: this.#events };
    this.#tails = [
      new Tail(folder.file('nodes.jsonl'), each(Hypothesis, nodes), () => nodes.clear()),
      new Tail(folder.file('events.jsonl'), each(RunEvent, events), () => events.clear()),
      ...(tally ? [] : [this.#answers()]),
    ];
  }

  #answers(): Tail {
    const take = (text: string): void => {
      const record = parseRecord(text);
      if (record) enter(this.#tally, record);
    };
    return new Tail(this.#folder.file('calls.jsonl'), take, () => (this.#tally = emptyTally()));
  }

  /** Whether a process works on the run. */
  get atWork(): boolean {
    return isLocked(this.#folder.file('calls.jsonl'));
  }

  /** Whether there is a result, of the session that is at work or of one before. */
  get hasResult(): boolean {
    return existsSync(this.#folder.file('result.json'));
  }

  /** Reads on; gives whether there was anything new. @param ended whether the result is that of the whole run */
  refresh(ended: boolean): boolean {
    const grown = this.#tails.map((tail) => tail.read()).includes(true);
    if (this.#given) this.#tally = this.#given();
    const sent = Object.values(this.#tally.sent).reduce((a, b) => a + b, 0);
    const changed = grown || sent !== this.#sent || ended !== this.#ended;
    [this.#sent, this.#ended] = [sent, ended];
    return changed;
  }

  /** The page's view of what was read. @throws UserFault, ZodError where a file is not what it should be */
  view(): RunView {
    const { calls, retries, tokens, usd } = this.#tally;
    return viewOfRun({
      title: basename(this.#folder.path),
      config: this.#folder.readJson('config.json'),
      result: this.#ended ? (this.#folder.readJson('result.json') ?? null) : null,
      soFar: { calls, retries, tokens, usd, failures: failuresOf(this.#tally, [...this.#events.values()]) },
      nodes: [...this.#nodes.values()].toSorted((a, b) => a.depth - b.depth || a.place - b.place),
    });
  }
}

/** Takes a line into a map by its id; what is no such record is passed over. */
function each<T extends { id: string }>(
  schema: { safeParse: (line: unknown) => { data?: T | undefined } },
  into: Map<string, T>,
): (text: string) => void {
  return (text) => {
    const record = schema.safeParse(parsed(text)).data;
    if (record) into.set(record.id, record);
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
