import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { Client, isTracingEnabled } from 'langsmith';
import type { Instruction } from '../justEval/instructions.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { waitForDelivery, type RunTrace } from '../../run/tracing/traceRun.ts';
import { ensureDataset, type LangSmithDataset } from './ensureDataset.ts';
import { readEvaluatedInstruction } from './evaluatedInstruction.ts';
import { deriveId } from '../../run/tracing/derivedIds.ts';
import { LangSmithRecords, type ExperimentRecord, type SentInstruction } from './langSmithRecords.ts';
import { Outbox, createMultipartTransport } from './outbox.ts';
import { createSpanTransport } from './createSpanTransport.ts';
import { openSpans } from '../../run/tracing/otelSpans.ts';
import { TreeClient, withDerivedIds, type TraceTree } from './treeClient.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** An evaluation as LangSmith's experiments show it. */
export interface ExperimentDescription {
  /** What it is called; a few signs are added that tell it from others of that name. */
  title: string;
  description: string;
  metadata: Record<string, unknown>;
}

/** Evaluations over the same instructions as experiments on one data set of LangSmith, to be compared there. */
export interface EvaluationTracker {
  /** One evaluation's experiment: the one begun before where it goes on. */
  openExperiment(about: ExperimentDescription, config: Config): RunTrace['config'];
  /** Waits for what is on its way, while LangSmith takes it and 3 seconds more, and says what became of it. */
  flush(): Promise<string[]>;
}

const TRACKING_OFF: EvaluationTracker = { openExperiment: () => ({}), flush: async () => [] };

/** What is evaluated, and what the data set is to be called. */
export interface TrackedEvaluation {
  config: Config;
  folder: RunFolder;
  instructions: readonly Instruction[];
  dataSet: string;
}

/** Nothing at all unless LANGSMITH_TRACING is true. Nothing here is waited for but by `flush`. */
export const openEvaluationTracker = async (evaluated: TrackedEvaluation): Promise<EvaluationTracker> =>
  isTracingEnabled() ? new LangSmithTracker(evaluated, await createOutbox(evaluated.config)) : TRACKING_OFF;

async function createOutbox({ tracing }: Config): Promise<Outbox> {
  const client = new Client({ timeout_ms: 30_000 });
  return new Outbox(
    client.tracingMode === 'otel'
      ? createSpanTransport(client, await openSpans(tracing.project))
      : createMultipartTransport(),
  );
}

class LangSmithTracker implements EvaluationTracker {
  readonly #outbox: Outbox;
  readonly #config: Config;
  readonly #client = new Client({
    timeout_ms: 30_000,
    callerOptions: { maxRetries: 2 },
    fetchImplementation: async (to, init) => {
      const response = await fetch(to, init);
      if (response.ok) this.#lastAcceptedMs = performance.now();
      return response;
    },
  });
  readonly #dataSet: Promise<LangSmithDataset>;
  readonly #count: number;
  readonly #records: LangSmithRecords;
  readonly #pendingSends: Promise<void>[] = [];
  #fault: string | undefined;
  #endedCount = 0;
  #sentCount = 0;
  /** When LangSmith last took something. */
  #lastAcceptedMs = 0;

  constructor({ config, folder, instructions, dataSet }: TrackedEvaluation, outbox: Outbox) {
    [this.#config, this.#outbox, this.#count, this.#records] = [
      config,
      outbox,
      instructions.length,
      new LangSmithRecords(folder),
    ];
    this.#dataSet = ensureDataset(this.#client, config.tracing.dataset ?? dataSet, instructions);
    this.#dataSet.then(({ id, name }) => this.#records.update({ dataSet: { id, name } })).catch(this.#recordFailure);
  }

  openExperiment(about: ExperimentDescription, config: Config): RunTrace['config'] {
    const begun = this.#records.findOrCreateExperiment(about.title);
    const made = this.#ensureExperiment(about, begun.name);
    made
      .then((id) => this.#records.update({ experiments: { [about.title]: { ...begun, id } } }))
      .catch(this.#recordFailure);
    const client = new TreeClient(begun.name, config.models, (tree) => {
      this.#pendingSends.push(this.#send(tree, begun, made).catch(this.#recordFailure));
    });
    return {
      callbacks: [new LangChainTracer({ client, projectName: begun.name })],
      tags: [config.preset, ...this.#config.tracing.tags],
    };
  }

  async flush(): Promise<string[]> {
    const all = async (): Promise<void> => {
      await awaitAllCallbacks();
      await Promise.all(this.#pendingSends);
      await this.#outbox.waitUntilIdle();
    };
    await waitForDelivery(all(), () => this.#lastAcceptedMs);
    return this.#endedCount === 0 ? [] : [this.#summarize()];
  }

  #summarize(): string {
    const { experimentNames: experiments, datasetName: dataSet } = this.#records;
    const which = experiments.length === 1 ? `experiment ${experiments[0]}` : `${experiments.length} experiments`;
    const where = `${which} on ${dataSet === undefined ? 'no data set yet' : `the data set ${dataSet}`}`;
    const why = this.#fault ?? this.#outbox.fault ?? 'there was no time for more';
    const rest = this.#sentCount < this.#endedCount ? `; ${why}: the same command sends the rest` : '';
    return `LangSmith: ${where}, ${this.#sentCount} of ${this.#endedCount} evaluated instructions sent${rest}`;
  }

  /** The experiment's id, made where it is not there: its name is its own. */
  async #ensureExperiment({ description, metadata }: ExperimentDescription, name: string): Promise<string> {
    const { id: referenceDatasetId } = await this.#dataSet;
    const about = { projectName: name, description, metadata, referenceDatasetId, numExamples: this.#count };
    return (await this.#client.createProject({ ...about, upsert: true })).id;
  }

  /** Sends one evaluated instruction, once. */
  async #send(tree: TraceTree, begun: ExperimentRecord, made: Promise<string>): Promise<void> {
    const evaluated = readEvaluatedInstruction(tree);
    if (evaluated === null) return;
    this.#endedCount++;
    const instruction = String(evaluated.id);
    const before = begun.id !== undefined && this.#records.hasSent({ experiment: begun.id, instruction });
    if (before) this.#sentCount++;
    const [{ examples }, experiment] = await Promise.all([this.#dataSet, made]);
    if (before && experiment === begun.id) return;
    if (before) this.#sentCount--; // to another LangSmith than before
    const example = examples.get(instruction);
    const [root, ...below] = withDerivedIds(deriveId(begun.seed, instruction), tree);
    const shown = { ...root, inputs: evaluated.inputs, outputs: evaluated.outputs };
    const runs = [{ ...shown, ...(example !== undefined && { reference_example_id: example }) }, ...below];
    const sent = (): void => this.#noteSent({ experiment, instruction });
    this.#outbox.add({ runs, feedback: evaluated.makeFeedback(shown, experiment), onSent: sent });
  }

  /** A disk that takes no more must not end what is measured. */
  #noteSent(sent: SentInstruction): void {
    this.#sentCount++;
    this.#lastAcceptedMs = performance.now();
    try {
      this.#records.appendSent(sent);
    } catch (error) {
      this.#recordFailure(error);
    }
  }

  readonly #recordFailure = (error: unknown): void => {
    this.#fault ??= getErrorMessage(error).split('\n')[0];
  };
}
