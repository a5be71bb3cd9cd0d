import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { Client, isTracingEnabled } from 'langsmith';
import type { Instruction } from '../justEval/instructions.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { atMost, type Tracing } from '../../run/tracing/traceRun.ts';
import { dataSetOf, type DataSet } from './dataset.ts';
import { evaluatedIn } from './evaluatedItem.ts';
import { idFrom } from '../../run/tracing/derivedIds.ts';
import { Kept, type Begun, type Sent } from './sentRecords.ts';
import { Outbox, multipart } from './outbox.ts';
import { throughSpans } from './sendThroughSpans.ts';
import { openSpans } from '../../run/tracing/otelSpans.ts';
import { TreeClient, withIdsOf, type Tree } from './traceTrees.ts';

/** An evaluation as LangSmith's experiments show it. */
export interface ExperimentAbout {
  /** What it is called; a few signs are added that tell it from others of that name. */
  title: string;
  description: string;
  metadata: Record<string, unknown>;
}

/** Evaluations over the same instructions as experiments on one data set of LangSmith, to be compared there. */
export interface Evaluations {
  /** One evaluation's experiment: the one begun before where it goes on. */
  experiment(about: ExperimentAbout, config: Config): Tracing['config'];
  /** Waits for what is on its way, while LangSmith takes it and 3 seconds more, and says what became of it. */
  flush(): Promise<string[]>;
}

const OFF: Evaluations = { experiment: () => ({}), flush: async () => [] };

/** What is evaluated, and what the data set is to be called. */
export interface Evaluated {
  config: Config;
  folder: RunFolder;
  instructions: readonly Instruction[];
  dataSet: string;
}

/** Nothing at all unless LANGSMITH_TRACING is true. Nothing here is waited for but by `flush`. */
export const openEvaluations = async (evaluated: Evaluated): Promise<Evaluations> =>
  isTracingEnabled() ? new Tracked(evaluated, await sender(evaluated.config)) : OFF;

async function sender({ tracing }: Config): Promise<Outbox> {
  const client = new Client({ timeout_ms: 30_000 });
  return new Outbox(
    client.tracingMode === 'otel' ? throughSpans(client, await openSpans(tracing.project)) : multipart(),
  );
}

class Tracked implements Evaluations {
  readonly #outbox: Outbox;
  readonly #config: Config;
  readonly #client = new Client({
    timeout_ms: 30_000,
    callerOptions: { maxRetries: 2 },
    fetchImplementation: async (to, init) => {
      const response = await fetch(to, init);
      if (response.ok) this.#heard = performance.now();
      return response;
    },
  });
  readonly #dataSet: Promise<DataSet>;
  readonly #count: number;
  readonly #kept: Kept;
  readonly #under: Promise<void>[] = [];
  #fault: string | undefined;
  #ended = 0;
  #sent = 0;
  /** When LangSmith last took something. */
  #heard = 0;

  constructor({ config, folder, instructions, dataSet }: Evaluated, outbox: Outbox) {
    [this.#config, this.#outbox, this.#count, this.#kept] = [config, outbox, instructions.length, new Kept(folder)];
    this.#dataSet = dataSetOf(this.#client, config.tracing.dataSet ?? dataSet, instructions);
    this.#dataSet.then(({ id, name }) => this.#kept.note({ dataSet: { id, name } })).catch(this.#failed);
  }

  experiment(about: ExperimentAbout, config: Config): Tracing['config'] {
    const begun = this.#kept.begin(about.title);
    const made = this.#made(about, begun.name);
    made.then((id) => this.#kept.note({ experiments: { [about.title]: { ...begun, id } } })).catch(this.#failed);
    const client = new TreeClient(begun.name, config.models, (tree) => {
      this.#under.push(this.#send(tree, begun, made).catch(this.#failed));
    });
    return {
      callbacks: [new LangChainTracer({ client, projectName: begun.name })],
      tags: [config.preset, ...this.#config.tracing.tags],
    };
  }

  async flush(): Promise<string[]> {
    const all = async (): Promise<void> => {
      await awaitAllCallbacks();
      await Promise.all(this.#under);
      await this.#outbox.idle();
    };
    await atMost(all(), () => this.#heard);
    return this.#ended === 0 ? [] : [this.#told()];
  }

  #told(): string {
    const { experiments, dataSet } = this.#kept;
    const which = experiments.length === 1 ? `experiment ${experiments[0]}` : `${experiments.length} experiments`;
    const where = `${which} on ${dataSet === undefined ? 'no data set yet' : `the data set ${dataSet}`}`;
    const why = this.#fault ?? this.#outbox.fault ?? 'there was no time for more';
    const rest = this.#sent < this.#ended ? `; ${why}: the same command sends the rest` : '';
    return `LangSmith: ${where}, ${this.#sent} of ${this.#ended} evaluated instructions sent${rest}`;
  }

  /** The experiment's id, made where it is not there: its name is its own. */
  async #made({ description, metadata }: ExperimentAbout, name: string): Promise<string> {
    const { id: referenceDatasetId } = await this.#dataSet;
    const about = { projectName: name, description, metadata, referenceDatasetId, numExamples: this.#count };
    return (await this.#client.createProject({ ...about, upsert: true })).id;
  }

  /** Sends one evaluated instruction, once. */
  async #send(tree: Tree, begun: Begun, made: Promise<string>): Promise<void> {
    const evaluated = evaluatedIn(tree);
    if (evaluated === null) return;
    this.#ended++;
    const instruction = String(evaluated.id);
    const before = begun.id !== undefined && this.#kept.has({ experiment: begun.id, instruction });
    if (before) this.#sent++;
    const [{ examples }, experiment] = await Promise.all([this.#dataSet, made]);
    if (before && experiment === begun.id) return;
    if (before) this.#sent--; // to another LangSmith than before
    const example = examples.get(instruction);
    const [root, ...below] = withIdsOf(idFrom(begun.seed, instruction), tree);
    const shown = { ...root, inputs: evaluated.inputs, outputs: evaluated.outputs };
    const runs = [{ ...shown, ...(example !== undefined && { reference_example_id: example }) }, ...below];
    const sent = (): void => this.#noteSent({ experiment, instruction });
    this.#outbox.add({ runs, feedback: evaluated.feedbackOn(shown, experiment), sent });
  }

  /** A disk that takes no more must not end what is measured. */
  #noteSent(sent: Sent): void {
    this.#sent++;
    this.#heard = performance.now();
    try {
      this.#kept.noteSent(sent);
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#fault ??= (error instanceof Error ? error.message : String(error)).split('\n')[0];
  };
}
