import type { EChartsOption, ScatterSeriesOption } from 'echarts';
import { createIntervalBars, INTERVAL_CAPTION } from './intervalBars.ts';
import {
  createAxis,
  getSeriesColours,
  createBaseOption,
  getHeadHeight,
  getInks,
  toPlainLine,
  SERIES_SHAPES,
  pickCyclic,
  type Chart,
  type ChartLook,
} from './chartLook.ts';

/** A point with its interval; a `name` is written above it. */
export interface PlotPoint {
  x: number;
  y: number;
  low?: number | undefined;
  high?: number | undefined;
  name?: string;
}

/** What a plot of points shows. */
export interface PointsPlot {
  title: string;
  /** The titles of the axes. */
  x: string;
  y: string;
  points: readonly PlotPoint[];
  /** Whether a line joins the points from left to right. */
  joined?: boolean;
}

/** Creates a plot of points with 95 % intervals, such as the K curve (joined) or score against calls (not joined). */
export const createPointsPlot =
  ({ title, x, y, points, joined = false }: PointsPlot): Chart =>
  (look) => {
    const sorted = points.toSorted((a, b) => a.x - b.x);
    const colour = (i: number): string => pickCyclic(getSeriesColours(look), joined ? 0 : i) ?? '';
    const marks = sorted.map((p, i) => ({
      value: [p.x, p.y],
      symbol: joined ? 'circle' : (pickCyclic(SERIES_SHAPES, i) ?? 'circle'),
      itemStyle: { color: colour(i), opacity: 1 },
    }));
    const bars = sorted.map((p) => [p.x, p.low ?? p.y, p.high ?? p.y]);
    const line = {
      type: 'line' as const,
      silent: true,
      symbol: 'none',
      color: colour(0),
      data: bars.map(([at], i) => [at, sorted[i]?.y]),
    };
    const option: EChartsOption = {
      ...createBaseOption(title, INTERVAL_CAPTION, look),
      grid: { left: 62, right: 24, top: getHeadHeight(look) + (joined ? 0 : 16), bottom: 56 },
      xAxis: {
        ...createAxis(x, look),
        ...createXAxisSpan(sorted, joined, look),
        type: 'value',
        nameGap: 32,
        splitLine: { show: false },
      },
      yAxis: { ...createAxis(y, look), type: 'value', nameGap: 42, scale: true },
      series: [
        createIntervalBars(bars, colour, 'y'),
        ...(joined ? [line] : []),
        { type: 'scatter', silent: true, symbolSize: 11, data: marks },
        createNameLabels(sorted, look),
      ],
    };
    return { title, option, height: look.narrow ? 360 : 440 };
  };

/** The horizontal axis extends beyond the points; its ends are no round numbers and have no label. */
function createXAxisSpan(sorted: readonly PlotPoint[], joined: boolean, look: ChartLook): Record<string, unknown> {
  const [min = 0, max = 0] = [sorted[0]?.x, sorted.at(-1)?.x];
  const margin = (max - min || Math.abs(min) || 1) * (joined ? 0.05 : 0.12);
  const hasWholeTicks = joined && sorted.every(({ x }) => Number.isInteger(x));
  const { axisLabel } = createAxis('', look);
  return {
    min: min - margin,
    max: max + margin,
    ...(hasWholeTicks && { minInterval: 1 }),
    axisLabel: { ...axisLabel, showMinLabel: false, showMaxLabel: false, hideOverlap: true },
  };
}

/** Names above the intervals' upper ends, moved apart if they would overlap. */
const createNameLabels = (sorted: readonly PlotPoint[], look: ChartLook): ScatterSeriesOption => ({
  type: 'scatter',
  silent: true,
  symbolSize: 0,
  data: sorted.flatMap(({ x, y, high = y, name }) =>
    name === undefined
      ? []
      : [{ value: [x, high], label: { formatter: () => toPlainLine(name, look.narrow ? 18 : 28) } }],
  ),
  label: {
    show: true,
    position: 'top',
    distance: 4,
    fontSize: 12,
    color: getInks(look).ink,
    opacity: 1,
    textBorderColor: getInks(look).ground,
    textBorderWidth: 3,
  },
  itemStyle: { opacity: 1 },
  labelLayout: { moveOverlap: 'shiftY' },
});
