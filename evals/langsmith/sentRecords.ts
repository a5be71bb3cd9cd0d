import { uuid7 } from 'langsmith';
import { z } from 'zod';
import type { RunFolder } from '../../run/runFolder.ts';
import { OnceLog } from '../../run/dedupedJsonlLog.ts';

const Begun = z.object({ seed: z.string(), name: z.string(), id: z.string().optional() });
/** An experiment of LangSmith: its name there, its id once it is made, and what the ids of its runs follow from. */
export type Begun = z.infer<typeof Begun>;

const State = z.object({
  dataSet: z.object({ id: z.string(), name: z.string() }).optional(),
  experiments: z.record(z.string(), Begun).default({}),
});

/** An evaluated instruction that LangSmith has, by the experiment's id. */
const Sent = z.object({ experiment: z.string(), instruction: z.string() });
export type Sent = z.infer<typeof Sent>;
const keyOf = (sent: Sent): string => JSON.stringify(sent);

/** What an evaluation's folder keeps of LangSmith, for going on: `langsmith.json` names data set and experiments, `langsmith.jsonl` what was taken. */
export class Kept {
  readonly #folder: RunFolder;
  readonly #state: z.infer<typeof State>;
  readonly #log: OnceLog<Sent>;
  readonly #sent: Set<string>;

  constructor(folder: RunFolder) {
    this.#folder = folder;
    this.#state = State.safeParse(folder.readJson('langsmith.json')).data ?? { experiments: {} };
    this.#log = new OnceLog(folder.file('langsmith.jsonl'), (line) => Sent.parse(line), keyOf);
    this.#sent = new Set(this.#log.records().map(keyOf));
  }

  get dataSet(): string | undefined {
    return this.#state.dataSet?.name;
  }

  get experiments(): string[] {
    return Object.values(this.#state.experiments).map(({ name }) => name);
  }

  /** The experiment begun under this title, or a new one of a name of its own. */
  begin(title: string): Begun {
    const begun = this.#state.experiments[title] ?? { seed: uuid7(), name: `${title}-${uuid7().slice(-8)}` };
    this.note({ experiments: { [title]: begun } });
    return begun;
  }

  note({ dataSet = this.#state.dataSet, experiments = {} }: Partial<z.infer<typeof State>>): void {
    Object.assign(this.#state, { dataSet, experiments: { ...this.#state.experiments, ...experiments } });
    this.#folder.write('langsmith.json', this.#state);
  }

  /** Whether LangSmith has it from an earlier run of the command. */
  has(sent: Sent): boolean {
    return this.#sent.has(keyOf(sent));
  }

  noteSent(sent: Sent): void {
    this.#log.append(sent);
  }
}
