import { z } from 'zod';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { runJustEval, toScoredJudgement, type JustEvalRecord } from '../justEval/runJustEval.ts';
import { createAlignedMethod, createBaseMethod, type AlignmentMethod } from '../justEval/methods.ts';
import type { ScoredJudgement } from '../justEval/records.ts';
import { createUrialMethod, renderUrialHead } from '../justEval/urial.ts';
import { drpo } from '../../graphs/index.ts';
import type { RunModels } from '../../models/index.ts';
import { failOnUnreadable, type Nodes } from '../../nodes/index.ts';
import { Example, type Query } from '../../state/example.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RemoteSearches } from '../../run/remote/searchRemote.ts';
import { readData } from '../../run/config/readData.ts';
import { toGraphOptions } from '../../run/session.ts';
import { hashText, describeModel, formatModelName } from '../../run/describeModel.ts';
import { ModelCallCounter } from './modelCallCounter.ts';
import { traceRun, type RunTrace } from '../../run/tracing/traceRun.ts';
import type { EvaluationTracker } from '../langsmith/evaluationTracker.ts';
import type { ExperimentSession } from './experimentSession.ts';
import { createMonitoredJudge } from './createMonitoredJudge.ts';
import { overrideNodes } from './rowNodes.ts';
import { describeTracedExperiment } from './experimentTrace.ts';

/** What a search found. */
const RowSearchResult = z.object({
  prompt: z.string(),
  examples: z.array(Example),
  /** Mean reward along the path, 1 to 5. */
  value: z.number().nullable(),
  /** Queries it was searched with. */
  training: z.array(z.string()),
  asked: z.number(),
});
export type RowSearchResult = z.infer<typeof RowSearchResult>;

/** One search of one row, evaluated. */
export interface RowRun {
  row: string;
  seed: number;
  prompt: string;
  value: number | null;
  trainingQueries: string[];
  scored: ScoredJudgement[];
  records: JustEvalRecord[];
  /** Requests this row would take by itself: those of its searches, its answers and its judgements. */
  asked: number;
}

/** The rows of an experiment at work: searches that several rows use are made once. */
export class RowRunner {
  readonly #session: ExperimentSession;
  readonly #experiment: Experiment;
  readonly #instructions: readonly Instruction[];
  readonly #resolveConfig: (row: ExperimentRow, seed: number) => Config;
  readonly #evaluations: EvaluationTracker;
  readonly #remoteSearches: Pick<RemoteSearches, 'search'> | undefined;
  readonly #searches = new Map<string, Promise<RowSearchResult>>();
  readonly #traces: RunTrace[] = [];

  constructor(
    lab: ExperimentSession,
    experiment: Experiment,
    instructions: readonly Instruction[],
    configOf: (row: ExperimentRow, seed: number) => Config,
    evaluations: EvaluationTracker,
    there?: Pick<RemoteSearches, 'search'>,
  ) {
    this.#remoteSearches = there;
    [this.#session, this.#experiment, this.#instructions, this.#resolveConfig] = [
      lab,
      experiment,
      instructions,
      configOf,
    ];
    this.#evaluations = evaluations;
  }

