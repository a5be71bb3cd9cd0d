import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { Client } from 'langsmith';
import { SAFE_CLIENT_OPTIONS } from '../../run/tracing/clientOptions.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { deriveId } from '../../run/tracing/deriveId.ts';
import { waitForDelivery, type RunTrace } from '../../run/tracing/traceRun.ts';
import { getErrorMessage } from '../../state/failure.ts';
import { ensureDataset, type LangSmithDataset } from './ensureDataset.ts';
import { readEvaluatedInstruction } from './evaluatedInstruction.ts';
import type { EvaluationTracker, ExperimentDescription, TrackedEvaluation } from './evaluationTracker.ts';
import { LangSmithRecords, type ExperimentRecord, type SentInstruction } from './langSmithRecords.ts';
import type { Outbox } from './outbox.ts';
import { TreeClient, withDerivedIds, type TraceTree } from './treeClient.ts';

/** Milliseconds that a request to LangSmith may take. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** Sends evaluated instructions to LangSmith while the evaluation runs. */
export class LangSmithTracker implements EvaluationTracker {
  readonly #outbox: Outbox;
  readonly #config: Config;
  readonly #client = new Client({
    ...SAFE_CLIENT_OPTIONS,
    timeout_ms: REQUEST_TIMEOUT_MS,
    callerOptions: { maxRetries: 2 },
    fetchImplementation: async (to, init) => {
      const response = await fetch(to, init);
      if (response.ok) this.#lastAcceptedMs = performance.now();
      return response;
    },
  });
  readonly #dataSet: Promise<LangSmithDataset>;
  readonly #instructionCount: number;
  readonly #records: LangSmithRecords;
  readonly #pendingSends: Promise<void>[] = [];
  #failure: string | undefined;
  /** Evaluated instructions, and those that LangSmith has. */
  #endedCount = 0;
  #sentCount = 0;
  /** When LangSmith last accepted something. */
  #lastAcceptedMs = 0;

  constructor({ config, folder, instructions, dataSet }: TrackedEvaluation, outbox: Outbox) {
    [this.#config, this.#outbox, this.#instructionCount, this.#records] = [
      config,
      outbox,
      instructions.length,
      new LangSmithRecords(folder),
    ];
    this.#dataSet = ensureDataset(this.#client, config.tracing.dataset ?? dataSet, instructions);
    this.#dataSet.then(({ id, name }) => this.#records.update({ dataSet: { id, name } })).catch(this.#recordFailure);
  }

  openExperiment(description: ExperimentDescription, config: Config): RunTrace['config'] {
    const { title } = description;
    const record = this.#records.findOrCreateExperiment(title);
    const experimentId = this.#ensureExperiment(description, record.name);
    experimentId
      .then((id) => this.#records.update({ experiments: { [title]: { ...record, id } } }))
      .catch(this.#recordFailure);
    const client = new TreeClient(record.name, config.models, (tree) => {
      this.#pendingSends.push(this.#send(tree, record, experimentId).catch(this.#recordFailure));
    });
    return {
      callbacks: [new LangChainTracer({ client, projectName: record.name })],
      tags: [config.preset, ...this.#config.tracing.tags],
    };
  }

  async flush(): Promise<string[]> {
    const sendAll = async (): Promise<void> => {
      await awaitAllCallbacks();
      await Promise.all(this.#pendingSends);
      await this.#outbox.waitUntilIdle();
    };
    await waitForDelivery(sendAll(), () => this.#lastAcceptedMs);
    return this.#endedCount === 0 ? [] : [this.#summarize()];
  }

  #summarize(): string {
    const { experimentNames: names, datasetName } = this.#records;
    const experiments = names.length === 1 ? `experiment ${names[0]}` : `${names.length} experiments`;
    const dataSet = datasetName === undefined ? 'no data set yet' : `the data set ${datasetName}`;
    const reason = this.#failure ?? this.#outbox.failure ?? 'there was no time for more';
    const rest = this.#sentCount < this.#endedCount ? `; ${reason}: the same command sends the rest` : '';
    return `LangSmith: ${experiments} on ${dataSet}, ${this.#sentCount} of ${this.#endedCount} evaluated instructions sent${rest}`;
  }

  /** The id of the experiment with this unique name, which is created if it does not exist. */
  async #ensureExperiment({ description, metadata }: ExperimentDescription, name: string): Promise<string> {
    const { id: referenceDatasetId } = await this.#dataSet;
    const numExamples = this.#instructionCount;
    const project = { projectName: name, description, metadata, referenceDatasetId, numExamples, upsert: true };
    return (await this.#client.createProject(project)).id;
  }

  /** Sends one evaluated instruction, once. */
  async #send(tree: TraceTree, record: ExperimentRecord, experimentId: Promise<string>): Promise<void> {
    const evaluated = readEvaluatedInstruction(tree);
    if (evaluated === null) return;
    this.#endedCount++;
    const instruction = String(evaluated.id);
    const isSent = record.id !== undefined && this.#records.hasSent({ experiment: record.id, instruction });
    if (isSent) this.#sentCount++;
    const [{ examples }, experiment] = await Promise.all([this.#dataSet, experimentId]);
    if (isSent && experiment === record.id) return;
    if (isSent) this.#sentCount--; // to another LangSmith than this one
    const example = examples.get(instruction);
    const [root, ...below] = withDerivedIds(deriveId(record.seed, instruction), tree);
    const shown = { ...root, inputs: evaluated.inputs, outputs: evaluated.outputs };
    this.#outbox.add({
      runs: [{ ...shown, ...(example !== undefined && { reference_example_id: example }) }, ...below],
      feedback: evaluated.makeFeedback(shown, experiment),
      onSent: () => this.#noteSent({ experiment, instruction }),
    });
  }

  /** Records what LangSmith has; a full disk must not end the evaluation. */
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
    this.#failure ??= getErrorMessage(error).split('\n')[0];
  };
}
