import type { EChartsOption } from 'echarts';
import { intervals, WITH_INTERVALS } from './intervals.ts';
import type { Point } from './points.ts';
import { axisOf, folded, coloursOf, framed, headOf, inksOf, turn, type Chart } from './look.ts';

export interface RowsPlot {
  title: string;
  x: string;
  rows: readonly (Omit<Point, 'x'> & { name: string })[];
}

/** Rows one below the other, each a point with its 95 % interval across. */
export const rowsPlot =
  ({ title, x, rows }: RowsPlot): Chart =>
  (look) => {
    const wide = look.narrow ? 130 : 240;
    const colour = (): string => turn(coloursOf(look), 0) ?? '';
    const option: EChartsOption = {
      ...framed(title, WITH_INTERVALS, look),
      grid: { left: wide + 16, right: 24, top: headOf(look), bottom: 56 },
      xAxis: { ...axisOf(x, look), type: 'value', nameGap: 32, scale: true, splitNumber: look.narrow ? 3 : 6 },
      yAxis: {
        ...axisOf('', look),
        type: 'category',
        inverse: true,
        data: rows.map((row) => folded(row.name, wide)),
        axisLabel: { color: inksOf(look).ink, fontSize: 12, width: wide, overflow: 'break', interval: 0 },
        axisTick: { show: false },
        splitLine: { show: false },
      },
      series: [
        intervals(
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
    return { title, option, height: headOf(look) + 60 + rows.length * (look.narrow ? 44 : 36) };
  };
