import type { EChartsOption } from 'echarts';

/** How a chart looks: on a light or a dark background, for a desktop or a phone. */
export interface ChartLook {
  dark: boolean;
  narrow: boolean;
}

/** What a chart is drawn from: its title, ECharts' options, and its height in pixels. */
export interface ChartDrawing {
  title: string;
  option: EChartsOption;
  height: number;
}

/** A chart, which can be drawn in any look. */
export type Chart = (look: ChartLook) => ChartDrawing;

/** The width of a chart in pixels. */
export const getChartWidth = ({ narrow }: ChartLook): number => (narrow ? 380 : 720);

/** The colours of text, secondary text, lines and background; the same as the page's (report/client/tokens.css). */
export const getInks = ({ dark }: ChartLook) =>
  dark
    ? { ink: '#e6e7ea', quiet: '#a3a9b4', line: '#343942', ground: '#14161a' }
    : { ink: '#1d2026', quiet: '#585e68', line: '#dcdcd6', ground: '#ffffff' };

/** Colours that colour-blind people can tell apart (Okabe and Ito), without those that are too faint on the background. */
export const getSeriesColours = ({ dark }: ChartLook): string[] =>
  dark
    ? ['#56b4e9', '#e69f00', '#2cc39a', '#e08fbd', '#f0e442', '#ff8a4c', '#e6e7ea']
    : ['#0072b2', '#b84e00', '#00795a', '#a8467d', '#8a6100', '#2f7fb0', '#1d2026'];
/** Shapes that tell series apart besides the colours. */
export const SERIES_SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'roundRect'] as const;
/** Dashes that tell lines apart besides the colours. */
export const SERIES_DASHES = ['solid', 'dashed', 'dotted'] as const;

/** Picks an item of a list that repeats without end; undefined for an empty list. */
export const pickCyclic = <T>(list: readonly [T, ...T[]] | readonly T[], i: number): T | undefined =>
  list[i % list.length];

/** The one name that the chart library cannot draw: it keeps texts as keys of plain objects. A word joiner, which is not seen, makes it another. */
const toDrawableName = (line: string): string => (line === '__proto__' ? `${line}\u2060` : line);

/** Makes a text one line of printable characters, cut to `maxCharacters`. */
export function toPlainLine(text: string, maxCharacters = 80): string {
  const line = toDrawableName(text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '\ufffd').trim());
  const characters = Array.from(line);
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : line;
}

/** Mean width of a character in text of 12 pixels. */
const CHARACTER_WIDTH_PIXELS = 6.8;

/** Breaks a name into lines of so many pixels, in text of 12 pixels, after spaces, hyphens and dots rather than within a word. */
export function foldName(text: string, pixels: number): string {
  const parts = toPlainLine(text, 60).split(/(?<=[-_.:/\s])/);
  const lines: string[] = [];
  for (const part of parts) {
    const longer = (lines.at(-1) ?? '') + part;
    const fits = lines.length > 0 && longer.trimEnd().length * CHARACTER_WIDTH_PIXELS <= pixels;
    if (fits) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Creates the options that all charts share: title and subtitle, background, text colour, no animation. */
export function createBaseOption(title: string, subtitle: string, look: ChartLook): EChartsOption {
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
      subtext: toPlainLine(subtitle, 120),
      subtextStyle: { color: quiet, fontSize: 12, width, overflow: 'break' },
      itemGap: 6,
    },
  };
}

/** Creates an axis' title, ticks and lines in the look's colours. */
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

/** The height of title and subtitle in pixels. */
export const getHeadHeight = ({ narrow }: ChartLook): number => (narrow ? 84 : 68);
