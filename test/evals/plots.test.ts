import { expect, it } from '@jest/globals';
import { heatMap } from '../../evals/plots/heat.ts';
import { pointsPlot } from '../../evals/plots/points.ts';
import { radar } from '../../evals/plots/radar.ts';
import { ticks } from '../../evals/plots/svg.ts';

const evil = '<script>&"\u0000';
const drawings = {
  curve: pointsPlot({
    title: evil,
    x: 'K',
    y: evil,
    joined: true,
    points: [0, 1, 2].map((x) => ({ x, y: 4 + x / 10, low: 3.9, high: 4.4 })),
  }),
  'one point': pointsPlot({ title: 't', x: 'calls', y: 'y', points: [{ x: 5, y: 4, name: evil }] }),
  heat: heatMap({ title: evil, rows: [evil], columns: ['a', 'b'], values: [[3, null]] }),
  'heat of equals': heatMap({ title: 't', rows: ['a'], columns: ['b'], values: [[3]] }),
  radar: radar({ title: evil, axes: ['a', 'b', evil], series: [{ name: evil, values: [1, 5, null] }] }),
};

it.each(Object.entries(drawings))('%s is well-formed, whatever the names', (_, svg) => {
  expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  expect(svg).not.toMatch(/<script|NaN|Infinity|undefined/);
  expect(svg).not.toContain('\u0000');
  expect(svg.match(/<(\w+)/g)?.length).toBe(svg.match(/<\/\w+>/g)?.length);
});

it('marks axes at round numbers', () => {
  expect(ticks([3.87, 4.29])).toEqual([3.9, 4, 4.1, 4.2]);
  expect(ticks([0, 5])).toEqual([0, 1, 2, 3, 4, 5]);
});
