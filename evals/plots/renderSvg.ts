import { toPlainLine, getChartWidth, type Chart, type ChartLook } from './chartLook.ts';

const XML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeXml = (text: string): string => text.replace(/[&<>]/g, (c) => XML_ENTITIES[c] ?? c);

const DESK_LOOK: ChartLook = { dark: false, narrow: false };

/** A chart as SVG, with a title for those who cannot see it. The library is loaded by the first chart only. */
export async function renderSvg(chart: Chart, look: ChartLook = DESK_LOOK): Promise<string> {
  const { draw } = await import('./echarts.ts');
  const { title, option, height } = chart(look);
  const svg = draw(option, getChartWidth(look), height);
  return `${svg.replace('<svg ', '<svg role="img" ').replace('>', () => `><title>${escapeXml(toPlainLine(title, 200))}</title>`)}\n`;
}
