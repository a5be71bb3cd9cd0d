import type { z } from 'zod';
import type { Config } from '../../run/config/loadConfig.ts';
import { createProofTable } from './createProofTable.ts';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import { PUBLISHED_FIGURES } from './publishedFigures.ts';
import { CONFIG_BASE, type TableBase } from './tableBases.ts';

type RowInput = z.input<typeof ExperimentRow>;
/** The settings of the config that a table shows or copies. */
type TableConfig = Pick<Config, 'initialPrompt' | 'examples'>;
type TableFactory = (bases: readonly TableBase[], config: TableConfig) => z.input<typeof Experiment>;

const nameSearchRow = ({ name }: TableBase): string => `${name}: DRPO`;

/** A row that is compared with the row that searches on the same base model. */
const compareWithSearch = (base: TableBase, name: string, row: Omit<RowInput, 'name'>): RowInput => ({
  name,
  set: base.set,
  against: [nameSearchRow(base)],
  ...row,
});

const createSearchRow = (base: TableBase, labels: RowInput['labels']): RowInput =>
  compareWithSearch(base, nameSearchRow(base), { against: [], labels });

/** The first prompt with the retrieved examples: the difference is what the search gains. */
const createFirstPromptRow = (base: TableBase, prompt: string, labels: RowInput['labels']): RowInput =>
  compareWithSearch(base, `${base.name} with the first prompt`, { prompt, labels });

/** Method by model: no alignment, URIAL, DRPO (poster, Table 1). */
const createMainTable: TableFactory = (bases, { examples }) => ({
  title: 'Main table: alignment methods by model',
  rows: bases.flatMap(({ name: model, set }): RowInput[] => {
    const row = (name: string, method: 'base' | 'urial' | 'drpo', k: number, against: string[]): RowInput => ({
      name: `${model}: ${name}`,
      method,
      set,
      against: against.map((other) => `${model}: ${other}`),
      labels: { model, method: name, K: String(k) },
    });
    return [
      row('Base', 'base', 0, []),
      row('URIAL', 'urial', 3, ['Base']),
      row('DRPO', 'drpo', examples.k, ['Base', 'URIAL']),
    ];
  }),
  published: PUBLISHED_FIGURES.main,
});

/** One base model's methods by task and topic (poster, performance by category). */
const createCategoryTable: TableFactory = (bases, config) => ({
  ...createMainTable(bases.slice(0, 1), config),
  title: 'Methods by category',
  categories: true,
  plot: { kind: 'radar', x: 'method' },
  published: undefined,
});

/** Each model with each model's prompt, and with the first prompt (poster, prompt transfer). */
const createTransferTable: TableFactory = (bases, { initialPrompt }) => ({
  title: 'Prompt transfer: model by prompt',
  plot: { kind: 'heat', x: 'prompt', y: 'model' },
  rows: bases.flatMap((base): RowInput[] => [
    createSearchRow(base, { model: base.name, prompt: base.name }),
    ...bases
      .filter((other) => other.name !== base.name)
      .map((other) =>
        compareWithSearch(base, `${base.name} with the prompt of ${other.name}`, {
          promptOf: nameSearchRow(other),
          labels: { model: base.name, prompt: other.name },
        }),
      ),
    createFirstPromptRow(base, initialPrompt, { model: base.name, prompt: 'first prompt' }),
  ]),
  published: PUBLISHED_FIGURES.transfer,
});

/** Rewards chosen for each query, or just-eval's five for all queries, in either stage (poster, ablation on dynamic rewards). */
const createRewardsTable: TableFactory = ([{ set } = CONFIG_BASE]) => {
  const row = (prompt: string, examples: string): RowInput => {
    const isShared = prompt !== examples;
    return {
      name: `${prompt}, ${examples}`,
      set: { ...set, ...(!isShared && { 'examples.rewrite': true }), 'rewards.mode': prompt },
      ...(isShared && { examplesOf: `${examples}, ${examples}` }),
      labels: { prompt, examples },
    };
  };
  return {
    title: 'Dynamic rewards: prompt by examples',
    against: 'dynamic, dynamic',
    rows: [row('dynamic', 'dynamic'), row('static', 'dynamic'), row('dynamic', 'static'), row('static', 'static')],
    published: PUBLISHED_FIGURES.rewards,
  };
};

/** With and without the searched prompt, with and without examples (poster, ablation on system prompt and ICL). */
const createAblationTable: TableFactory = (bases, { initialPrompt }) => ({
  title: 'System prompt by in-context examples',
  rows: bases.flatMap((base): RowInput[] => [
    createSearchRow(base, { model: base.name, prompt: 'searched', examples: 'retrieved' }),
    createFirstPromptRow(base, initialPrompt, { model: base.name, prompt: 'first', examples: 'retrieved' }),
    compareWithSearch(base, `${base.name}: prompt alone`, {
      set: { ...base.set, 'examples.k': 0 },
      promptOf: nameSearchRow(base),
      labels: { model: base.name, prompt: 'searched', examples: 'none' },
    }),
    compareWithSearch(base, `${base.name}: neither`, {
      method: 'base',
      labels: { model: base.name, prompt: 'first', examples: 'none' },
    }),
  ]),
  published: PUBLISHED_FIGURES.ablation,
});

/** One searched prompt with 0 to 5 retrieved examples (poster, number of in-context examples). */
const createExampleCountTable: TableFactory = ([{ set } = CONFIG_BASE]) => ({
  title: 'Number of in-context examples',
  plot: { kind: 'line', x: 'K' },
  against: 'K = 2',
  rows: [0, 1, 2, 3, 4, 5].map((k): RowInput => ({
    name: `K = ${k}`,
    set: { ...set, 'examples.k': k },
    ...(k !== 2 && { promptOf: 'K = 2' }),
    labels: { K: k },
  })),
});

/** Ways to search with at most the judgements of a beam, all without a final (poster, search algorithms; MCTS from the authors' code). */
const createAlgorithmTable: TableFactory = ([{ set } = CONFIG_BASE]) => ({
  title: 'Search algorithm',
  plot: { kind: 'scatter', x: 'calls' },
  against: 'beam',
  set: { final: null, 'search.maxDepthIncrease': 0 },
  rows: (['beam', 'greedy', 'stochastic-beam', 'monte-carlo', 'best-of-n', 'mcts'] as const).map((strategy) => ({
    name: strategy,
    strategy,
    set,
    labels: { search: strategy },
  })),
  published: PUBLISHED_FIGURES.search,
});

/** Searches under the paper's stern judge, and under one that gives the benefit of the doubt. */
const createToneTable: TableFactory = ([{ set } = CONFIG_BASE]) => ({
  title: 'Wording of the judge: stern or lenient',
  against: 'stern',
  rows: (['stern', 'lenient'] as const).map((tone) => ({
    name: tone,
    set: { ...set, 'judge.tone': tone },
    labels: { judge: tone },
  })),
});

/** The tables of the poster, the proof and the judge's tone, each one command: `experiment NAME`. */
export const BUILT_IN_TABLES: Readonly<Record<string, TableFactory>> = {
  main: createMainTable,
  transfer: createTransferTable,
  rewards: createRewardsTable,
  ablation: createAblationTable,
  k: createExampleCountTable,
  search: createAlgorithmTable,
  categories: createCategoryTable,
  proof: createProofTable,
  tone: createToneTable,
};
