import type { EChartsOption } from 'echarts';
import {
  SERIES_DASHES,
  createBaseOption,
  getInks,
  toPlainLine,
  SERIES_SHAPES,
  pickCyclic,
  type Chart,
} from './chartLook.ts';

/** What a radar plot shows. */
export interface RadarPlot {
  title: string;
  unit: string;
  axes: readonly string[];
  /** Values of 1 to 5 on each axis. */
  series: readonly { name: string; values: readonly number[] }[];
}

/** Creates a plot of several series over the same categories, with 1 in the middle and 5 at the rim. */
export const createRadarPlot =
  ({ title, unit, axes, series }: RadarPlot): Chart =>
  (look) => {
    const { ink, quiet, line } = getInks(look);
    const option: EChartsOption = {
      ...createBaseOption(title, `${unit}; 1 in the middle`, look),
      legend: {
        bottom: 8,
        type: 'plain',
        selectedMode: false,
        textStyle: { color: ink },
        data: series.map(({ name }, i) => ({
          name: toPlainLine(name, 40),
          icon: pickCyclic(SERIES_SHAPES, i) ?? 'circle',
        })),
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
          name: toPlainLine(name, 24),
          min: 1,
          max: 5,
          axisLabel: { show: i === 0, color: quiet, fontSize: 10, showMinLabel: false },
        })),
      },
      series: series.map(({ name, values }, i) => ({
        type: 'radar' as const,
        name: toPlainLine(name, 40),
        silent: true,
        symbol: pickCyclic(SERIES_SHAPES, i) ?? 'circle',
        symbolSize: 7,
        lineStyle: { width: 2.5, type: pickCyclic(SERIES_DASHES, i) ?? 'solid' },
        data: [{ value: [...values], name: toPlainLine(name, 40) }],
      })),
    };
    return { title, option, height: look.narrow ? 420 : 560 };
  };
