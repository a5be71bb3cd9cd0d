import { describe, expect, it } from '@jest/globals';
import { renderSvg } from '../../../evals/plots/renderSvg.ts';
import { createHeatMap } from '../../../evals/plots/heatMap.ts';
import { foldName, toPlainLine, type Chart } from '../../../evals/plots/chartLook.ts';
import { createPointsPlot } from '../../../evals/plots/pointsPlot.ts';
import { createRadarPlot } from '../../../evals/plots/radarPlot.ts';
import { createRowsPlot } from '../../../evals/plots/rowsPlot.ts';
import { renderPng } from '../../../evals/experiments/renderPng.ts';

const evil = '<script>alert(1)</script>&"\'{a|b}{c}\u0000\ud800\u202e\n%';
const points = [0, 1, 2].map((x) => ({ x, y: 4 + x / 10, low: 3.9, high: 4.4, name: evil }));
const text = { x: evil, y: evil, unit: evil };
const CHARTS: Record<string, Chart> = {
  curve: createPointsPlot({ title: evil, ...text, joined: true, points }),
  'one point': createPointsPlot({ title: evil, ...text, points: points.slice(0, 1) }),
  scatter: createPointsPlot({ title: evil, ...text, points }),
  rows: createRowsPlot({ title: evil, x: evil, rows: points }),
  heat: createHeatMap({ title: evil, ...text, rows: [evil], columns: ['a', evil], values: [[3, null]] }),
  'heat of equals': createHeatMap({ title: evil, ...text, rows: ['a'], columns: ['b'], values: [[3]] }),
  radar: createRadarPlot({
    title: evil,
    unit: evil,
    axes: ['a', 'b', evil],
    series: [{ name: evil, values: [1, 5, 3] }],
  }),
};
const LOOKS = [false, true].flatMap((dark) => [false, true].map((narrow) => ({ dark, narrow })));

describe.each(Object.entries(CHARTS))('the chart "%s"', (_, chart) => {
  it.each(LOOKS)('is well-formed SVG without foreign markup (dark: $dark, narrow: $narrow)', async (look) => {
    const svg = await renderSvg(chart, look);
    expect(svg).toMatch(/^<svg role="img" [\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/<script|NaN|Infinity|undefined/);
    expect(svg).not.toMatch(/[\u0000\u202e]|\p{Cs}/u); // oxlint-disable-line no-control-regex -- what must not be there
    expect(svg).toContain('&lt;script');
    const opened = svg.match(/<(?![/?!])[^>]*[^/]>/g)?.length;
    expect(svg.match(/<\/\w+>/g)?.length).toBe(opened);
  });
});

it('shows every value and name, and nothing for what is missing', async () => {
  const svg = await renderSvg(
    createHeatMap({ title: 't', ...text, rows: ['up', 'down'], columns: ['left', 'right'], values: [[3.254, 4], [null, 1]] }), // prettier-ignore
  );
  for (const shown of ['3.25', '4.00', '1.00', 'up', 'down', 'left', 'right']) expect(svg).toContain(`>${shown}<`);
  const curve = await renderSvg(createPointsPlot({ title: 't', x: 'K', y: 'y', joined: true, points }));
  for (const tick of [0, 1, 2]) expect(curve).toContain(`>${tick}<`);
  expect(curve).not.toContain('>0.5<');
});

it('renders a drawing as PNG at twice its size', async () => {
  const png = Buffer.from((await renderPng(await renderSvg(createPointsPlot({ title: evil, ...text, points })))) ?? []);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1440, 880]);
});

it('breaks names between words, and cuts long ones', () => {
  expect(foldName('simulated-terse with the prompt', 80)).toBe('simulated-\nterse with\nthe prompt');
  expect(toPlainLine('a\u0000b\n c', 9)).toBe('a\ufffdb c');
  expect(toPlainLine('abcdef', 4)).toBe('abc…');
});
