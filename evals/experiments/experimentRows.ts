import { z } from 'zod';
import type { Experiment, Row } from './experimentSchema.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { justEval, scoredOf, type JustEvalRecord } from '../justEval/justEval.ts';
import { aligned, base, type Prepare } from '../justEval/methods.ts';
import type { Scored } from '../justEval/records.ts';
import { urial, urialHead } from '../justEval/urial.ts';
import { drpo } from '../../graphs/index.ts';
import type { RunModels } from '../../models/index.ts';
import { watched, type Nodes } from '../../nodes/index.ts';
import { Example, type Query } from '../../state/example.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RemoteSearches } from '../../run/remote/searchRemote.ts';
import { readData } from '../../run/config/readData.ts';
import { graphOptions } from '../../run/session.ts';
import { hashOf, modelAbout, nameOf } from '../../run/describeModel.ts';
import { Asked } from './requestCounter.ts';
import { traceRun, type Tracing } from '../../run/tracing/traceRun.ts';
import type { Evaluations } from '../langsmith/evaluations.ts';
import type { Lab } from './experimentSession.ts';
import { readableJudge } from './failOnUnreadableJudge.ts';
import { spreadOver } from './rowNodes.ts';
import { experimentAbout } from './experimentTrace.ts';

/** What a search found. */
const Found = z.object({
  prompt: z.string(),
  examples: z.array(Example),
  /** Mean reward along the path, 1 to 5. */
  value: z.number().nullable(),
  /** Queries it was searched with. */
  training: z.array(z.string()),
  asked: z.number(),
});
export type Found = z.infer<typeof Found>;

/** One search of one row, evaluated. */
export interface RowRun {
  row: string;
  seed: number;
  prompt: string;
  value: number | null;
  training: string[];
  scored: Scored[];
  records: JustEvalRecord[];
  /** Requests this row would take by itself: those of its searches, its answers and its judgements. */
  asked: number;
}

/** The rows of an experiment at work: searches that several rows use are made once. */
export class Rows {
  readonly #lab: Lab;
  readonly #experiment: Experiment;
  readonly #instructions: readonly Instruction[];
  readonly #configOf: (row: Row, seed: number) => Config;
  readonly #evaluations: Evaluations;
  readonly #there: Pick<RemoteSearches, 'search'> | undefined;
  readonly #searches = new Map<string, Promise<Found>>();
  readonly #traces: Tracing[] = [];

