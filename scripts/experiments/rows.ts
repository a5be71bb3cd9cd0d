import { z } from 'zod';
import type { Experiment, Row } from '../../evals/experiment.ts';
import type { Instruction } from '../../evals/instructions.ts';
import { makeJudgeJustEval } from '../../evals/judgeJustEval.ts';
import { justEval, scoredOf, type JustEvalRecord } from '../../evals/justEval.ts';
import { aligned, base, type Prepare } from '../../evals/methods.ts';
import type { Scored } from '../../evals/records.ts';
import { urial, urialHead } from '../../evals/urial.ts';
import { drpo } from '../../graphs/index.ts';
import { Example } from '../../state/example.ts';
import type { Config } from '../config.ts';
import { readData } from '../data.ts';
import { graphOptions } from '../session.ts';
import { hashOf, modelAbout, nameOf } from './about.ts';
import { Asked } from './asked.ts';
import type { Lab } from './lab.ts';

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
  readonly #searches = new Map<string, Promise<Found>>();

  constructor(
    lab: Lab,
    experiment: Experiment,
    instructions: readonly Instruction[],
    configOf: (row: Row, seed: number) => Config,
  ) {
    [this.#lab, this.#experiment, this.#instructions, this.#configOf] = [lab, experiment, instructions, configOf];
  }

  /** Searches where the row asks for it, then evaluates. */
  async run(row: Row, seed: number, onRecord: (record: JustEvalRecord) => void): Promise<RowRun> {
    const config = this.#configOf(row, seed);
    const { models } = this.#lab.nodesOf(config);
    const asked = new Asked();
    const { method, prompt, searches } = await this.#methodOf(row, seed, config);
    const names = {
      generator: nameOf(modelAbout(config.models.base)),
      judgedBy: nameOf(modelAbout(config.models.judge)),
    };
    const records = await justEval({
      instructions: this.#instructions,
      method,
      judge: makeJudgeJustEval({ model: models.judge }),
      ...names,
      inFlight: config.concurrency,
      onRecord,
      config: { callbacks: [asked] },
    });
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
    const { models, nodes } = this.#lab.nodesOf(config);
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
    const file = `search-${hashOf(JSON.stringify([row.name, seed]))}.json`;
    const before = Found.safeParse(this.#lab.folder.readJson(file));
    if (before.success) return before.data;
    const data = await readData(config);
    const examples =
      row.examplesOf === undefined ? data.examples : (await this.#searchOf(row.examplesOf, seed)).examples;
    const asked = new Asked();
    const training = new Set<string>(examples.map((e) => e.query));
    const journal = ({ query }: { query: string }): void => void training.add(query);
    const { nodes } = this.#lab.nodesOf(config);
    const search = drpo(nodes, { ...graphOptions(config), journal });
    const result = await search.invoke({ ...data, examples }, { callbacks: [asked] });
    const found: Found = {
      prompt: result.bestPrompt,
      examples: result.examples,
      value: result.value,
      training: [...training],
      asked: asked.count,
    };
    this.#lab.folder.write(file, found);
    return found;
  }
}
