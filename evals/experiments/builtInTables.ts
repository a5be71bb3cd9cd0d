import type { z } from 'zod';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { TableBase } from './tableBases.ts';
import { createProofTable } from './createProofTable.ts';
import { PUBLISHED_FIGURES } from './publishedFigures.ts';

type RowInputs = z.input<typeof ExperimentRow>[];
/** What a table takes from the config. */
type TableConfig = Pick<Config, 'initialPrompt' | 'examples'>;
type TableFactory = (bases: readonly TableBase[], usual: TableConfig) => z.input<typeof Experiment>;

const nameSearchRow = (base: TableBase): string => `${base.name}: DRPO`;

/** Method by model: no alignment, URIAL, DRPO (poster, Table 1). */
const createMainTable: TableFactory = (bases, { examples }) => ({
  title: 'Main table: alignment methods by model',
  rows: bases.flatMap((base): RowInputs => {
    const row = (name: string, method: 'base' | 'urial' | 'drpo', k: string, against: string[]): RowInputs[number] => ({
      name: `${base.name}: ${name}`,
      method,
      set: base.set,
      against,
      labels: { model: base.name, method: name, K: k },
    });
    const [plain, urial] = [`${base.name}: Base`, `${base.name}: URIAL`];
    return [
      row('Base', 'base', '0', []),
      row('URIAL', 'urial', '3', [plain]),
      row('DRPO', 'drpo', String(examples.k), [plain, urial]),
    ];
  }),
  published: PUBLISHED_FIGURES.main,
});

/** Each model with each model's prompt, and with the first prompt (poster, prompt transfer). */
const createTransferTable: TableFactory = (bases, { initialPrompt: first }) => ({
  title: 'Prompt transfer: model by prompt',
  plot: { kind: 'heat', x: 'prompt', y: 'model' },
  rows: bases.flatMap((base): RowInputs => [
    { name: nameSearchRow(base), set: base.set, against: [], labels: { model: base.name, prompt: base.name } },
    ...bases
      .filter((other) => other.name !== base.name)
      .map((other) => ({
        name: `${base.name} with the prompt of ${other.name}`,
        set: base.set,
        promptOf: nameSearchRow(other),
        against: [nameSearchRow(base)],
        labels: { model: base.name, prompt: other.name },
      })),
    { ...createFirstPromptRow(base, first), labels: { model: base.name, prompt: 'first prompt' } },
  ]),
  published: PUBLISHED_FIGURES.transfer,
});

/** The first prompt with the retrieved examples: what the search adds is the difference. */
const createFirstPromptRow = (base: TableBase, prompt: string): RowInputs[number] => ({
  name: `${base.name} with the first prompt`,
  set: base.set,
  prompt,
  against: [nameSearchRow(base)],
});

/** Rewards chosen for each query, or just-eval's five for all, in either stage (poster, ablation on dynamic rewards). */
const createRewardsTable: TableFactory = ([base = { name: 'base', set: {} }]) => {
  const both = (mode: string): Record<string, unknown> => ({
    ...base.set,
    'examples.rewrite': true,
    'rewards.mode': mode,
  });
  const alone = (mode: string): Record<string, unknown> => ({ ...base.set, 'rewards.mode': mode });
  return {
    title: 'Dynamic rewards: prompt by examples',
    against: 'dynamic, dynamic',
    rows: [
      { name: 'dynamic, dynamic', set: both('dynamic'), labels: { prompt: 'dynamic', examples: 'dynamic' } },
      {
        name: 'static, dynamic',
        set: alone('static'),
        examplesOf: 'dynamic, dynamic',
        labels: { prompt: 'static', examples: 'dynamic' },
      },
      {
        name: 'dynamic, static',
        set: alone('dynamic'),
        examplesOf: 'static, static',
        labels: { prompt: 'dynamic', examples: 'static' },
      },
      { name: 'static, static', set: both('static'), labels: { prompt: 'static', examples: 'static' } },
    ],
    published: PUBLISHED_FIGURES.rewards,
  };
};

/** With and without the searched prompt, with and without examples (poster, ablation on system prompt and ICL). */
const createAblationTable: TableFactory = (bases, { initialPrompt: first }) => ({
  title: 'System prompt by in-context examples',
  rows: bases.flatMap((base): RowInputs => [
    {
      name: nameSearchRow(base),
      set: base.set,
      against: [],
      labels: { model: base.name, prompt: 'searched', examples: 'retrieved' },
    },
    { ...createFirstPromptRow(base, first), labels: { model: base.name, prompt: 'first', examples: 'retrieved' } },
    {
      name: `${base.name}: prompt alone`,
      set: { ...base.set, 'examples.k': 0 },
      promptOf: nameSearchRow(base),
      against: [nameSearchRow(base)],
      labels: { model: base.name, prompt: 'searched', examples: 'none' },
    },
    {
      name: `${base.name}: neither`,
      method: 'base',
      set: base.set,
      against: [nameSearchRow(base)],
      labels: { model: base.name, prompt: 'first', examples: 'none' },
    },
  ]),
  published: PUBLISHED_FIGURES.ablation,
});

/** One searched prompt with more and fewer retrieved examples (poster, number of in-context examples). */
const createExampleCountTable: TableFactory = ([base = { name: 'base', set: {} }]) => ({
  title: 'Number of in-context examples',
  plot: { kind: 'line', x: 'K' },
  against: 'K = 2',
  rows: [0, 1, 2, 3, 4, 5].map((count): RowInputs[number] => ({
    name: `K = ${count}`,
    set: { ...base.set, 'examples.k': count },
    ...(count !== 2 && { promptOf: 'K = 2' }),
    labels: { K: count },
  })),
});

/** Ways to search with the same number of judgements at most, none with a final (poster, search algorithms; MCTS from the reference's repository). */
const createAlgorithmTable: TableFactory = ([base = { name: 'base', set: {} }]) => ({
  title: 'Search algorithm',
  plot: { kind: 'scatter', x: 'calls' },
  against: 'beam',
  set: { final: null, 'search.maxDepthIncrease': 0 },
  rows: (['beam', 'greedy', 'stochastic-beam', 'monte-carlo', 'best-of-n', 'mcts'] as const).map((strategy) => ({
    name: strategy,
    strategy,
    set: base.set,
    labels: { search: strategy },
  })),
  published: PUBLISHED_FIGURES.search,
});

/** One model's methods by task and topic (poster, categorised performance). */
const createCategoryTable: TableFactory = (bases, usual) => ({
  ...createMainTable(bases.slice(0, 1), usual),
  title: 'Methods by category',
  categories: true,
  plot: { kind: 'radar', x: 'method' },
  published: undefined,
});

/** The tables of the poster, each one command. */
export const EXPERIMENT_TABLES: Readonly<Record<string, TableFactory>> = {
  main: createMainTable,
  transfer: createTransferTable,
  rewards: createRewardsTable,
  ablation: createAblationTable,
  k: createExampleCountTable,
  search: createAlgorithmTable,
  categories: createCategoryTable,
  proof: createProofTable,
};