  constructor(
    lab: Lab,
    experiment: Experiment,
    instructions: readonly Instruction[],
    configOf: (row: Row, seed: number) => Config,
    evaluations: Evaluations,
    there?: Pick<RemoteSearches, 'search'>,
  ) {
    this.#there = there;
    [this.#lab, this.#experiment, this.#instructions, this.#configOf] = [lab, experiment, instructions, configOf];
    this.#evaluations = evaluations;
  }

  /** Waits for the traces on their way, 3 seconds at most, and says what became of the evaluations'. */
  async flush(): Promise<string[]> {
    const told = await Promise.all([this.#evaluations.flush(), ...this.#traces.map((trace) => trace.flush())]);
    return [...new Set(told.flat())];
  }

  /** Searches where the row asks for it, then evaluates. */
  async run(row: Row, seed: number, onRecord: (record: JustEvalRecord) => void): Promise<RowRun> {
    const config = this.#configOf(row, seed);
    const { models } = this.#lab.nodesOf(config);
    const asked = new Asked();
    const { method, prompt, searches } = await this.#methodOf(row, seed, config);
    const about = row.method ? { name: row.method } : { name: 'drpo' as const, k: config.examples.k };
    const which = this.#experiment.seeds > 1 ? `${row.name}, seed ${seed}` : row.name;
    const told = experimentAbout(config, { ...about, prompt: hashOf(prompt) }, `${this.#experiment.title}: ${which}`);
    const metadata = { ...told.metadata, ...row.labels, table: this.#experiment.title, row: row.name, seed };
    const traced = this.#evaluations.experiment({ ...told, metadata }, config);
    const names = {
      generator: nameOf(modelAbout(config.models.base)),
      judgedBy: nameOf(modelAbout(config.models.judge)),
    };
    const share = config.search.missingShare;
    const { judge, check } = readableJudge({ model: models.judge, share, onUnreadable: this.#lab.onUnreadable });
    const records = await justEval({
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
    return { row: row.name, seed, prompt, value, training, scored: records.map(scoredOf), records, asked: total };
  }

  /** The row's method, with the searches it rests on. */
  async #methodOf(
    row: Row,
    seed: number,
    config: Config,
  ): Promise<{ method: Prepare; prompt: string; searches: Found[] }> {
    const { models, nodes } = await this.#nodesOf(row, config);
    if (row.method === 'urial') return { method: urial(models.base), prompt: urialHead(), searches: [] };
    const first = config.initialPrompt;
    if (row.method === 'base') return { method: base(nodes.respond, first), prompt: first, searches: [] };
    const of = row.prompt === undefined ? (row.promptOf ?? row.name) : undefined;
    const names = [...new Set([of, row.examplesOf ?? of].filter((name) => name !== undefined))];
    const searches = await Promise.all(names.map((name) => this.#searchOf(name, seed)));
    const prompt = row.prompt ?? searches[0]?.prompt ?? first;
    const examples = searches.at(of === row.name ? 0 : -1)?.examples ?? (await readData(config)).examples;
    return { method: aligned(nodes, prompt, examples), prompt, searches };
  }

  /** The row's models, and the nodes over them with those of its module. */
  async #nodesOf(row: Row, config: Config): Promise<{ models: RunModels; nodes: Nodes }> {
    const { models, nodes } = this.#lab.nodesOf(config);
    return { models, nodes: await spreadOver(row, nodes, models) };
  }

  #searchOf(name: string, seed: number): Promise<Found> {
    const key = `${name} ${seed}`;
    const search = this.#searches.get(key) ?? this.#search(name, seed);
    this.#searches.set(key, search);
    return search;
  }

  /** DRPO with the row's config. A finished search is read back; an unfinished one goes on from its answered calls. */
  async #search(name: string, seed: number): Promise<Found> {
    const row = this.#experiment.rows.find((r) => r.name === name);
    if (!row) throw new Error(`expected the name of a row, got "${name}"`);
    const config = this.#configOf(row, seed);
    const key = `search-${hashOf(JSON.stringify([row.name, seed]))}`;
    const file = `${key}.json`;
    const before = Found.safeParse(this.#lab.folder.readJson(file));
    if (before.success) return before.data;
    const data = await readData(config);
    const examples =
      row.examplesOf === undefined ? data.examples : (await this.#searchOf(row.examplesOf, seed)).examples;
    const given = { ...data, examples };
    const result = await (this.#there?.search(config, given, `${key}.remote.json`) ??
      this.#here(row, seed, config, given));
    const found: Found = {
      prompt: result.bestPrompt,
      examples: result.examples,
      value: result.value,
      training: [...new Set([...examples, ...result.nodes].map(({ query }) => query))],
      asked: result.asked,
    };
    this.#lab.folder.write(file, found);
    return found;
  }

  async #here(row: Row, seed: number, config: Config, given: { queries: Query[]; examples: Example[] }) {
    const asked = new Asked();
    const judged: { query: string }[] = [];
    const { nodes: own, models } = await this.#nodesOf(row, config);
    const { nodes, check } = watched(own, config.search.missingShare);
    const trace = await traceRun({ config, folder: this.#lab.folder, models }, { row: row.name, seed });
    this.#traces.push(trace);
    const traced = { ...trace.config, callbacks: [asked, ...(trace.config.callbacks ?? [])], runName: 'drpo' };
    const search = drpo(nodes, { ...graphOptions(config), journal: (node) => void judged.push(node) });
    const { bestPrompt, examples, value } = await search.invoke(given, traced);
    check(true);
    return { bestPrompt, examples, value, nodes: judged, asked: asked.count };
  }
}
