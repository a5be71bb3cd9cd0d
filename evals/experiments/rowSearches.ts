import { z } from 'zod';
import type { Role } from '../../models/index.ts';
import { drpo } from '../../graphs/index.ts';
import { failOnUnreadable } from '../../nodes/failOnUnreadable.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { hashText } from '../../run/describeModel.ts';
import { traceRun, type RunTrace } from '../../run/tracing/traceRun.ts';
import type { FreshQuery } from '../../run/prove/askFreshQuery.ts';
import { Example, type Query } from '../../state/example.ts';
import type { RemoteSearches } from '../../run/remote/searchRemote.ts';
import type { Instruction } from '../justEval/instructions.ts';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import type { ExperimentSession } from './experimentSession.ts';
import type { EvaluationTracker } from '../langsmith/evaluationTracker.ts';
import { ModelCallCounter } from './modelCallCounter.ts';

/** What all rows of an experiment share. */
export interface RowContext {
  session: ExperimentSession;
  experiment: Experiment;
  instructions: readonly Instruction[];
  /** Held-out queries of the user's task, on which the rows are compared as well. */
  task?: readonly FreshQuery[] | undefined;
  resolveConfig: (row?: ExperimentRow, seed?: number) => Config;
  tracker: EvaluationTracker;
  /** The roles whose requests go in batches when a row is evaluated. A search sends none. */
  batched?: ReadonlySet<Role>;
  /** Searches at a LangGraph server, instead of here. */
  remoteSearches?: Pick<RemoteSearches, 'search'> | undefined;
}

/** The result of a row's search, as the experiment's folder keeps it. */
const RowSearchResult = z.object({
  prompt: z.string(),
  examples: z.array(Example),
  /** Mean reward along the path, 1 to 5. */
  value: z.number().nullable(),
  /** Queries that the search and its examples used. */
  training: z.array(z.string()),
  /** Requests that the search takes by itself. */
  requests: z.number(),
});
export type RowSearchResult = z.infer<typeof RowSearchResult>;

/** What a search starts with. */
interface SearchData {
  queries: Query[];
  examples: Example[];
}

/** The searches of an experiment's rows; rows that use the same search share it. */
export class RowSearches {
  readonly #context: RowContext;
  readonly #searches = new Map<string, Promise<RowSearchResult>>();
  readonly #traces: RunTrace[] = [];

  constructor(context: RowContext) {
    this.#context = context;
  }

  /** The search of the row with this name: running, finished, or started now. */
  get(name: string, seed: number): Promise<RowSearchResult> {
    const key = `${name} ${seed}`;
    const search = this.#searches.get(key) ?? this.#search(name, seed);
    this.#searches.set(key, search);
    return search;
  }

  /** Waits up to 3 seconds for pending traces. */
  async flushTraces(): Promise<string[]> {
    return (await Promise.all(this.#traces.map((trace) => trace.flush()))).flat();
  }

  /** Runs DRPO with the row's config. A finished search is read back; an unfinished one continues from its answered calls. */
  async #search(name: string, seed: number): Promise<RowSearchResult> {
    const { experiment, session, resolveConfig, remoteSearches } = this.#context;
    const row = experiment.rows.find((other) => other.name === name);
    if (!row) throw new Error(`expected the name of a row, got "${name}"`);
    const config = resolveConfig(row, seed);
    const key = `search-${hashText(JSON.stringify([row.name, seed]))}`;
    const stored = RowSearchResult.safeParse(
      session.folder.isDamaged(`${key}.json`) ? undefined : session.folder.readJson(`${key}.json`),
    );
    if (stored.success) return stored.data;
    const data = await readData(config);
    const examples = row.examplesOf === undefined ? data.examples : (await this.get(row.examplesOf, seed)).examples;
    const input = { ...data, examples };
    const search = await (remoteSearches?.search(config, input, `${key}.remote.json`) ??
      this.#searchLocally(row, seed, config, input));
    const result: RowSearchResult = {
      prompt: search.bestPrompt,
      examples: search.examples,
      value: search.value,
      training: [...new Set([...examples, ...search.nodes].map(({ query }) => query))],
      requests: search.requests,
    };
    session.folder.write(`${key}.json`, result);
    return result;
  }

  async #searchLocally(row: ExperimentRow, seed: number, config: Config, input: SearchData) {
    const { session } = this.#context;
    const { nodes: rowNodes, models, options } = await session.wireRow(config, row.nodes);
    const { nodes, check } = failOnUnreadable(rowNodes, config.search.maxMissingShare);
    const trace = await traceRun({ config, folder: session.folder, models }, { row: row.name, seed });
    this.#traces.push(trace);
    const counter = new ModelCallCounter();
    const runnableConfig = {
      ...trace.config,
      callbacks: [counter, ...(trace.config.callbacks ?? [])],
      runName: 'drpo',
    };
    const judged: { query: string }[] = [];
    const graph = drpo(nodes, { ...options, journal: (node) => void judged.push(node) });
    const { bestPrompt, examples, value } = await graph.invoke(input, runnableConfig);
    check(true);
    return { bestPrompt, examples, value, nodes: judged, requests: counter.count };
  }
}
