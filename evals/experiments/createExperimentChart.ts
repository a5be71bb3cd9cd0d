import { computeRegularAverage } from '../justEval/judgementSummary.ts';
import type { Experiment } from './experimentSchema.ts';
import { createHeatMap } from '../plots/heatMap.ts';
import type { Chart } from '../plots/chartLook.ts';
import { createPointsPlot, type PlotPoint } from '../plots/pointsPlot.ts';
import { createRadarPlot } from '../plots/radarPlot.ts';
import { createRowsPlot } from '../plots/rowsPlot.ts';
import type { ExperimentOutcome, RowOutcome } from './experimentOutcome.ts';

const AVERAGE_UNIT = 'just-eval average, points of 1 to 5';
const AXIS_TITLES: Readonly<Record<string, string>> = {
  calls: 'requests to models, search and evaluation',
  K: 'K, in-context examples per query',
};

/** The chart of an experiment: the one it asks for, else its rows with their intervals; null where there are no figures. */
export function createExperimentChart(outcome: ExperimentOutcome, { plot }: Pick<Experiment, 'plot'>): Chart | null {
  const rows = outcome.rows.filter((row) => row.average !== null);
  if (rows.length === 0) return null;
  const title = outcome.simulated ? `${outcome.title} (simulated models)` : outcome.title;
  const asked = plot === undefined ? null : createRequestedChart(plot, title, rows);
  return (
    asked ??
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
  const number = (row: RowOutcome): number => (x === 'calls' ? row.asked / row.done : Number(row.labels[x]));
  const points = rows.flatMap((row) => {
    const at = number(row);
    return Number.isFinite(at) ? [{ ...toAveragePoint(row, at), ...(kind === 'scatter' && { name: row.name }) }] : [];
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
  const of = (key: string): string[] => [...new Set(rows.map((row) => row.labels[key] ?? ''))];
  const [columns, lines] = [of(x), of(y)];
  const cell = (down: string, across: string): number | null =>
    rows.find((row) => row.labels[y] === down && row.labels[x] === across)?.average ?? null;
  const values = lines.map((down) => columns.map((across) => cell(down, across)));
  return createHeatMap({ title, x, y, unit: AVERAGE_UNIT, rows: lines, columns, values });
}

/** The categories that every row has figures for. */
function createCategoryRadar(title: string, rows: readonly RowOutcome[], label: string): Chart | null {
  const [first] = rows;
  const all = (['task', 'topic'] as const).flatMap((view) =>
    Object.keys(first?.views?.[view] ?? {}).map((name) => {
      const groups = rows.map((row) => row.views?.[view][name]);
      return { name, values: groups.flatMap((group) => (group && computeRegularAverage(group.aspects)) ?? []) };
    }),
  );
  const axes = all.filter(({ values }) => values.length === rows.length);
  if (axes.length < 3) return null;
  const labels = rows.map((row) => row.labels[label] ?? row.name);
  const names = new Set(labels).size === rows.length ? labels : rows.map((row) => row.name);
  const series = names.map((name, i) => ({ name, values: axes.map(({ values }) => values[i] ?? NaN) }));
  return createRadarPlot({ title, unit: AVERAGE_UNIT, axes: axes.map(({ name }) => name), series });
}
