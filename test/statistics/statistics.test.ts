import { expect, it } from '@jest/globals';
import { bootstrapMean, bootstrapPairedDifferences } from '../../statistics/bootstrap.ts';
import { correctByHolm, testSignFlip } from '../../statistics/significance.ts';
import { renderCsvTable, renderMarkdownTable, renderTextTable } from '../../evals/justEval/table.ts';
import { createMersenneTwister } from '../../statistics/random.ts';

const normals = (count: number, seed: number): number[] => {
  const draw = createMersenneTwister(seed);
  const one = (): number => (draw() + 0.5) / 2 ** 32;
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(one())) * Math.cos(2 * Math.PI * one()));
};

it('gives the same interval for the same seed, as wide as theory has it', () => {
  const values = normals(400, 1);
  const interval = bootstrapMean(values);
  expect(interval).toEqual(bootstrapMean(values));
  expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo((2 * 1.96) / 20, 1);
  expect(bootstrapMean([])).toBeNull();
  expect(bootstrapMean([3])).toEqual({ mean: 3, low: 3, high: 3 });
});

it('covers the true mean about 19 times in 20', () => {
  const held = Array.from({ length: 200 }, (_, seed) => bootstrapMean(normals(60, seed + 10), { rounds: 400, seed }));
  const share = held.filter((i) => i && i.low <= 0 && i.high >= 0).length / held.length;
  expect(share).toBeGreaterThan(0.88);
  expect(share).toBeLessThan(0.99);
});

it('widens with the luck of seeds', () => {
  const item = normals(100, 3).map((v) => v * 0.1);
  const [lucky, not] = [item.map((v) => v + 0.5), item.map((v) => v - 0.5)];
  const width = (rows: number[][]): number => {
    const i = bootstrapPairedDifferences(rows);
    return (i?.high ?? 0) - (i?.low ?? 0);
  };
  expect(width([lucky, not])).toBeGreaterThan(5 * width([item]));
});

it('finds what is there and cries wolf about one time in twenty', () => {
  expect(testSignFlip(normals(60, 5).map((v) => v + 1))).toBeLessThan(0.01);
  expect(testSignFlip([0, 0, 0])).toBe(1);
  const alarms = Array.from({ length: 200 }, (_, s) =>
    testSignFlip(normals(40, s + 99), { rounds: 500, seed: s }),
  ).filter((p) => p < 0.05);
  expect(alarms.length / 200).toBeLessThan(0.1);
});

it('corrects for several comparisons as Holm does', () => {
  expect(correctByHolm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(correctByHolm([])).toEqual([]);
});

it('writes tables that nothing in a cell can break', () => {
  const rows = [
    ['name', 'mean'],
    ['=cmd()|x', '-0.50'],
    ['a "b", <i>c', '4.00'],
  ];
  expect(renderCsvTable(rows)).toBe(`name,mean\r\n'=cmd()|x,-0.50\r\n"a ""b"", <i>c",4.00\r\n`);
  expect(renderMarkdownTable(rows)).toContain('| =cmd()\\|x | -0.50 |');
  expect(renderMarkdownTable(rows)).toContain('&lt;i>c');
  expect(renderTextTable(rows).split('\n')).toHaveLength(4);
});
