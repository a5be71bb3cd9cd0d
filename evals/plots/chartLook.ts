import type { EChartsOption } from 'echarts';

/** How a chart is to look: on light or on dark ground, for a desk or for a phone. */
export interface ChartLook {
  dark: boolean;
  narrow: boolean;
}

/** What a chart is drawn from: ECharts' options, and its height in pixels. */
export interface ChartDrawing {
  title: string;
  option: EChartsOption;
  height: number;
}

/** A chart, drawn in any look. */
export type Chart = (look: ChartLook) => ChartDrawing;

/** Pixels from left to right. */
export const getChartWidth = ({ narrow }: ChartLook): number => (narrow ? 380 : 720);

/** Ink, quiet ink, lines and ground; the same as the pages' (report/client/tokens.css). */
export const getInks = ({ dark }: ChartLook) =>
  dark
    ? { ink: '#e6e7ea', quiet: '#a3a9b4', line: '#343942', ground: '#14161a' }
    : { ink: '#1d2026', quiet: '#585e68', line: '#dcdcd6', ground: '#ffffff' };

/** Colours that stay apart for the colour-blind (Okabe and Ito), those too faint on the ground left out; shapes tell series apart too. */
export const getSeriesColours = ({ dark }: ChartLook): string[] =>
  dark
    ? ['#56b4e9', '#e69f00', '#2cc39a', '#e08fbd', '#f0e442', '#ff8a4c', '#e6e7ea']
    : ['#0072b2', '#b84e00', '#00795a', '#a8467d', '#8a6100', '#2f7fb0', '#1d2026'];
export const SERIES_SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'roundRect'] as const;
export const SERIES_DASHES = ['solid', 'dashed', 'dotted'] as const;

/** The place in a list that begins anew at its end. */
export const pickCyclic = <T>(list: readonly [T, ...T[]] | readonly T[], i: number): T | undefined =>
  list[i % list.length];

/** A text that is one line of printable characters, cut where it is longer than `most`. */
export function toPlainLine(text: string, most = 80): string {
  const line = text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '\ufffd').trim();
  const letters = Array.from(line);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
}

/** A name in lines of so many pixels (of text of 12), broken after spaces, hyphens and points rather than within a word. */
export function foldName(text: string, pixels: number): string {
  const parts = toPlainLine(text, 60).split(/(?<=[-_.:/\s])/);
  const lines = parts.reduce<string[]>((done, part) => {
    const longer = (done.at(-1) ?? '') + part;
    return done.length && longer.trimEnd().length * 6.8 <= pixels ? [...done.slice(0, -1), longer] : [...done, part];
  }, []);
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** What all charts have in common: title, what is read off below it, ground, ink, no movement. */
export function createBaseOption(title: string, below: string, look: ChartLook): EChartsOption {
  const { ink, quiet, ground } = getInks(look);
  const width = getChartWidth(look) - 24;
  return {
    animation: false,
    backgroundColor: ground,
    color: getSeriesColours(look),
    textStyle: { fontFamily: 'Noto Sans, sans-serif', color: ink },
    title: {
      text: toPlainLine(title, 120),
      left: 'center',
      top: 8,
      textStyle: { color: ink, fontSize: look.narrow ? 14 : 16, fontWeight: 'normal', width, overflow: 'break' },
      subtext: toPlainLine(below, 120),
      subtextStyle: { color: quiet, fontSize: 12, width, overflow: 'break' },
      itemGap: 6,
    },
  };
}

/** An axis' title, ticks and lines in the look's ink. */
export function createAxis(name: string, look: ChartLook) {
  const { ink, quiet, line } = getInks(look);
  return {
    name: toPlainLine(name),
    nameLocation: 'middle' as const,
    nameTextStyle: { color: quiet, fontSize: 12 },
    axisLabel: { color: ink, fontSize: 12 },
    axisLine: { onZero: false, lineStyle: { color: quiet } },
    axisTick: { lineStyle: { color: quiet } },
    splitLine: { lineStyle: { color: line } },
  };
}

/** Pixels above a chart for its title and what stands below that. */
export const getHeadHeight = ({ narrow }: ChartLook): number => (narrow ? 84 : 68);
