import type { EChartsOption } from 'echarts';
import {
  createAxis,
  foldName,
  createBaseOption,
  getHeadHeight,
  getInks,
  getChartWidth,
  type Chart,
} from './chartLook.ts';

/** What a heat map shows. */
export interface HeatMap {
  title: string;
  /** What the columns, the rows and the colours mean. */
  x: string;
  y: string;
  unit: string;
  rows: readonly string[];
  columns: readonly string[];
  /** `[row][column]`; null for no value. */
  values: readonly (readonly (number | null)[])[];
}

/** One hue from low to high, and the text colours that are legible at either end; `turn` is where the second one starts (0 to 1). */
const COLOUR_SCALES = {
  light: { colours: ['#e6f0fa', '#7fb2de', '#0b4a86'], inks: ['#1d2026', '#ffffff'], turn: 0.75 },
  dark: { colours: ['#1f2f42', '#3f78b0', '#b9dcff'], inks: ['#f2f2f2', '#0c1a29'], turn: 0.55 },
} as const;

/** Creates a table of values with colours, such as the prompt transfer. */
export const createHeatMap =
  ({ title, x, y, unit, rows, columns, values }: HeatMap): Chart =>
  (look) => {
    const known = values.flat().filter((v) => v !== null);
    const [min, max] = [Math.min(...known), Math.max(...known)];
    const { colours, inks, turn } = COLOUR_SCALES[look.dark ? 'dark' : 'light'];
    const left = look.narrow ? 110 : 190;
    const columnWidth = (getChartWidth(look) - left - 24) / columns.length;
    const top = getHeadHeight(look) + (look.narrow ? 62 : 44);
    const createNameAxis = (name: string, names: readonly string[], width: number, gap: number) => ({
      ...createAxis(name, look),
      type: 'category' as const,
      data: names.map((text) => foldName(text, width)),
      nameGap: gap,
      axisLabel: { color: getInks(look).ink, fontSize: 12, width, overflow: 'break' as const, interval: 0 },
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { show: false },
    });
    const cells = values.flatMap((row, i) =>
      row.map((value, j) => ({
        value: [j, i, value ?? '-'],
        label: { color: (value ?? min) - min > turn * (max - min || 1) ? inks[1] : inks[0] },
      })),
    );
    const option: EChartsOption = {
      ...createBaseOption(title, unit, look),
      grid: { left, right: 24, top, bottom: 78 },
      xAxis: { ...createNameAxis(x, columns, columnWidth - 8, look.narrow ? 44 : 30), position: 'top' },
      yAxis: { ...createNameAxis(y, rows, left - 40, left - 16), inverse: true },
      visualMap: {
        type: 'continuous',
        min,
        max: max > min ? max : min + 1,
        calculable: false,
        orient: 'horizontal',
        left: 'center',
        bottom: 10,
        itemWidth: 14,
        itemHeight: 160,
        text: [max.toFixed(2), min.toFixed(2)],
        textStyle: { color: getInks(look).ink },
        inRange: { color: [...colours] },
      },
      series: [
        {
          type: 'heatmap',
          silent: true,
          data: cells,
          itemStyle: { borderColor: getInks(look).ground, borderWidth: 3 },
          label: { show: true, fontSize: 14, formatter: formatCell },
        },
      ],
    };
    return { title, option, height: top + 78 + rows.length * 60 };
  };

const formatCell = ({ value }: { value?: unknown }): string => {
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
  return typeof last === 'number' ? last.toFixed(2) : '–';
};
