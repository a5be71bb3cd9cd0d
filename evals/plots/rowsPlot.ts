import type { EChartsOption } from 'echarts';
import { createIntervalBars, INTERVAL_CAPTION } from './intervalBars.ts';
import type { PlotPoint } from './pointsPlot.ts';
import {
  createAxis,
  foldName,
  getSeriesColours,
  createBaseOption,
  getHeadHeight,
  getInks,
  pickCyclic,
  type Chart,
} from './chartLook.ts';

/** What a plot of rows shows. */
export interface RowsPlot {
  title: string;
  /** The title of the horizontal axis. */
  x: string;
  rows: readonly (Omit<PlotPoint, 'x'> & { name: string })[];
}

/** Creates a plot with a line per row: a point with its 95 % interval. */
export const createRowsPlot =
  ({ title, x, rows }: RowsPlot): Chart =>
  (look) => {
    const nameWidth = look.narrow ? 130 : 240;
    const colour = (): string => pickCyclic(getSeriesColours(look), 0) ?? '';
    const option: EChartsOption = {
      ...createBaseOption(title, INTERVAL_CAPTION, look),
      grid: { left: nameWidth + 16, right: 24, top: getHeadHeight(look), bottom: 56 },
      xAxis: { ...createAxis(x, look), type: 'value', nameGap: 32, scale: true, splitNumber: look.narrow ? 3 : 6 },
      yAxis: {
        ...createAxis('', look),
        type: 'category',
        inverse: true,
        data: rows.map((row) => foldName(row.name, nameWidth)),
        axisLabel: { color: getInks(look).ink, fontSize: 12, width: nameWidth, overflow: 'break', interval: 0 },
        axisTick: { show: false },
        splitLine: { show: false },
      },
      series: [
        createIntervalBars(
          rows.map((row, i) => [i, row.low ?? row.y, row.high ?? row.y]),
          colour,
          'x',
        ),
        {
          type: 'scatter',
          silent: true,
          symbolSize: 11,
          data: rows.map((row, i) => [row.y, i]),
          itemStyle: { color: colour(), opacity: 1 },
        },
      ],
    };
    return { title, option, height: getHeadHeight(look) + 60 + rows.length * (look.narrow ? 44 : 36) };
  };
