import { join } from 'node:path';
import { packageRoot } from '../../run/config/packageRoot.ts';

/** The font of the package, for machines without fonts; system fonts add the letters that it lacks. */
const FONT_FILE = join(packageRoot, 'data', 'font', 'NotoSans.ttf');

/** Renders an SVG drawing as PNG at twice its size; null if the rasteriser has no binary for this machine. */
export async function renderPng(svg: string): Promise<Uint8Array | null> {
  const library = await import('@resvg/resvg-js').catch(() => null);
  if (library === null) return null;
  const font = { fontFiles: [FONT_FILE], loadSystemFonts: true, defaultFontFamily: 'Noto Sans' };
  return new library.Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } }).render().asPng();
}
