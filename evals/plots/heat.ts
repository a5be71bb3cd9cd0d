import { drawing, element, label, WIDTH } from './svg.ts';

export interface HeatMap {
  title: string;
  rows: readonly string[];
  columns: readonly string[];
  /** `[row][column]`, null where there is none. */
  values: readonly (readonly (number | null)[])[];
}

const [LEFT, TOP, CELL] = [170, 84, 56];

/** A table of values as colours with the values written in: the prompt transfer. Darker is higher. */
export function heatMap({ title, rows, columns, values }: HeatMap): string {
  const known = values.flat().filter((v) => v !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const width = (WIDTH - LEFT - 20) / columns.length;
  const cell = (value: number | null, row: number, column: number): string => {
    const share = value === null ? 0 : (value - least) / (most - least || 1);
    const [x, y] = [LEFT + column * width, TOP + row * CELL];
    const shade = value === null ? '#f4f4f4' : `hsl(205, 70%, ${92 - 52 * share}%)`;
    const middle = { 'text-anchor': 'middle', fill: share > 0.6 ? '#fff' : '#222', 'font-size': 14 };
    const box = element('rect', { x, y, width: width - 2, height: CELL - 2, fill: shade });
    return box + label(x + width / 2, y + CELL / 2 + 4, value?.toFixed(2) ?? '–', middle);
  };
  return drawing(
    title,
    [
      ...columns.map((name, i) => label(LEFT + (i + 0.5) * width, TOP - 10, name, { 'text-anchor': 'middle' })),
      ...rows.map((name, i) => label(LEFT - 10, TOP + (i + 0.5) * CELL + 4, name, { 'text-anchor': 'end' })),
      ...values.flatMap((row, i) => row.map((value, j) => cell(value, i, j))),
    ],
    TOP + rows.length * CELL + 24,
  );
}
