import type { CustomSeriesOption } from 'echarts';

/** The caption for the bars of a chart. */
export const INTERVAL_CAPTION = 'bars: 95 % bootstrap intervals';

/** Half the width of a cap. */
const CAP_PIXELS = 5;

/** Creates bars with caps from `[place, low, high]`, upright (`y`) or across (`x`). */
export function createIntervalBars(
  data: readonly (readonly number[])[],
  colour: (i: number) => string,
  along: 'x' | 'y',
): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    encode: along === 'y' ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: data.map((row) => [...row]),
    renderItem: ({ dataIndex }, api) => {
      const place = api.value(0);
      const toPixels = (value: number): number[] => api.coord(along === 'y' ? [place, value] : [value, place]);
      const [x1 = 0, y1 = 0] = toPixels(Number(api.value(1)));
      const [x2 = 0, y2 = 0] = toPixels(Number(api.value(2)));
      const style = { stroke: colour(dataIndex), lineWidth: 2, fill: 'none' };
      const line = (a: number, b: number, c: number, d: number) => ({
        type: 'line' as const,
        shape: { x1: a, y1: b, x2: c, y2: d },
        style,
      });
      const caps =
        along === 'y'
          ? [line(x1 - CAP_PIXELS, y1, x1 + CAP_PIXELS, y1), line(x2 - CAP_PIXELS, y2, x2 + CAP_PIXELS, y2)]
          : [line(x1, y1 - CAP_PIXELS, x1, y1 + CAP_PIXELS), line(x2, y2 - CAP_PIXELS, x2, y2 + CAP_PIXELS)];
      return { type: 'group', children: [line(x1, y1, x2, y2), ...caps] };
    },
  };
}
