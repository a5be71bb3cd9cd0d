import { colour, drawing, element, HEIGHT, label, line, scale, ticks, WIDTH } from './svg.ts';

/** A point with its interval; `name` is written beside it where given. */
export interface Point {
  x: number;
  y: number;
  low?: number | undefined;
  high?: number | undefined;
  name?: string;
}

export interface PointsPlot {
  title: string;
  x: string;
  y: string;
  points: readonly Point[];
  /** Whether the points are joined, from left to right. */
  joined?: boolean;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [64, WIDTH - 24, 44, HEIGHT - 56];

/** Points over two axes with 95 % intervals: the K curve (joined), score against calls (not joined). */
export function pointsPlot({ title, x, y, points, joined = false }: PointsPlot): string {
  const xs = points.map((p) => p.x);
  const ys = points.flatMap((p) => [p.y, p.low ?? p.y, p.high ?? p.y]);
  const [atX, atY] = [scale(xs, LEFT, RIGHT), scale(ys, BOTTOM, TOP)];
  const sorted = points.toSorted((a, b) => a.x - b.x);
  const path = sorted.map((p, i) => `${i ? 'L' : 'M'}${atX(p.x).toFixed(1)} ${atY(p.y).toFixed(1)}`).join('');
  return drawing(title, [
    ...ticks(ys).map(
      (v) =>
        line(LEFT, atY(v), RIGHT, atY(v), '#e5e5e5') + label(LEFT - 8, atY(v) + 4, String(v), { 'text-anchor': 'end' }),
    ),
    ...ticks(xs).map((v) => label(atX(v), BOTTOM + 18, String(v), { 'text-anchor': 'middle' })),
    line(LEFT, BOTTOM, RIGHT, BOTTOM),
    label((LEFT + RIGHT) / 2, HEIGHT - 14, x, { 'text-anchor': 'middle' }),
    label(0, 0, y, { 'text-anchor': 'middle', transform: `translate(18 ${(TOP + BOTTOM) / 2}) rotate(-90)` }),
    joined ? element('path', { d: path, fill: 'none', stroke: colour(0), 'stroke-width': 2 }) : '',
    ...points.map((p, i) => mark(p, atX(p.x), atY, colour(joined ? 0 : i))),
  ]);
}

function mark({ y, low = y, high = y, name }: Point, x: number, atY: (value: number) => number, fill: string): string {
  const right = x > (LEFT + RIGHT) / 2;
  return [
    line(x, atY(low), x, atY(high), fill),
    element('circle', { cx: x, cy: atY(y), r: 5, fill }),
    name === undefined ? '' : label(x + (right ? -9 : 9), atY(y) + 4, name, { 'text-anchor': right ? 'end' : 'start' }),
  ].join('');
}
