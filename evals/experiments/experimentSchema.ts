import { z } from 'zod';
import { STRATEGY_NAMES } from '../../graphs/strategies/index.ts';
import { METHOD_NAMES } from '../justEval/methods.ts';

const RowNames = z
  .union([z.string(), z.array(z.string())])
  .transform((names) => (typeof names === 'string' ? [names] : names));

/** A row of an experiment: how it answers, and its settings, which come after those of the config and the table. */
export const ExperimentRow = z.strictObject({
  name: z.string().min(1),
  method: z.enum(METHOD_NAMES).default('drpo'),
  /** How its prompt is searched; the default is the config's strategy. */
  strategy: z.enum(STRATEGY_NAMES).optional(),
  /** Dotted config keys with their values: `{"search.beamWidth": 1}`. */
  set: z.record(z.string(), z.unknown()).default({}),
  /** A module with nodes that replace the paper's: `(nodes, models) => ({ judge: mine })`. The path is relative to the table's folder. */
  nodes: z.string().min(1).optional(),
  /** The text of a prompt that is evaluated without a search. */
  prompt: z.string().min(1).optional(),
  /** The row whose search finds the prompt. */
  promptOf: z.string().optional(),
  /** The row whose search, in its stage 1, rewrites the in-context examples. */
  examplesOf: z.string().optional(),
  /** The rows that this one is compared with; the default is the table's `against`. */
  against: RowNames.optional(),
  /** Columns before the figures, such as model and K. */
  labels: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
});
export type ExperimentRow = z.infer<typeof ExperimentRow>;

/** Figures that others published, with their source; they are never mixed with drpo's own. */
export const PublishedFigures = z.strictObject({
  whose: z.string().min(1),
  head: z.array(z.string()).min(2),
  rows: z.array(z.array(z.union([z.string(), z.number()]).transform(String))),
});
export type PublishedFigures = z.infer<typeof PublishedFigures>;

/** An experiment's chart: a curve or points over a label (or "calls"), a heat map over two labels, or a radar by category. */
const PlotSpec = z.strictObject({
  kind: z.enum(['line', 'scatter', 'heat', 'radar']),
  x: z.string(),
  y: z.string().default(''),
});

/** A table of variants that are run and compared: built in, or a user's file. */
export const Experiment = z
  .strictObject({
    title: z.string().min(1),
    /** Config keys for every row. */
    set: z.record(z.string(), z.unknown()).default({}),
    /** Searches of each row, 1 or more, each with another order of the queries. */
    seeds: z.number().int().min(1).default(1),
    /** The rows that the others are compared with; the default is the first row. */
    against: RowNames.optional(),
    rows: z.array(ExperimentRow).min(1),
    /** Whether results by category are shown. */
    categories: z.boolean().default(false),
    plot: PlotSpec.optional(),
    /** Searches of each row on each landscape (evals/landscapes/landscapes.ts), whose truth is known; they ask no model. */
    landscapes: z.number().int().min(0).default(0),
    published: PublishedFigures.optional(),
  })
  .superRefine(({ rows, against = [] }, ctx) => {
    const names = new Set(rows.map((row) => row.name));
    const report = (path: (string | number)[], message: string): void =>
      ctx.addIssue({ code: 'custom', path, message });
    const requireRow = (path: (string | number)[], name: string | undefined): void => {
      if (name !== undefined && !names.has(name)) report(path, `expected the name of a row, got "${name}"`);
    };
    if (names.size < rows.length) report(['rows'], 'expected different names, got one twice; rename a row');
    for (const name of against) requireRow(['against'], name);
    for (const [i, row] of rows.entries()) {
      for (const key of ['promptOf', 'examplesOf'] as const) requireRow(['rows', i, key], row[key]);
      for (const name of row.against ?? []) requireRow(['rows', i, 'against'], name);
      if (row.prompt !== undefined && row.promptOf !== undefined)
        report(['rows', i], 'expected prompt or promptOf, got both; remove one');
    }
    for (const name of listCircularRows(rows))
      report(['rows'], `expected no circle of promptOf and examplesOf, got one through "${name}"`);
  });
export type Experiment = z.infer<typeof Experiment>;

/** The rows whose search would wait for itself. */
function listCircularRows(rows: readonly ExperimentRow[]): string[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const reaches = (from: ExperimentRow, goal: string, seen: Set<string>): boolean =>
    [from.promptOf, from.examplesOf].some((name) => {
      if (name === undefined || seen.has(name)) return false;
      seen.add(name);
      const next = byName.get(name);
      return name === goal || (next !== undefined && reaches(next, goal, seen));
    });
  return rows.filter((row) => reaches(row, row.name, new Set())).map((row) => row.name);
}

/** Lists the pairs to compare: each row with those that it names, else with the table's, else with the first row. */
export function listComparedPairs({
  rows,
  against,
}: Pick<Experiment, 'rows' | 'against'>): (readonly [string, string])[] {
  const defaults = against ?? rows.slice(0, 1).map((row) => row.name);
  const pairs = rows.flatMap((row) => (row.against ?? defaults).map((other) => [row.name, other] as const));
  return pairs.filter(
    ([row, other], i) => row !== other && pairs.findIndex(([a, b]) => a === row && b === other) === i,
  );
}
