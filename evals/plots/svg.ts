/** Colours that stay apart for the colour-blind (Okabe and Ito), in the order they are used in. */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;
export const colour = (i: number): string => COLOURS[i % COLOURS.length] ?? COLOURS[0];

export const WIDTH = 640;
export const HEIGHT = 420;

export const escaped = (text: string): string =>
  text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\P{C}\n]/gu, '\ufffd');

const attributes = (given: Readonly<Record<string, string | number>>): string =>
  Object.entries(given)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? +value.toFixed(2) : escaped(value)}"`)
    .join('');

/** An element of a drawing; numbers are in pixels. */
export const element = (name: string, given: Readonly<Record<string, string | number>>, inside = ''): string =>
  `<${name}${attributes(given)}>${inside}</${name}>`;

/** A text; `anchor` as in SVG: start, middle or end. */
export const label = (
  x: number,
  y: number,
  text: string,
  more: Readonly<Record<string, string | number>> = {},
): string => element('text', { x, y, ...more }, escaped(text));

export const line = (x1: number, y1: number, x2: number, y2: number, stroke = '#bbb'): string =>
  element('line', { x1, y1, x2, y2, stroke });

/** A whole drawing, with its title and what it shows for those who cannot see it. */
export function drawing(title: string, parts: readonly string[], height = HEIGHT): string {
  const head = `<title>${escaped(title)}</title>${element('rect', { width: WIDTH, height, fill: '#fff' })}`;
  const heading = label(WIDTH / 2, 22, title, { 'text-anchor': 'middle', 'font-size': 15, 'font-weight': 'bold' });
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222">${head}${heading}${parts.join('')}</svg>\n`;
}

/** From values to pixels; a range of nothing is widened. */
export function scale(values: readonly number[], from: number, to: number, pad = 0.08): (value: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || 1) * pad;
  return (value) => from + ((value - least + room) / (most - least + 2 * room || 1)) * (to - from);
}

/** About five round numbers within a range. */
export function ticks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const rough = (most - least || 1) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= rough) ?? unit;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => +((first + i) * step).toPrecision(6));
}
