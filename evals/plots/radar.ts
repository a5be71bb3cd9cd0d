import type { EChartsOption } from 'echarts';
import { DASHES, framed, inksOf, plain, SHAPES, turn, type Chart } from './look.ts';

export interface Radar {
  title: string;
  unit: string;
  axes: readonly string[];
  /** Values of 1 to 5 on each axis. */
  series: readonly { name: string; values: readonly number[] }[];
}

/** Several series over the same categories, 1 in the middle and 5 at the rim. */
export const radar =
  ({ title, unit, axes, series }: Radar): Chart =>
  (look) => {
    const { ink, quiet, line } = inksOf(look);
    const option: EChartsOption = {
      ...framed(title, `${unit}; 1 in the middle`, look),
      legend: {
        bottom: 8,
        type: 'plain',
        selectedMode: false,
        textStyle: { color: ink },
        data: series.map(({ name }, i) => ({ name: plain(name, 40), icon: turn(SHAPES, i) ?? 'circle' })),
      },
      radar: {
        center: ['50%', '53%'],
        radius: look.narrow ? '58%' : '66%',
        splitNumber: 4,
        axisName: { color: ink, fontSize: look.narrow ? 11 : 12 },
        axisLine: { lineStyle: { color: line } },
        splitLine: { lineStyle: { color: line } },
        splitArea: { show: false },
        indicator: axes.map((name, i) => ({
          name: plain(name, 24),
          min: 1,
          max: 5,
          axisLabel: { show: i === 0, color: quiet, fontSize: 10, showMinLabel: false },
        })),
      },
      series: series.map(({ name, values }, i) => ({
        type: 'radar' as const,
        name: plain(name, 40),
        silent: true,
        symbol: turn(SHAPES, i) ?? 'circle',
        symbolSize: 7,
        lineStyle: { width: 2.5, type: turn(DASHES, i) ?? 'solid' },
        data: [{ value: [...values], name: plain(name, 40) }],
      })),
    };
    return { title, option, height: look.narrow ? 420 : 560 };
  };
