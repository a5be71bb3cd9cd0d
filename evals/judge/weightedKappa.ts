import { computeSumFigure, listGroups, type Figure } from './clusterFigures.ts';

/** Two raters' points for the same item. */
export interface RatedItem {
  query: string;
  points: number;
  score: number;
}

/** Smaller sums of squares are rounding: all points and scores are the same. */
const MIN_EXPECTED_SQUARES = 1e-9;

const sumValues = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Cohen's kappa with quadratic weights between points and scores, 1: equal, 0: as by chance.
 * Null if all points and scores are the same. The weights are squared differences of points, so a point that nobody gave counts as a
 * step: scikit-learn's `cohen_kappa_score(points, scores, labels=[1, 2, 3, 4, 5], weights="quadratic")`.
 */
export const computeWeightedKappa = (items: readonly RatedItem[]): Figure | null =>
  computeSumFigure(
    listGroups(items, ({ query }) => query).map((own) => [
      own.length,
      sumValues(own.map(({ points }) => points)),
      sumValues(own.map(({ score }) => score)),
      sumValues(own.map(({ points }) => points ** 2)),
      sumValues(own.map(({ score }) => score ** 2)),
      sumValues(own.map(({ points, score }) => points * score)),
    ]),
    ([n = 0, points = 0, scores = 0, pointSquares = 0, scoreSquares = 0, products = 0]) => {
      const observed = pointSquares + scoreSquares - 2 * products;
      const expected = pointSquares + scoreSquares - (2 * points * scores) / n;
      return expected < MIN_EXPECTED_SQUARES ? NaN : 1 - observed / expected;
    },
  );

/** The share of items with equal points, 0 to 1; null of none. `within`: the difference that still counts, in points. */
export const computeAgreement = (items: readonly RatedItem[], within = 0): number | null =>
  items.length === 0
    ? null
    : items.filter(({ points, score }) => Math.abs(points - score) <= within).length / items.length;
