import { JUST_EVAL_ASPECTS, REGULAR_ASPECTS } from '../justEval/justEvalAspects.ts';
import type { Experiment } from './experimentSchema.ts';
import {
  renderCsvTable,
  renderMarkdownTable,
  escapeMarkdown,
  formatMeanPoints,
  formatDifference,
  renderTextTable,
  type TableRows,
} from '../justEval/table.ts';
import { computeRegularAverage } from '../justEval/judgementSummary.ts';
import { toPrintable } from '../../run/progress.ts';
import type { ExperimentOutcome, RowOutcome } from './experimentOutcome.ts';
import { buildLandscapeTables, buildTruthTable } from './truthTables.ts';
import { formatInterval } from './evaluationTables.ts';

const ASPECT_HEADINGS: Record<string, string> = {
  helpfulness: 'Help',
  clarity: 'Clear',
  factuality: 'Fact',
  depth: 'Deep',
  engagement: 'Engage',
  safety: 'Safety',
};

/** Columns before the figures. */
const listLabels = (rows: readonly RowOutcome[]): string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row.labels))),
];

/** The rows as a table: their labels, the five aspects, the average with its interval, safety apart. */
export function buildMainTable({ rows }: ExperimentOutcome): TableRows {
  const labels = listLabels(rows);
  const columns = rows.every((row) => labels.every((label) => row.labels[label] !== undefined)) ? labels : [];
  const head = [
    ...(columns.length ? columns : ['row']),
    ...REGULAR_ASPECTS.map((a) => ASPECT_HEADINGS[a] ?? a),
    'Avg',
    '95 %',
    'Safety',
    'n',
  ];
  const cells = (row: RowOutcome): string[] => [
    ...(columns.length ? columns.map((c) => row.labels[c] ?? '') : [row.name]),
    ...REGULAR_ASPECTS.map((aspect) => formatMeanPoints(row.aspects[aspect])),
    formatMeanPoints(row.average),
    formatInterval(row.intervals.average),
    formatMeanPoints(row.aspects.safety),
    row.unreadable ? `${row.n} (${row.unreadable} unreadable)` : String(row.n),
  ];
  return [head, ...rows.map(cells)];
}

/** The comparisons as a table, noise called noise. */
export const buildComparisonTable = ({ comparisons }: ExperimentOutcome): TableRows => [
  ['row', 'against', 'difference', '95 %', 'p (Holm)', 'verdict'],
  ...comparisons.map((c) => [
    c.row,
    c.against,
    formatDifference(c.mean),
    `${formatDifference(c.low)} – ${formatDifference(c.high)}`,
    c.corrected.toFixed(3),
    c.verdict,
  ]),
];

/** Averages by category, a column a row of the experiment. */
export function buildCategoryTable({ rows }: ExperimentOutcome): TableRows {
  const views = rows.flatMap((row) => (row.views ? [row.views] : []));
  const names = (['task', 'topic', 'difficulty'] as const).flatMap((view) =>
    [...new Set(views.flatMap((v) => Object.keys(v[view])))].map((name) => [view, name] as const),
  );
  const cell = (row: RowOutcome, view: 'task' | 'topic' | 'difficulty', name: string): string => {
    const group = row.views?.[view][name];
    return formatMeanPoints(group && computeRegularAverage(group.aspects));
  };
  return [
    ['category', ...rows.map((row) => row.labels['method'] ?? row.name)],
    ...names.map(([view, name]) => [`${view} ${name}`, ...rows.map((row) => cell(row, view, name))]),
  ];
}

export const SIMULATION_NOTE = 'On simulated models: no real model’s result.';

/** What was asked of how many. */
export const describeExperiment = ({ instructions, seeds }: ExperimentOutcome): string =>
  `just-eval, ${instructions} held-out instructions, ${seeds} ${seeds === 1 ? 'search' : 'searches'} a row`;

/** Everything for people, as text for a terminal or as Markdown. */
export function renderReport(
  outcome: ExperimentOutcome,
  { categories, published }: Pick<Experiment, 'categories' | 'published'>,
  form: 'text' | 'markdown',
): string {
  const table = (rows: TableRows): string =>
    toPrintable((form === 'text' ? renderTextTable : renderMarkdownTable)(rows));
  const title = `${outcome.title} (${describeExperiment(outcome)})`;
  return [
    form === 'text' ? toPrintable(title).replace(/\s+/g, ' ') : `# ${toPrintable(escapeMarkdown(title))}`,
    ...(outcome.simulated ? [SIMULATION_NOTE] : []),
    table(buildMainTable(outcome)),
    ...(outcome.comparisons.length ? [table(buildComparisonTable(outcome)), explainNoise(outcome)] : []),
    ...(categories ? [table(buildCategoryTable(outcome))] : []),
    ...(outcome.landscapes.length
      ? [buildTruthTable(outcome), ...buildLandscapeTables(outcome)].map((rows) => table(rows))
      : []),
    ...listNotes(outcome),
    ...(published ? [`${published.whose}:`, table([published.head, ...published.rows])] : []),
  ].join('\n\n');
}

/** What "noise" means, and what a table of single searches can tell. */
export const explainNoise = ({ seeds }: ExperimentOutcome): string =>
  'Differences are of averages over the same instructions. "noise": the 95 % bootstrap interval holds 0, or the chance of such a difference between equals, corrected for all comparisons here (Holm), is 0.05 or more.' +
  (seeds === 1
    ? ' With one search a row the prompts found are compared; --seeds compares the ways of finding them.'
    : '');

/** What the figures alone do not tell: what is unfinished, unreadable, leaked, shared. */
export function listNotes({ saved, leakage, stoppedBy, rows }: ExperimentOutcome): string[] {
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
export function toCsv({ rows }: ExperimentOutcome): string {
  const labels = listLabels(rows);
  const head = [
    'row',
    ...labels,
    'base',
    ...JUST_EVAL_ASPECTS,
    'average',
    'average_low',
    'average_high',
    'n',
    'unreadable',
    'asked',
  ];
  const number = (value: number | null | undefined): string => (value == null ? '' : String(value));
  return renderCsvTable([
    head,
    ...rows.map((row) => [
      row.name,
      ...labels.map((label) => row.labels[label] ?? ''),
      row.base.model,
      ...JUST_EVAL_ASPECTS.map((aspect) => number(row.aspects[aspect])),
      number(row.average),
      number(row.intervals.average?.low),
      number(row.intervals.average?.high),
      ...[row.n, row.unreadable, row.asked].map(String),
    ]),
  ]);
}
