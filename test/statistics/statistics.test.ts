import { describe, expect, it } from '@jest/globals';
import { bootstrapMean, type Interval } from '../../statistics/bootstrap.ts';
import { formatParts } from '../../statistics/formatParts.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computeNormalTail } from '../../statistics/computeNormalTail.ts';
import { computeCrossedInterval, computePairedInterval } from '../../statistics/pairedInterval.ts';
import { correctByHolm, testSignFlip } from '../../statistics/significance.ts';
import { renderCsvTable, renderMarkdownTable, renderTextTable } from '../../evals/justEval/table.ts';
import { createMersenneTwister } from '../../statistics/random.ts';

const normals = (count: number, seed: number): number[] => {
  const draw = createMersenneTwister(seed);
  const one = (): number => (draw() + 0.5) / 2 ** 32;
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(one())) * Math.cos(2 * Math.PI * one()));
};

it('the bootstrap gives the same interval for the same seed, as wide as in theory', () => {
  const values = normals(400, 1);
  const interval = bootstrapMean(values);
  expect(interval).toEqual(bootstrapMean(values));
  expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo((2 * 1.96) / 20, 1);
  expect(bootstrapMean([])).toBeNull();
  expect(bootstrapMean([3])).toEqual({ mean: 3, low: 3, high: 3 });
});

it('the bootstrap covers the true mean about 19 times in 20', () => {
  const held = Array.from({ length: 200 }, (_, seed) => bootstrapMean(normals(60, seed + 10), { rounds: 400, seed }));
  const share = held.filter((i) => i && i.low <= 0 && i.high >= 0).length / held.length;
  expect(share).toBeGreaterThan(0.88);
  expect(share).toBeLessThan(0.99);
});

it('the interval over several searches is wider if the searches differ', () => {
  const item = normals(100, 3).map((v) => v * 0.1);
  const [lucky, not] = [item.map((v) => v + 0.5), item.map((v) => v - 0.5)];
  const width = (rows: number[][]): number => {
    const i = computeCrossedInterval(rows);
    return (i?.high ?? 0) - (i?.low ?? 0);
  };
  expect(width([lucky, not])).toBeGreaterThan(5 * width([item]));
});

it('the sign-flip test finds a difference and raises a false alarm about one time in twenty', () => {
  expect(testSignFlip(normals(60, 5).map((v) => v + 1))).toBeLessThan(0.01);
  expect(testSignFlip([0, 0, 0])).toBe(1);
  const alarms = Array.from({ length: 200 }, (_, s) =>
    testSignFlip(normals(40, s + 99), { rounds: 500, seed: s }),
  ).filter((p) => p < 0.05);
  expect(alarms.length / 200).toBeLessThan(0.1);
});

it('several comparisons are corrected as Holm does', () => {
  expect(correctByHolm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(correctByHolm([])).toEqual([]);
});

it('no cell can break a table', () => {
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

it('means and normal tails agree with published tables', () => {
  expect([computeMean([]), computeMean([1, 2, 6])]).toEqual([null, 3]);
  expect(computeNormalTail(0)).toBeCloseTo(0.5, 7);
  expect(computeNormalTail(1.959964)).toBeCloseTo(0.025, 6);
  expect(computeNormalTail(3)).toBeCloseTo(0.001349898, 6);
  expect(computeNormalTail(-1.959964)).toBeCloseTo(0.975, 6);
});

describe('the paired interval', () => {
  it('needs two pairs, and has no width if all pairs are equal', () => {
    expect(computePairedInterval([1])).toBeNull();
    expect(computePairedInterval([1, 1, 1])).toEqual({ mean: 1, low: 1, high: 1 });
  });

  it('takes the spread from further differences, but not the mean', () => {
    expect(computePairedInterval([1, 1, 1], [0, 0, 0])).toEqual({ mean: 1, low: 1, high: 1 });
    const wide = computePairedInterval([1, 1, 1], [-9, 0, 9]);
    expect([wide?.mean, (wide?.low ?? 1) < -5, (wide?.high ?? 1) > 7]).toEqual([1, true, true]);
  });

  it('is Student’s or wider', () => {
    const { low, high, mean } = computePairedInterval([0, 1, 2, 3, 4, 5, 6, 7]) ?? { low: 0, high: 0, mean: 0 };
    expect(mean).toBe(3.5);
    expect(high - mean).toBeGreaterThanOrEqual(2.365 * Math.sqrt(6 / 8) - 1e-9);
    expect(mean - low).toBeGreaterThanOrEqual(2.365 * Math.sqrt(6 / 8) - 1e-9);
  });

  it('differs from the plain bootstrap by less than a twentieth of its width over 400 pairs', () => {
    const values = normals(400, 1);
    const [paired, plain] = [computePairedInterval(values), bootstrapMean(values)];
    const [width, other] = [paired, plain].map((i) => (i?.high ?? 0) - (i?.low ?? 0));
    expect(Math.abs((width ?? 0) / (other ?? 1) - 1)).toBeLessThan(0.05);
    expect(computeCrossedInterval([values])).toEqual(paired);
  });

  it('keeps its figures on fixed inputs', () => {
    const round = (interval: Interval | null) => Object.values(interval ?? {}).map((value) => value.toFixed(6));
    const paired = computePairedInterval([0.5, -0.25, 1, 0, 0.75, 0.25], [1, 0.5, -0.5]);
    expect(round(paired)).toEqual(['0.375000', '-0.173657', '0.923657']);
    const crossed = computeCrossedInterval([normals(30, 1), normals(30, 2), normals(30, 3)]);
    expect(round(crossed)).toEqual(['0.006958', '-0.327265', '0.331691']);
  });
});

it('parts of a sum are written so that they add up to the written sum', () => {
  expect(formatParts({ a: 1 / 3, b: 1 / 3, c: 1 / 3 }, 1, 2)).toEqual({ a: '0.34', b: '0.33', c: '0.33' });
  expect(formatParts({ a: 0.00014, b: 0.00014, c: 0.00016 }, 0.00044, 4)).toEqual({
    a: '0.0001',
    b: '0.0001',
    c: '0.0002',
  });
  expect(formatParts({ a: 0.29, b: 0.71 }, 1, 2)).toEqual({ a: '0.29', b: '0.71' });
  expect(formatParts({}, 0, 4)).toEqual({});
});
