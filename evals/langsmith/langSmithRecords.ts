import { uuid7 } from 'langsmith';
import { z } from 'zod';
import type { RunFolder } from '../../run/runFolder.ts';
import { DedupedJsonlLog } from '../../run/dedupedJsonlLog.ts';

const ExperimentRecord = z.object({ seed: z.string(), name: z.string(), id: z.string().optional() });
/** An experiment of LangSmith: its name, its id when it exists, and the seed of its runs' ids. */
export type ExperimentRecord = z.infer<typeof ExperimentRecord>;

const LangSmithState = z.object({
  dataSet: z.object({ id: z.string(), name: z.string() }).optional(),
  experiments: z.record(z.string(), ExperimentRecord).default({}),
});

/** An evaluated instruction that LangSmith has, with the experiment's id. */
const SentInstruction = z.object({ experiment: z.string(), instruction: z.string() });
export type SentInstruction = z.infer<typeof SentInstruction>;
const toSentKey = (sent: SentInstruction): string => JSON.stringify(sent);

/** What an evaluation needs to continue: `langsmith.json` names data set and experiments, `langsmith.jsonl` what LangSmith has. */
export class LangSmithRecords {
  readonly #folder: RunFolder;
  readonly #state: z.infer<typeof LangSmithState>;
  readonly #log: DedupedJsonlLog<SentInstruction>;
  readonly #sent: Set<string>;

  constructor(folder: RunFolder) {
    this.#folder = folder;
    this.#state = LangSmithState.safeParse(folder.readJson('langsmith.json')).data ?? { experiments: {} };
    this.#log = new DedupedJsonlLog(folder.file('langsmith.jsonl'), (line) => SentInstruction.parse(line), toSentKey);
    this.#sent = new Set(this.#log.records().map(toSentKey));
  }

  get datasetName(): string | undefined {
    return this.#state.dataSet?.name;
  }

  get experimentNames(): string[] {
    return Object.values(this.#state.experiments).map(({ name }) => name);
  }

  /** Finds the experiment with this title, or creates a record with a unique name. */
  findOrCreateExperiment(title: string): ExperimentRecord {
    const record = this.#state.experiments[title] ?? { seed: uuid7(), name: `${title}-${uuid7().slice(-8)}` };
    this.update({ experiments: { [title]: record } });
    return record;
  }

  update({ dataSet = this.#state.dataSet, experiments = {} }: Partial<z.infer<typeof LangSmithState>>): void {
    Object.assign(this.#state, { dataSet, experiments: { ...this.#state.experiments, ...experiments } });
    this.#folder.write('langsmith.json', this.#state);
  }

  /** Whether LangSmith has this instruction from an earlier run of the command. */
  hasSent(sent: SentInstruction): boolean {
    return this.#sent.has(toSentKey(sent));
  }

  appendSent(sent: SentInstruction): void {
    this.#log.append(sent);
  }
}
