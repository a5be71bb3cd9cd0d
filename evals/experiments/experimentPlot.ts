import { averageOf } from '../justEval/aggregate.ts';
import type { Experiment } from './experimentSchema.ts';
import { heatMap } from '../plots/heat.ts';
import type { Chart } from '../plots/look.ts';
import { pointsPlot, type Point } from '../plots/points.ts';
import { radar } from '../plots/radar.ts';
import { rowsPlot } from '../plots/rows.ts';
import type { Outcome, RowOutcome } from './experimentOutcome.ts';

const UNIT = 'just-eval average, points of 1 to 5';
const TITLES: Readonly<Record<string, string>> = {
  calls: 'requests to models, search and evaluation',
  K: 'K, in-context examples per query',
};

/** The chart of an experiment: the one it asks for, else its rows with their intervals; null where there are no figures. */
export function plotOf(outcome: Outcome, { plot }: Pick<Experiment, 'plot'>): Chart | null {
  const rows = outcome.rows.filter((row) => row.average !== null);
  if (rows.length === 0) return null;
  const title = outcome.simulated ? `${outcome.title} (simulated models)` : outcome.title;
  const asked = plot === undefined ? null : askedFor(plot, title, rows);
  return asked ?? rowsPlot({ title, x: UNIT, rows: rows.map((row) => ({ ...pointOf(row, 0), name: row.name })) });
}

function askedFor({ kind, x, y }: NonNullable<Experiment['plot']>, title: string, rows: RowOutcome[]): Chart | null {
  if (kind === 'heat') return heat(title, rows, x, y);
  if (kind === 'radar') return categories(title, rows, x);
  const number = (row: RowOutcome): number => (x === 'calls' ? row.asked / row.done : Number(row.labels[x]));
  const points = rows.flatMap((row) => {
    const at = number(row);
    return Number.isFinite(at) ? [{ ...pointOf(row, at), ...(kind === 'scatter' && { name: row.name }) }] : [];
  });
  return points.length ? pointsPlot({ title, x: TITLES[x] ?? x, y: UNIT, points, joined: kind === 'line' }) : null;
}

const pointOf = ({ average, intervals }: RowOutcome, x: number): Point => ({
  x,
  y: average ?? NaN,
  low: intervals.average?.low,
  high: intervals.average?.high,
});

function heat(title: string, rows: readonly RowOutcome[], x: string, y: string): Chart {
  const of = (key: string): string[] => [...new Set(rows.map((row) => row.labels[key] ?? ''))];
  const [columns, lines] = [of(x), of(y)];
  const cell = (down: string, across: string): number | null =>
    rows.find((row) => row.labels[y] === down && row.labels[x] === across)?.average ?? null;
  const values = lines.map((down) => columns.map((across) => cell(down, across)));
  return heatMap({ title, x, y, unit: UNIT, rows: lines, columns, values });
}

/** The categories that every row has figures for. */
function categories(title: string, rows: readonly RowOutcome[], label: string): Chart | null {
  const [first] = rows;
  const all = (['task', 'topic'] as const).flatMap((view) =>
    Object.keys(first?.views?.[view] ?? {}).map((name) => {
      const groups = rows.map((row) => row.views?.[view][name]);
      return { name, values: groups.flatMap((group) => (group && averageOf(group.aspects)) ?? []) };
    }),
  );
  const axes = all.filter(({ values }) => values.length === rows.length);
  if (axes.length < 3) return null;
  const labels = rows.map((row) => row.labels[label] ?? row.name);
  const names = new Set(labels).size === rows.length ? labels : rows.map((row) => row.name);
  const series = names.map((name, i) => ({ name, values: axes.map(({ values }) => values[i] ?? NaN) }));
  return radar({ title, unit: UNIT, axes: axes.map(({ name }) => name), series });
}
