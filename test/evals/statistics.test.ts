import { expect, it } from '@jest/globals';
import { meanInterval, pairedInterval } from '../../statistics/bootstrap.ts';
import { holm, signFlip } from '../../statistics/significance.ts';
import { csvTable, markdownTable, textTable } from '../../evals/justEval/table.ts';
import { mersenneTwister } from '../../statistics/random.ts';

const normals = (count: number, seed: number): number[] => {
  const draw = mersenneTwister(seed);
  const one = (): number => (draw() + 0.5) / 2 ** 32;
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(one())) * Math.cos(2 * Math.PI * one()));
};

it('gives the same interval for the same seed, as wide as theory has it', () => {
  const values = normals(400, 1);
  const interval = meanInterval(values);
  expect(interval).toEqual(meanInterval(values));
  expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo((2 * 1.96) / 20, 1);
  expect(meanInterval([])).toBeNull();
  expect(meanInterval([3])).toEqual({ mean: 3, low: 3, high: 3 });
});

it('covers the true mean about 19 times in 20', () => {
  const held = Array.from({ length: 200 }, (_, seed) => meanInterval(normals(60, seed + 10), { rounds: 400, seed }));
  const share = held.filter((i) => i && i.low <= 0 && i.high >= 0).length / held.length;
  expect(share).toBeGreaterThan(0.88);
  expect(share).toBeLessThan(0.99);
});

it('widens with the luck of seeds', () => {
  const item = normals(100, 3).map((v) => v * 0.1);
  const [lucky, not] = [item.map((v) => v + 0.5), item.map((v) => v - 0.5)];
  const width = (rows: number[][]): number => {
    const i = pairedInterval(rows);
    return (i?.high ?? 0) - (i?.low ?? 0);
  };
  expect(width([lucky, not])).toBeGreaterThan(5 * width([item]));
});

it('finds what is there and cries wolf about one time in twenty', () => {
  expect(signFlip(normals(60, 5).map((v) => v + 1))).toBeLessThan(0.01);
  expect(signFlip([0, 0, 0])).toBe(1);
  const alarms = Array.from({ length: 200 }, (_, s) => signFlip(normals(40, s + 99), { rounds: 500, seed: s })).filter(
    (p) => p < 0.05,
  );
  expect(alarms.length / 200).toBeLessThan(0.1);
});

it('corrects for several comparisons as Holm does', () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([])).toEqual([]);
});

it('writes tables that nothing in a cell can break', () => {
  const rows = [
    ['name', 'mean'],
    ['=cmd()|x', '-0.50'],
    ['a "b", <i>c', '4.00'],
  ];
  expect(csvTable(rows)).toBe(`name,mean\r\n'=cmd()|x,-0.50\r\n"a ""b"", <i>c",4.00\r\n`);
  expect(markdownTable(rows)).toContain('| =cmd()\\|x | -0.50 |');
  expect(markdownTable(rows)).toContain('&lt;i>c');
  expect(textTable(rows).split('\n')).toHaveLength(4);
});
