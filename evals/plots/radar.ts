import { colour, drawing, element, HEIGHT, label, WIDTH } from './svg.ts';

export interface Radar {
  title: string;
  axes: readonly string[];
  /** Values of 1 to 5 on each axis, null where there is none. */
  series: readonly { name: string; values: readonly (number | null)[] }[];
}

const [X, Y, R] = [WIDTH / 2 - 60, HEIGHT / 2 + 16, HEIGHT / 2 - 66];

/** Several series over the same categories, 1 in the middle and 5 at the rim. */
export function radar({ title, axes, series }: Radar): string {
  const at = (axis: number, value: number): [number, number] => {
    const angle = (2 * Math.PI * axis) / axes.length - Math.PI / 2;
    const far = (R * (value - 1)) / 4;
    return [X + far * Math.cos(angle), Y + far * Math.sin(angle)];
  };
  const outline = (values: readonly (number | null)[]): string =>
    values
      .flatMap((v, i) =>
        v === null
          ? []
          : [
              at(i, v)
                .map((n) => n.toFixed(1))
                .join(','),
            ],
      )
      .join(' ');
  const ring = (value: number): string =>
    element('polygon', { points: outline(axes.map(() => value)), fill: 'none', stroke: '#ddd' }) +
    label(X + 3, at(0, value)[1] + 11, String(value), { fill: '#999', 'font-size': 10 });
  return drawing(title, [
    ...[2, 3, 4, 5].map(ring),
    ...axes.map((name, i) => {
      const [x, y] = at(i, 5.5);
      return label(x, y + 4, name, { 'text-anchor': x < X - 5 ? 'end' : x > X + 5 ? 'start' : 'middle' });
    }),
    ...series.map(({ values }, i) =>
      element('polygon', {
        points: outline(values),
        fill: colour(i),
        'fill-opacity': 0.08,
        stroke: colour(i),
        'stroke-width': 2,
      }),
    ),
    ...series.map(
      ({ name }, i) =>
        element('rect', { x: WIDTH - 130, y: 60 + 22 * i, width: 12, height: 12, fill: colour(i) }) +
        label(WIDTH - 112, 71 + 22 * i, name),
    ),
  ]);
}
