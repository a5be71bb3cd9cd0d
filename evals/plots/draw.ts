import { plain, widthOf, type Chart, type Look } from './look.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const asText = (text: string): string => text.replace(/[&<>]/g, (c) => ENTITIES[c] ?? c);

const DESK: Look = { dark: false, narrow: false };

/** A chart as SVG, with a title for those who cannot see it. The library is loaded by the first chart only. */
export async function svgOf(chart: Chart, look: Look = DESK): Promise<string> {
  const { draw } = await import('./echarts.ts');
  const { title, option, height } = chart(look);
  const svg = draw(option, widthOf(look), height);
  return `${svg.replace('<svg ', '<svg role="img" ').replace('>', () => `><title>${asText(plain(title, 200))}</title>`)}\n`;
}
