import { join } from 'node:path';
import { packageRoot } from '../../run/config/packageInfo.ts';

/** A font of ours, so that a machine without fonts draws letters too; system fonts stand in for what it lacks. */
const FONT_FILE = join(packageRoot, 'data', 'font', 'NotoSans.ttf');

/** A drawing as PNG, two pixels for each of its own; null where the rasteriser has no binary for this machine. */
export async function renderPng(svg: string): Promise<Uint8Array | null> {
  const library = await import('@resvg/resvg-js').catch(() => null);
  if (library === null) return null;
  const font = { fontFiles: [FONT_FILE], loadSystemFonts: true, defaultFontFamily: 'Noto Sans' };
  return new library.Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } }).render().asPng();
}
