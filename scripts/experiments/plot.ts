import { averageOf } from '../../evals/aggregate.ts';
import type { Experiment } from '../../evals/experiment.ts';
import { heatMap } from '../../evals/plots/heat.ts';
import { pointsPlot, type Point } from '../../evals/plots/points.ts';
import { radar } from '../../evals/plots/radar.ts';
import type { Outcome, RowOutcome } from './outcome.ts';

/** The drawing of an experiment (SVG); null where it asks for none or has no figures for it. */
export function plotOf(outcome: Outcome, { plot }: Pick<Experiment, 'plot'>): string | null {
  const rows = outcome.rows.filter((row) => row.average !== null);
  if (plot === undefined || rows.length === 0) return null;
  const title = outcome.simulated ? `${outcome.title} (simulated models)` : outcome.title;
  if (plot.kind === 'heat') return heat(title, rows, plot.x, plot.y);
  if (plot.kind === 'radar') return categories(title, rows, plot.x);
  const number = (row: RowOutcome): number => (plot.x === 'calls' ? row.asked / row.done : Number(row.labels[plot.x]));
  const points = rows
    .filter((row) => Number.isFinite(number(row)))
    .map((row) => pointOf(row, number(row), plot.kind === 'scatter'));
  const x = plot.x === 'calls' ? 'calls, search and evaluation together' : plot.x;
  return points.length ? pointsPlot({ title, x, y: 'just-eval average', points, joined: plot.kind === 'line' }) : null;
}

const pointOf = (row: RowOutcome, x: number, named: boolean): Point => ({
  x,
  y: row.average ?? NaN,
  low: row.intervals.average?.low,
  high: row.intervals.average?.high,
  ...(named && { name: row.name }),
});

function heat(title: string, rows: readonly RowOutcome[], x: string, y: string): string {
  const of = (key: string): string[] => [...new Set(rows.map((row) => row.labels[key] ?? ''))];
  const [columns, lines] = [of(x), of(y)];
  const cell = (down: string, across: string): number | null =>
    rows.find((row) => row.labels[y] === down && row.labels[x] === across)?.average ?? null;
  const values = lines.map((down) => columns.map((across) => cell(down, across)));
  return heatMap({
    title,
    rows: lines.map((name) => `${y} ${name}`),
    columns: columns.map((name) => `${x} ${name}`),
    values,
  });
}

function categories(title: string, rows: readonly RowOutcome[], named: string): string | null {
  const views = (['task', 'topic'] as const).flatMap((view) =>
    [...new Set(rows.flatMap((row) => Object.keys(row.views?.[view] ?? {})))].map((name) => [view, name] as const),
  );
  const value = (row: RowOutcome, view: 'task' | 'topic', name: string): number | null => {
    const group = row.views?.[view][name];
    return group ? averageOf(group.aspects) : null;
  };
  const axes = views.filter(([view, name]) => rows.some((row) => value(row, view, name) !== null));
  if (axes.length < 3) return null;
  const series = rows.map((row) => ({
    name: row.labels[named] ?? row.name,
    values: axes.map(([view, name]) => value(row, view, name)),
  }));
  return radar({ title, axes: axes.map(([, name]) => name), series });
}
