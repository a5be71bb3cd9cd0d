import { toPlainLine, getChartWidth, type Chart, type ChartLook } from './chartLook.ts';

const XML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeXml = (text: string): string => text.replace(/[&<>]/g, (c) => XML_ENTITIES[c] ?? c);

const MAX_TITLE_CHARACTERS = 200;
/** Light, and wide enough for a desktop. */
const DEFAULT_LOOK: ChartLook = { dark: false, narrow: false };

/** Renders a chart as SVG, with a title for screen readers. The chart library is loaded with the first chart. */
export async function renderSvg(chart: Chart, look: ChartLook = DEFAULT_LOOK): Promise<string> {
  const { draw } = await import('./echarts.ts');
  const { title, option, height } = chart(look);
  const svg = draw(option, getChartWidth(look), height);
  return `${svg.replace('<svg ', '<svg role="img" ').replace('>', () => `><title>${escapeXml(toPlainLine(title, MAX_TITLE_CHARACTERS))}</title>`)}\n`;
}
