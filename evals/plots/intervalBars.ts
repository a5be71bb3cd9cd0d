import type { CustomSeriesOption } from 'echarts';

/** What the bars of a chart are. */
export const INTERVAL_CAPTION = 'bars: 95 % bootstrap intervals';

/** Bars with caps from low to high, up or across: `[place, low, high]`. */
export function createIntervalBars(
  data: readonly (readonly number[])[],
  colour: (i: number) => string,
  along: 'x' | 'y',
): CustomSeriesOption {
  const cap = 5;
  return {
    type: 'custom',
    silent: true,
    encode: along === 'y' ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: data.map((row) => [...row]),
    renderItem: ({ dataIndex }, api) => {
      const place = api.value(0);
      const at = (value: number): number[] => api.coord(along === 'y' ? [place, value] : [value, place]);
      const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = [at(Number(api.value(1))), at(Number(api.value(2)))];
      const style = { stroke: colour(dataIndex), lineWidth: 2, fill: 'none' };
      const line = (a: number, b: number, c: number, d: number) => ({
        type: 'line' as const,
        shape: { x1: a, y1: b, x2: c, y2: d },
        style,
      });
      const caps =
        along === 'y'
          ? [line(x1 - cap, y1, x1 + cap, y1), line(x2 - cap, y2, x2 + cap, y2)]
          : [line(x1, y1 - cap, x1, y1 + cap), line(x2, y2 - cap, x2, y2 + cap)];
      return { type: 'group', children: [line(x1, y1, x2, y2), ...caps] };
    },
  };
}
