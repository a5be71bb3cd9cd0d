import { expect, it } from '@jest/globals';
import { computeAgreement, computeWeightedKappa, type RatedItem } from '../../../evals/judge/weightedKappa.ts';

const toItems = (points: readonly number[], scores: readonly number[]): RatedItem[] =>
  points.map((value, i) => ({ query: `query ${i}`, points: value, score: scores[i] ?? NaN }));

/** The values are of scikit-learn 1.9.1: cohen_kappa_score(points, scores, labels=[1, 2, 3, 4, 5], weights="quadratic"). */
const TABLES: readonly { points: number[]; scores: number[]; kappa: number }[] = [
  { points: [1, 2, 3, 4, 5, 5, 4, 3], scores: [1, 2, 3, 4, 5, 4, 4, 2], kappa: 0.926605504587156 },
  { points: [5, 5, 4, 5, 3, 4, 5, 2, 1, 4], scores: [3, 4, 3, 5, 2, 3, 4, 1, 1, 4], kappa: 0.75 },
  { points: [1, 5, 2, 4, 3, 1, 5], scores: [5, 1, 4, 2, 3, 5, 1], kappa: -1 },
  // nobody gave 3 or 4
  { points: [1, 2, 5, 5, 1, 2], scores: [1, 5, 5, 2, 2, 1], kappa: 0.423076923076923 },
  { points: [4, 4, 4, 4, 4], scores: [4, 3, 4, 5, 4], kappa: 0 },
  { points: [3, 3, 3, 3], scores: [1, 2, 3, 5], kappa: 0 },
  {
    points: [
      2, 5, 5, 2, 3, 5, 4, 5, 1, 5, 1, 4, 3, 5, 2, 2, 4, 5, 5, 4, 4, 2, 2, 2, 5, 4, 1, 1, 2, 5, 1, 3, 1, 3, 4, 5, 4, 4,
      4, 5,
    ],
    scores: [
      2, 4, 5, 1, 1, 4, 4, 4, 1, 5, 1, 5, 3, 5, 2, 2, 4, 5, 5, 4, 4, 2, 1, 2, 5, 2, 1, 1, 3, 5, 1, 4, 1, 3, 4, 5, 2, 5,
      5, 4,
    ],
    kappa: 0.8736957715540912,
  },
];

it('weighted kappa is scikit-learn’s', () => {
  for (const { points, scores, kappa } of TABLES)
    expect(computeWeightedKappa(toItems(points, scores))?.mean).toBeCloseTo(kappa, 12);
});

it('kappa has an interval from ten queries on, and more answers to the same queries do not narrow it', () => {
  const { points, scores } = TABLES[6] ?? { points: [], scores: [] };
  const { mean = 0, low, high } = computeWeightedKappa(toItems(points, scores)) ?? {};
  expect([low ?? 1, mean, high ?? -1].map((value) => value.toFixed(2))).toEqual(['0.74', '0.87', '0.94']);
  const items = toItems(points, scores);
  expect(computeWeightedKappa(items.slice(0, 9))).toMatchObject({ low: null, high: null });
  const twice = computeWeightedKappa([...items, ...items]);
  expect([twice?.low, twice?.high]).toEqual([expect.closeTo(low ?? 0, 9), expect.closeTo(high ?? 0, 9)]);
});

it('there is no kappa if all points and scores are the same, and none of nothing', () => {
  expect(computeWeightedKappa(toItems([4, 4, 4], [4, 4, 4]))).toBeNull();
  expect(computeWeightedKappa(toItems([3.7, 3.7, 3.7], [3.7, 3.7, 3.7]))).toBeNull();
  expect(computeWeightedKappa([])).toBeNull();
});

it('agreement is the share of equal points, or of those within a distance', () => {
  const items = toItems([1, 2, 3, 5], [1, 3, 5, 5]);
  expect([computeAgreement(items), computeAgreement(items, 1), computeAgreement([])]).toEqual([0.5, 0.75, null]);
});
