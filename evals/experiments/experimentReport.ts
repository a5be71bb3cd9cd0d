import { toPrintable } from '../../run/progress.ts';
import { sumCounts } from '../../statistics/sumCounts.ts';
import {
  escapeMarkdown,
  formatDifference,
  renderMarkdownTable,
  renderTextTable,
  type TableRows,
} from '../justEval/table.ts';
import { renderCosts } from './evaluationCosts.ts';
import type { ExperimentOutcome } from './experimentOutcome.ts';
import type { Experiment } from './experimentSchema.ts';
import { buildCategoryTable, buildComparisonTable, buildMainTable } from './experimentTables.ts';
import { buildLandscapeTables, buildTruthTable } from './truthTables.ts';

/** The warning on every result of simulated models. */
export const SIMULATION_NOTE = 'These are simulated models. The figures are no real model’s result.';

/** One line on the size of an experiment. */
export const describeExperiment = ({ instructions, seeds, taskQueries }: ExperimentOutcome): string =>
  `just-eval, ${instructions} held-out instructions, ${taskQueries > 0 ? `${taskQueries} held-out queries of the task, ` : ''}${seeds} ${seeds === 1 ? 'search' : 'searches'} per row`;

/** The whole report for people, as text for a terminal or as Markdown. */
export function renderReport(
  outcome: ExperimentOutcome,
  { categories, published }: Pick<Experiment, 'categories' | 'published'>,
  form: 'text' | 'markdown',
): string {
  const renderTable = form === 'text' ? renderTextTable : renderMarkdownTable;
  const table = (rows: TableRows): string => toPrintable(renderTable(rows));
  const title = `${outcome.title} (${describeExperiment(outcome)})`;
  const { simulated, comparisons, landscapes } = outcome;
  return [
    form === 'text' ? toPrintable(title).replace(/\s+/g, ' ') : `# ${toPrintable(escapeMarkdown(title))}`,
    ...(simulated ? [SIMULATION_NOTE] : []),
    table(buildMainTable(outcome)),
    ...(comparisons.length ? [table(buildComparisonTable(outcome)), explainNoise(outcome)] : []),
    ...(categories ? [table(buildCategoryTable(outcome))] : []),
    ...(landscapes.length ? [buildTruthTable(outcome), ...buildLandscapeTables(outcome)].map(table) : []),
    ...listNotes(outcome),
    ...(published ? [`${published.whose}:`, table([published.head, ...published.rows])] : []),
  ].join('\n\n');
}

/** What the verdict "noise" means, and what a table with one search per row cannot show. */
export const explainNoise = ({ seeds }: Pick<ExperimentOutcome, 'seeds'>): string =>
  'A difference is between averages over the same instructions or queries. It is "noise" if its 95 % bootstrap interval contains 0, or if its p-value, corrected for all comparisons of this table (Holm), is 0.05 or more.' +
  (seeds === 1
    ? ' One search per row compares the prompts. Use --seeds to compare the ways of finding them.'
    : seeds < MANY_SEARCHES
      ? ` ${seeds} searches per row say little of how another one would end, so even a large difference may be noise. Use --seeds ${MANY_SEARCHES}, or more.`
      : '');

/** The p-value of fewer searches is rarely below 0.05. */
const MANY_SEARCHES = 5;

/** What of a comparison its sentence tells. */
type ShownComparison = Pick<
  ExperimentOutcome['comparisons'][number],
  'row' | 'against' | 'measure' | 'mean' | 'low' | 'high' | 'verdict'
>;

/** The findings in words: each difference that is none of noise, and how many are. */
export function summarizeComparisons({ comparisons }: { comparisons: readonly ShownComparison[] }): string[] {
  const isNoise = ({ verdict }: { verdict: string }): boolean => verdict === 'noise';
  const found = comparisons.filter((comparison) => !isNoise(comparison));
  const noise = comparisons.length - found.length;
  return [
    ...found.map(
      ({ row, against, verdict, mean, low, high, measure }) =>
        `${row} is ${verdict} than ${against} by ${Math.abs(mean).toFixed(2)} points (${formatDifference(low)} to ${formatDifference(high)})${measure === 'task' ? ' on the task' : ''}.`,
    ),
    ...(noise > 0
      ? [`${found.length === 0 ? 'All' : `${noise} of`} ${comparisons.length} differences may be noise.`]
      : []),
  ];
}

/** What the figures alone do not show: what is unfinished, unreadable, leaked or shared. */
export function listNotes({ saved, leakage, stoppedBy, rows, ...costs }: ExperimentOutcome): string[] {
  const unreadable = rows.reduce((sum, row) => sum + row.unreadable, 0);
  return [
    ...(stoppedBy ? [`Not finished (${stoppedBy}). Run the same command again to continue.`] : []),
    ...(unreadable
      ? [`${unreadable} judgements are missing in whole or in part. What is missing is not counted.`]
      : []),
    ...(leakage.length
      ? [`Leakage: ${leakage.length} training queries are also among the instructions. result.json lists them.`]
      : []),
    ...(saved
      ? [
          `One by one, the rows would take ${saved.requests} requests. Together they took ${saved.answered}, so sharing saved ${(100 * saved.share).toFixed(0)} %.`,
        ]
      : []),
    ...(costs.usd > 0 || sumCounts(costs.batched) > 0 ? [renderCosts(costs)] : []),
  ];
}