  /** Waits for the traces on their way, 3 seconds at most, and says what became of the evaluations'. */
  async flush(): Promise<string[]> {
    const told = await Promise.all([this.#evaluations.flush(), ...this.#traces.map((trace) => trace.flush())]);
    return [...new Set(told.flat())];
  }

  /** Searches where the row asks for it, then evaluates. */
  async run(row: ExperimentRow, seed: number, onRecord: (record: JustEvalRecord) => void): Promise<RowRun> {
    const config = this.#resolveConfig(row, seed);
    const { models } = this.#session.createRowNodes(config);
    const asked = new ModelCallCounter();
    const { method, prompt, searches } = await this.#resolveMethod(row, seed, config);
    const about = row.method ? { name: row.method } : { name: 'drpo' as const, k: config.examples.k };
    const which = this.#experiment.seeds > 1 ? `${row.name}, seed ${seed}` : row.name;
    const told = describeTracedExperiment(
      config,
      { ...about, prompt: hashText(prompt) },
      `${this.#experiment.title}: ${which}`,
    );
    const metadata = { ...told.metadata, ...row.labels, table: this.#experiment.title, row: row.name, seed };
    const traced = this.#evaluations.openExperiment({ ...told, metadata }, config);
    const names = {
      generator: formatModelName(describeModel(config.models.base)),
      judgedBy: formatModelName(describeModel(config.models.judge)),
    };
    const share = config.search.maxMissingShare;
    const { judge, check } = createMonitoredJudge({
      model: models.judge,
      share,
      onUnreadable: this.#session.onUnreadable,
    });
    const records = await runJustEval({
      instructions: this.#instructions,
      method,
      judge,
      ...names,
      inFlight: config.concurrency,
      onRecord,
      config: { ...traced, callbacks: [asked, ...(traced.callbacks ?? [])] },
    });
    check(true);
    const training = [...new Set(searches.flatMap((found) => found.training))];
    const total = searches.reduce((sum, found) => sum + found.asked, asked.count);
    const value = searches[0]?.value ?? null;
    return {
      row: row.name,
      seed,
      prompt,
      value,
      trainingQueries: training,
      scored: records.map(toScoredJudgement),
      records,
      asked: total,
    };
  }

  /** The row's method, with the searches it rests on. */
  async #resolveMethod(
    row: ExperimentRow,
    seed: number,
    config: Config,
  ): Promise<{ method: AlignmentMethod; prompt: string; searches: RowSearchResult[] }> {
    const { models, nodes } = await this.#createNodes(row, config);
    if (row.method === 'urial')
      return { method: createUrialMethod(models.base), prompt: renderUrialHead(), searches: [] };
    const first = config.initialPrompt;
    if (row.method === 'base') return { method: createBaseMethod(nodes.respond, first), prompt: first, searches: [] };
    const of = row.prompt === undefined ? (row.promptOf ?? row.name) : undefined;
    const names = [...new Set([of, row.examplesOf ?? of].filter((name) => name !== undefined))];
    const searches = await Promise.all(names.map((name) => this.#getSearch(name, seed)));
    const prompt = row.prompt ?? searches[0]?.prompt ?? first;
    const examples = searches.at(of === row.name ? 0 : -1)?.examples ?? (await readData(config)).examples;
    return { method: createAlignedMethod(nodes, prompt, examples), prompt, searches };
  }

  /** The row's models, and the nodes over them with those of its module. */
  async #createNodes(row: ExperimentRow, config: Config): Promise<{ models: RunModels; nodes: Nodes }> {
    const { models, nodes } = this.#session.createRowNodes(config);
    return { models, nodes: await overrideNodes(row, nodes, models) };
  }

  #getSearch(name: string, seed: number): Promise<RowSearchResult> {
    const key = `${name} ${seed}`;
    const search = this.#searches.get(key) ?? this.#runSearch(name, seed);
    this.#searches.set(key, search);
    return search;
  }

  /** DRPO with the row's config. A finished search is read back; an unfinished one goes on from its answered calls. */
  async #runSearch(name: string, seed: number): Promise<RowSearchResult> {
    const row = this.#experiment.rows.find((r) => r.name === name);
    if (!row) throw new Error(`expected the name of a row, got "${name}"`);
    const config = this.#resolveConfig(row, seed);
    const key = `search-${hashText(JSON.stringify([row.name, seed]))}`;
    const file = `${key}.json`;
    const before = RowSearchResult.safeParse(this.#session.folder.readJson(file));
    if (before.success) return before.data;
    const data = await readData(config);
    const examples =
      row.examplesOf === undefined ? data.examples : (await this.#getSearch(row.examplesOf, seed)).examples;
    const given = { ...data, examples };
    const result = await (this.#remoteSearches?.search(config, given, `${key}.remote.json`) ??
      this.#searchLocally(row, seed, config, given));
    const found: RowSearchResult = {
      prompt: result.bestPrompt,
      examples: result.examples,
      value: result.value,
      training: [...new Set([...examples, ...result.nodes].map(({ query }) => query))],
      asked: result.asked,
    };
    this.#session.folder.write(file, found);
    return found;
  }

  async #searchLocally(
    row: ExperimentRow,
    seed: number,
    config: Config,
    given: { queries: Query[]; examples: Example[] },
  ) {
    const asked = new ModelCallCounter();
    const judged: { query: string }[] = [];
    const { nodes: own, models } = await this.#createNodes(row, config);
    const { nodes, check } = failOnUnreadable(own, config.search.maxMissingShare);
    const trace = await traceRun({ config, folder: this.#session.folder, models }, { row: row.name, seed });
    this.#traces.push(trace);
    const traced = { ...trace.config, callbacks: [asked, ...(trace.config.callbacks ?? [])], runName: 'drpo' };
    const search = drpo(nodes, { ...toGraphOptions(config), journal: (node) => void judged.push(node) });
    const { bestPrompt, examples, value } = await search.invoke(given, traced);
    check(true);
    return { bestPrompt, examples, value, nodes: judged, asked: asked.count };
  }
}
