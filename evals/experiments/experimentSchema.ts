import { z } from 'zod';
import { STRATEGY_NAMES } from '../../graphs/strategies/index.ts';
import { METHOD_NAMES } from '../justEval/methods.ts';

const RowNames = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => (typeof given === 'string' ? [given] : given));

/** A row of an experiment: settings over those of the config, and how the instructions are answered. */
export const ExperimentRow = z.strictObject({
  name: z.string().min(1),
  method: z.enum(METHOD_NAMES).default('drpo'),
  /** How its prompt is searched; as the config has it unless told. */
  strategy: z.enum(STRATEGY_NAMES).optional(),
  /** Config keys, dotted, with their values: `{"search.beamWidth": 1}`. */
  set: z.record(z.string(), z.unknown()).default({}),
  /** A module that exports nodes to spread over the paper's: `(nodes, models) => ({ judge: mine })`; a path from the table's folder. */
  nodes: z.string().min(1).optional(),
  /** A prompt to evaluate instead of searching one: its text … */
  prompt: z.string().min(1).optional(),
  /** … or the row whose search finds it. */
  promptOf: z.string().optional(),
  /** The row whose search (its stage 1) brings the in-context examples. */
  examplesOf: z.string().optional(),
  /** Rows this one is compared with; the table's `against` unless told. */
  against: RowNames.optional(),
  /** Columns of the table before the figures, such as model and K. */
  labels: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
});
export type ExperimentRow = z.infer<typeof ExperimentRow>;

/** Figures others published, with whose they are: shown beside ours, never as ours. */
export const PublishedFigures = z.strictObject({
  whose: z.string().min(1),
  head: z.array(z.string()).min(2),
  rows: z.array(z.array(z.union([z.string(), z.number()]).transform(String))),
});
export type PublishedFigures = z.infer<typeof PublishedFigures>;

/** How an experiment is drawn: a curve or points over a label (or "calls"), a heat map over two labels, or a radar by category. */
export const PlotSpec = z.strictObject({
  kind: z.enum(['line', 'scatter', 'heat', 'radar']),
  x: z.string(),
  y: z.string().default(''),
});

/** A table of variants, run and compared (a file of the user's, or one of ours). */
export const Experiment = z
  .strictObject({
    title: z.string().min(1),
    /** Settings of every row. */
    set: z.record(z.string(), z.unknown()).default({}),
    /** Searches of each row, with query orders of their own; 1 or more. */
    seeds: z.number().int().min(1).default(1),
    /** Rows the others are compared with; the first one unless told. */
    against: RowNames.optional(),
    rows: z.array(ExperimentRow).min(1),
    /** Whether results by category are shown too. */
    categories: z.boolean().default(false),
    plot: PlotSpec.optional(),
    /** Searches of each row on each landscape whose truth is known (evals/landscapes/landscapes.ts), which ask no model; 0 for none. */
    landscapes: z.number().int().min(0).default(0),
    published: PublishedFigures.optional(),
  })
  .superRefine(({ rows, against = [] }, ctx) => {
    const known = new Set(rows.map((r) => r.name));
    const say = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if (known.size < rows.length) say(['rows'], 'expected a name of its own for each row, got one twice');
    const unknown = (name: string | undefined): name is string => name !== undefined && !known.has(name);
    for (const name of against.filter(unknown)) say(['against'], `expected the name of a row, got "${name}"`);
    for (const [i, row] of rows.entries()) {
      for (const key of ['promptOf', 'examplesOf'] as const)
        if (unknown(row[key])) say(['rows', i, key], `expected the name of a row, got "${row[key]}"`);
      for (const name of (row.against ?? []).filter(unknown))
        say(['rows', i, 'against'], `expected the name of a row, got "${name}"`);
      if (row.prompt !== undefined && row.promptOf !== undefined)
        say(['rows', i], 'expected prompt or promptOf, got both');
    }
    for (const name of listCircularRows(rows))
      say(['rows'], `expected no circle of promptOf and examplesOf, got one through "${name}"`);
  });
export type Experiment = z.infer<typeof Experiment>;

/** Rows whose search would wait for itself. */
function listCircularRows(rows: readonly ExperimentRow[]): string[] {
  const byName = new Map(rows.map((r) => [r.name, r]));
  const reaches = (from: ExperimentRow, goal: string, seen: Set<string>): boolean =>
    [from.promptOf, from.examplesOf].some((name) => {
      if (name === undefined || seen.has(name)) return false;
      seen.add(name);
      const next = byName.get(name);
      return name === goal || (next !== undefined && reaches(next, goal, seen));
    });
  return rows.filter((r) => reaches(r, r.name, new Set())).map((r) => r.name);
}

/** Which rows are held against which: each with those it names, else with the table's, else with the first. */
export function listComparedPairs({
  rows,
  against,
}: Pick<Experiment, 'rows' | 'against'>): (readonly [string, string])[] {
  const usual = against ?? rows.slice(0, 1).map((r) => r.name);
  const pairs = rows.flatMap((row) => (row.against ?? usual).map((other) => [row.name, other] as const));
  return pairs.filter(
    ([row, other], i) => row !== other && pairs.findIndex(([a, b]) => a === row && b === other) === i,
  );
}
