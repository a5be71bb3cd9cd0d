import { JUST_EVAL, REGULAR } from '../justEval/justEvalAspects.ts';
import type { Experiment } from './experimentSchema.ts';
import { csvTable, markdownTable, markdownText, points, signed, textTable, type Rows } from '../justEval/table.ts';
import { averageOf } from '../justEval/aggregate.ts';
import { printable } from '../../run/progress.ts';
import type { Outcome, RowOutcome } from './experimentOutcome.ts';
import { landscapeTables, truthTable } from './proofTables.ts';
import { range } from './evaluationTables.ts';

const SHORT: Record<string, string> = {
  helpfulness: 'Help',
  clarity: 'Clear',
  factuality: 'Fact',
  depth: 'Deep',
  engagement: 'Engage',
  safety: 'Safety',
};

/** Columns before the figures. */
const labelsOf = (rows: readonly RowOutcome[]): string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row.labels))),
];

/** The rows as a table: their labels, the five aspects, the average with its interval, safety apart. */
export function mainTable({ rows }: Outcome): Rows {
  const labels = labelsOf(rows);
  const columns = rows.every((row) => labels.every((label) => row.labels[label] !== undefined)) ? labels : [];
  const head = [
    ...(columns.length ? columns : ['row']),
    ...REGULAR.map((a) => SHORT[a] ?? a),
    'Avg',
    '95 %',
    'Safety',
    'n',
  ];
  const cells = (row: RowOutcome): string[] => [
    ...(columns.length ? columns.map((c) => row.labels[c] ?? '') : [row.name]),
    ...REGULAR.map((aspect) => points(row.aspects[aspect])),
    points(row.average),
    range(row.intervals.average),
    points(row.aspects.safety),
    row.unreadable ? `${row.n} (${row.unreadable} unreadable)` : String(row.n),
  ];
  return [head, ...rows.map(cells)];
}

/** The comparisons as a table, noise called noise. */
export const comparisonTable = ({ comparisons }: Outcome): Rows => [
  ['row', 'against', 'difference', '95 %', 'p (Holm)', 'verdict'],
  ...comparisons.map((c) => [
    c.row,
    c.against,
    signed(c.mean),
    `${signed(c.low)} – ${signed(c.high)}`,
    c.corrected.toFixed(3),
    c.verdict,
  ]),
];

/** Averages by category, a column a row of the experiment. */
export function categoryTable({ rows }: Outcome): Rows {
  const views = rows.flatMap((row) => (row.views ? [row.views] : []));
  const names = (['task', 'topic', 'difficulty'] as const).flatMap((view) =>
    [...new Set(views.flatMap((v) => Object.keys(v[view])))].map((name) => [view, name] as const),
  );
  const cell = (row: RowOutcome, view: 'task' | 'topic' | 'difficulty', name: string): string => {
    const group = row.views?.[view][name];
    return points(group && averageOf(group.aspects));
  };
  return [
    ['category', ...rows.map((row) => row.labels['method'] ?? row.name)],
    ...names.map(([view, name]) => [`${view} ${name}`, ...rows.map((row) => cell(row, view, name))]),
  ];
}

export const SIMULATED = 'On simulated models: no real model’s result.';

/** What was asked of how many. */
export const headline = ({ instructions, seeds }: Outcome): string =>
  `just-eval, ${instructions} held-out instructions, ${seeds} ${seeds === 1 ? 'search' : 'searches'} a row`;

/** Everything for people, as text for a terminal or as Markdown. */
export function told(
  outcome: Outcome,
  { categories, published }: Pick<Experiment, 'categories' | 'published'>,
  form: 'text' | 'markdown',
): string {
  const table = (rows: Rows): string => printable((form === 'text' ? textTable : markdownTable)(rows));
  const title = `${outcome.title} (${headline(outcome)})`;
  return [
    form === 'text' ? printable(title).replace(/\s+/g, ' ') : `# ${printable(markdownText(title))}`,
    ...(outcome.simulated ? [SIMULATED] : []),
    table(mainTable(outcome)),
    ...(outcome.comparisons.length ? [table(comparisonTable(outcome)), noise(outcome)] : []),
    ...(categories ? [table(categoryTable(outcome))] : []),
    ...(outcome.landscapes.length ? [truthTable(outcome), ...landscapeTables(outcome)].map((rows) => table(rows)) : []),
    ...notes(outcome),
    ...(published ? [`${published.whose}:`, table([published.head, ...published.rows])] : []),
  ].join('\n\n');
}

/** What "noise" means, and what a table of single searches can tell. */
export const noise = ({ seeds }: Outcome): string =>
  'Differences are of averages over the same instructions. "noise": the 95 % bootstrap interval holds 0, or the chance of such a difference between equals, corrected for all comparisons here (Holm), is 0.05 or more.' +
  (seeds === 1
    ? ' With one search a row the prompts found are compared; --seeds compares the ways of finding them.'
    : '');

/** What the figures alone do not tell: what is unfinished, unreadable, leaked, shared. */
export function notes({ saved, leakage, stoppedBy, rows }: Outcome): string[] {
  const unreadable = rows.reduce((sum, row) => sum + row.unreadable, 0);
  return [
    ...(stoppedBy ? [`Not finished (${stoppedBy}); the same command goes on from here.`] : []),
    ...(unreadable ? [`${unreadable} judgements could not be read in full; what is missing counts for nothing.`] : []),
    ...(leakage.length
      ? [`Leakage: ${leakage.length} training queries are also among the instructions (result.json names them).`]
      : []),
    ...(saved
      ? [
          `One by one the rows would take ${saved.asked} requests; ${saved.answered} were answered: sharing saved ${(100 * saved.share).toFixed(0)} %.`,
        ]
      : []),
  ];
}

/** The rows as CSV, figures unrounded. */
export function csvOf({ rows }: Outcome): string {
  const labels = labelsOf(rows);
  const head = [
    'row',
    ...labels,
    'base',
    ...JUST_EVAL,
    'average',
    'average_low',
    'average_high',
    'n',
    'unreadable',
    'asked',
  ];
  const number = (value: number | null | undefined): string => (value == null ? '' : String(value));
  return csvTable([
    head,
    ...rows.map((row) => [
      row.name,
      ...labels.map((label) => row.labels[label] ?? ''),
      row.base.model,
      ...JUST_EVAL.map((aspect) => number(row.aspects[aspect])),
      number(row.average),
      number(row.intervals.average?.low),
      number(row.intervals.average?.high),
      ...[row.n, row.unreadable, row.asked].map(String),
    ]),
  ]);
}
