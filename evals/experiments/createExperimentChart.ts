import { computeRegularAverage } from '../justEval/judgementSummary.ts';
import type { Experiment } from './experimentSchema.ts';
import { createHeatMap } from '../plots/heatMap.ts';
import type { Chart } from '../plots/chartLook.ts';
import { createPointsPlot, type PlotPoint } from '../plots/pointsPlot.ts';
import { createRadarPlot } from '../plots/radarPlot.ts';
import { createRowsPlot } from '../plots/rowsPlot.ts';
import { getLabel, type ExperimentOutcome, type RowOutcome } from './experimentOutcome.ts';

const MIN_RADAR_AXES = 3;
const AVERAGE_UNIT = 'just-eval average, points of 1 to 5';
const AXIS_TITLES: Readonly<Record<string, string>> = {
  calls: 'requests to models, search and evaluation',
  K: 'K, in-context examples per query',
};

/** The chart of an experiment: the kind that its table names, else its rows with their 95 % intervals. Null without figures. */
export function createExperimentChart(outcome: ExperimentOutcome, { plot }: Pick<Experiment, 'plot'>): Chart | null {
  const rows = outcome.rows.filter((row) => row.average !== null);
  if (rows.length === 0) return null;
  const title = outcome.simulated ? `${outcome.title} (simulated models)` : outcome.title;
  return (
    (plot && createRequestedChart(plot, title, rows)) ??
    createRowsPlot({ title, x: AVERAGE_UNIT, rows: rows.map((row) => ({ ...toAveragePoint(row, 0), name: row.name })) })
  );
}

function createRequestedChart(
  { kind, x, y }: NonNullable<Experiment['plot']>,
  title: string,
  rows: RowOutcome[],
): Chart | null {
  if (kind === 'heat') return createExperimentHeatMap(title, rows, x, y);
  if (kind === 'radar') return createCategoryRadar(title, rows, x);
  const points = rows.flatMap((row) => {
    const place = x === 'calls' ? row.requests / row.done : Number(getLabel(row.labels, x));
    if (!Number.isFinite(place)) return [];
    return [{ ...toAveragePoint(row, place), ...(kind === 'scatter' && { name: row.name }) }];
  });
  return points.length
    ? createPointsPlot({ title, x: AXIS_TITLES[x] ?? x, y: AVERAGE_UNIT, points, joined: kind === 'line' })
    : null;
}

const toAveragePoint = ({ average, intervals }: RowOutcome, x: number): PlotPoint => ({
  x,
  y: average ?? NaN,
  low: intervals.average?.low,
  high: intervals.average?.high,
});

function createExperimentHeatMap(title: string, rows: readonly RowOutcome[], x: string, y: string): Chart {
  const listValues = (label: string): string[] => [...new Set(rows.map((row) => getLabel(row.labels, label) ?? ''))];
  const [columns, lines] = [listValues(x), listValues(y)];
  const getAverage = (line: string, column: string): number | null =>
    rows.find((row) => getLabel(row.labels, y) === line && getLabel(row.labels, x) === column)?.average ?? null;
  const values = lines.map((line) => columns.map((column) => getAverage(line, column)));
  return createHeatMap({ title, x, y, unit: AVERAGE_UNIT, rows: lines, columns, values });
}

/** A radar over the categories for which every row has figures; null if there are fewer than three. */
function createCategoryRadar(title: string, rows: readonly RowOutcome[], label: string): Chart | null {
  const [first] = rows;
  const categories = (['task', 'topic'] as const).flatMap((view) =>
    Object.keys(first?.views?.[view] ?? {}).map((name) => {
      const groups = rows.map((row) => row.views?.[view][name]);
      return { name, values: groups.flatMap((group) => (group && computeRegularAverage(group.aspects)) ?? []) };
    }),
  );
  const axes = categories.filter(({ values }) => values.length === rows.length);
  if (axes.length < MIN_RADAR_AXES) return null;
  const labels = rows.map((row) => getLabel(row.labels, label) ?? row.name);
  const names = new Set(labels).size === rows.length ? labels : rows.map((row) => row.name);
  const series = names.map((name, i) => ({ name, values: axes.map(({ values }) => values[i] ?? NaN) }));
  return createRadarPlot({ title, unit: AVERAGE_UNIT, axes: axes.map(({ name }) => name), series });
}
