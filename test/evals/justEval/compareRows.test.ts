import { expect, it } from '@jest/globals';
import { compareRows, computePairedDifferences, computeRowIntervals } from '../../../evals/justEval/compareRows.ts';
import { Experiment, listComparedPairs } from '../../../evals/experiments/experimentSchema.ts';
import type { ScoredJudgement } from '../../../evals/justEval/records.ts';
import { createMersenneTwister, type Random32 } from '../../../statistics/random.ts';

const scored = (id: number, value: number, missing = false): ScoredJudgement => ({
  id,
  mode: 'regular',
  points: missing
    ? { depth: value }
    : { helpfulness: value, clarity: value, factuality: value, depth: value, engagement: value },
  notApplicable: [],
});
const normal = (draw: Random32): number => {
  const one = (): number => (draw() + 0.5) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(one())) * Math.cos(2 * Math.PI * one());
};

it('pairs rows by id in any order, only over instructions measured on both sides', () => {
  const row = [[scored(1, 4), scored(2, 3), scored(3, 5, true)]];
  const other = [[scored(3, 1), scored(2, 1), scored(1, 3.5)]];
  expect(computePairedDifferences(row, other, 'average')).toEqual([[0.5, 2]]);
  expect(computePairedDifferences(row, other, 'safety')).toEqual([[]]);
});

it('finds a planted difference and calls chance noise, with p-values corrected for the table', () => {
  const draw = createMersenneTwister(4);
  const ease = Array.from({ length: 80 }, () => 3 + normal(draw));
  const row = (plus: number): ScoredJudgement[][] => [ease.map((e, i) => scored(i, e + plus + 0.4 * normal(draw)))];
  const rows = new Map([
    ['first', row(0)],
    ['same', row(0)],
    ['better', row(0.3)],
    ['worse', row(-0.3)],
  ]);
  const all = compareRows(
    [
      ['same', 'first'],
      ['better', 'first'],
      ['worse', 'first'],
    ],
    rows,
  );
  expect(all.map((c) => c.verdict)).toEqual(['noise', 'higher', 'lower']);
  expect(all.every((c) => c.corrected >= c.p && c.n === 80)).toBe(true);
});

it('counts the luck of searches, so that different seeds rarely cause a false alarm', () => {
  const draw = createMersenneTwister(9);
  const row = (): ScoredJudgement[][] =>
    Array.from({ length: 4 }, () => {
      const luck = 0.3 * normal(draw);
      return Array.from({ length: 30 }, (_, i) => scored(i, 3 + luck + 0.5 * normal(draw)));
    });
  const alarms = Array.from(
    { length: 100 },
    () =>
      compareRows(
        [['a', 'b']],
        new Map([
          ['a', row()],
          ['b', row()],
        ]),
      )[0],
  );
  expect(alarms.filter((c) => c?.verdict !== 'noise').length).toBeLessThan(11);
});

it('gives a wider interval to a row whose searches differ', () => {
  const of = (luck: number): ScoredJudgement[] =>
    Array.from({ length: 50 }, (_, i) => scored(i, 3 + (i % 2) * 0.1 + luck));
  const width = (...row: ScoredJudgement[][]): number => {
    const { average } = computeRowIntervals(row);
    return (average?.high ?? 0) - (average?.low ?? 0);
  };
  expect(width(of(0.5), of(-0.5))).toBeGreaterThan(10 * width(of(0), of(0)));
});

it('reads a table, and says what is wrong with a bad one', () => {
  const faults = (raw: unknown): string[] => Experiment.safeParse(raw).error?.issues.map((i) => i.message) ?? [];
  const rows = [{ name: 'a' }, { name: 'b', promptOf: 'a' }];
  expect(listComparedPairs(Experiment.parse({ title: 't', rows }))).toEqual([['b', 'a']]);
  expect(
    listComparedPairs(
      Experiment.parse({
        title: 't',
        rows: [
          { name: 'a', against: 'b' },
          { name: 'b', against: [] },
        ],
      }),
    ),
  ).toEqual([['a', 'b']]);
  expect(faults({ title: 't', rows: [{ name: 'a' }, { name: 'a' }] })[0]).toContain('twice');
  expect(faults({ title: 't', rows: [{ name: 'a', promptOf: 'z' }] })[0]).toContain('"z"');
  expect(
    faults({
      title: 't',
      rows: [
        { name: 'a', promptOf: 'b' },
        { name: 'b', examplesOf: 'a' },
      ],
    })[0],
  ).toContain('circle');
  expect(faults({ title: 't', rows: [{ name: 'a', sett: {} }] })[0]).toContain('sett');
});
