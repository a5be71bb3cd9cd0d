import { computeRegularAverage } from '../justEval/judgementSummary.ts';
import { JUST_EVAL_ASPECTS, REGULAR_ASPECTS } from '../justEval/justEvalAspects.ts';
import { formatDifference, formatMeanPoints, renderCsvTable, type TableRows } from '../justEval/table.ts';
import { formatInterval } from './evaluationTables.ts';
import { getLabel, type ExperimentOutcome, type RowOutcome } from './experimentOutcome.ts';

const ASPECT_HEADINGS: Record<string, string> = {
  helpfulness: 'Help',
  clarity: 'Clear',
  factuality: 'Fact',
  depth: 'Deep',
  engagement: 'Engage',
  safety: 'Safety',
};

const listLabelNames = (rows: readonly RowOutcome[]): string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row.labels))),
];

/** The rows with their labels, the five aspects, their average with its 95 % interval, and safety apart; points of 1 to 5. */
export function buildMainTable({ rows, taskQueries }: ExperimentOutcome): TableRows {
  const labels = listLabelNames(rows);
  const isLabelled =
    labels.length > 0 && rows.every((row) => labels.every((name) => getLabel(row.labels, name) !== undefined));
  return [
    [
      ...(isLabelled ? labels : ['row']),
      ...REGULAR_ASPECTS.map((aspect) => ASPECT_HEADINGS[aspect] ?? aspect),
      'Avg',
      '95 %',
      'Safety',
      'n',
      ...(taskQueries > 0 ? ['Task', '95 %', 'n'] : []),
    ],
    ...rows.map((row) => [
      ...(isLabelled ? labels.map((name) => getLabel(row.labels, name) ?? '') : [row.name]),
      ...REGULAR_ASPECTS.map((aspect) => formatMeanPoints(row.aspects[aspect])),
      formatMeanPoints(row.average),
      formatInterval(row.intervals.average),
      formatMeanPoints(row.aspects.safety),
      row.unreadable ? `${row.n} (${row.unreadable} unreadable)` : String(row.n),
      ...(taskQueries > 0 ? formatTask(row.task) : []),
    ]),
  ];
}

const formatTask = (task: RowOutcome['task']): string[] =>
  task === undefined
    ? ['–', '', '']
    : [
        formatMeanPoints(task.mean),
        formatInterval(task.interval ?? undefined),
        task.missing > 0 ? `${task.judged} (${task.missing} missing)` : String(task.judged),
      ];

/** The differences between rows in points, each with its 95 % interval and its verdict. */
export const buildComparisonTable = ({ comparisons, taskQueries }: ExperimentOutcome): TableRows => [
  ['row', 'against', ...(taskQueries > 0 ? ['on'] : []), 'difference', '95 %', 'p (Holm)', 'verdict'],
  ...comparisons.map(({ row, against, measure, mean, low, high, corrected, verdict }) => [
    row,
    against,
    ...(taskQueries > 0 ? [measure === 'task' ? 'task' : 'just-eval'] : []),
    formatDifference(mean),
    `${formatDifference(low)} – ${formatDifference(high)}`,
    corrected < 0.001 ? '<0.001' : corrected.toFixed(3),
    verdict,
  ]),
];

/** Averages by category, with a column for each row of the experiment. */
export function buildCategoryTable({ rows }: ExperimentOutcome): TableRows {
  const views = rows.flatMap((row) => (row.views ? [row.views] : []));
  const categories = (['task', 'topic', 'difficulty'] as const).flatMap((view) =>
    [...new Set(views.flatMap((groups) => Object.keys(groups[view])))].map((name) => [view, name] as const),
  );
  return [
    ['category', ...rows.map((row) => getLabel(row.labels, 'method') ?? row.name)],
    ...categories.map(([view, name]) => [
      `${view} ${name}`,
      ...rows.map((row) => {
        const group = row.views?.[view][name];
        return formatMeanPoints(group && computeRegularAverage(group.aspects));
      }),
    ]),
  ];
}

const CSV_FIGURES = [...JUST_EVAL_ASPECTS, 'average', 'average_low', 'average_high', 'n', 'unreadable', 'requests'];
const CSV_TASK_FIGURES = ['task', 'task_low', 'task_high', 'task_n'];

/** The rows as CSV, figures unrounded. */
export function toCsv({ rows, taskQueries }: ExperimentOutcome): string {
  const labels = listLabelNames(rows);
  return renderCsvTable([
    ['row', ...labels, 'base', ...CSV_FIGURES, ...(taskQueries > 0 ? CSV_TASK_FIGURES : [])],
    ...rows.map(({ name, labels: rowLabels, base, aspects, average, intervals, n, unreadable, requests, task }) => [
      name,
      ...labels.map((label) => getLabel(rowLabels, label) ?? ''),
      base.model,
      ...[
        ...JUST_EVAL_ASPECTS.map((aspect) => aspects[aspect]),
        average,
        intervals.average?.low,
        intervals.average?.high,
        n,
        unreadable,
        requests,
        ...(taskQueries > 0 ? [task?.mean, task?.interval?.low, task?.interval?.high, task?.judged] : []),
      ].map((figure) => figure?.toString() ?? ''),
    ]),
  ]);
}
