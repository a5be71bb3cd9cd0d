import { computeMean } from '../../statistics/computeMean.ts';
import { computeSumFigure, listGroups, LOG_SCALE, toFigure, type Figure } from './clusterFigures.ts';
import type { PointsPair } from './labelledResponse.ts';

/** A smaller sum of squares means that the lengths, or the points, do not differ. */
const MIN_SPREAD = 1e-9;

interface Deviation {
  query: string;
  x: number;
  y: number;
}

/** Subtracts the mean of each group from both values of an item. */
function subtractMeans<T extends { query: string }>(
  items: readonly T[],
  toGroup: (item: T) => string,
  toValues: (item: T) => [x: number, y: number],
): Deviation[] {
  return listGroups(items, toGroup).flatMap((group) => {
    const values = group.map(toValues);
    const [meanX, meanY] = [0, 1].map((i) => computeMean(values.map((value) => value[i] ?? NaN)) ?? NaN);
    return values.map(([x, y], i) => ({
      query: group[i]?.query ?? '',
      x: x - (meanX ?? NaN),
      y: y - (meanY ?? NaN),
    }));
  });
}

const sumProducts = (items: readonly Deviation[]): number => items.reduce((sum, { x, y }) => sum + x * y, 0);

/**
 * Points more for each doubling of a response's characters: the slope among responses with equal labels on the same criterion.
 * Null if their lengths do not differ.
 */
export function measureLengthSlope(pairs: readonly PointsPair[]): Figure | null {
  const toGroup = ({ criterion, points }: PointsPair): string => JSON.stringify([criterion, Math.round(points)]);
  const items = subtractMeans(pairs, toGroup, ({ length, score }) => [Math.log2(length), score]);
  const spread = items.reduce((sum, { x }) => sum + x * x, 0);
  const freedom = items.length - new Set(pairs.map(toGroup)).size - 1;
  if (spread < MIN_SPREAD || freedom < 1) return null;
  const slope = sumProducts(items) / spread;
  const byQuery = listGroups(items, ({ query }) => query);
  // groups of few responses leave less spread than there is
  const weight = (byQuery.length / spread) * Math.sqrt(items.length / freedom);
  return toFigure(
    slope,
    byQuery.map((own) => weight * own.reduce((sum, { x, y }) => sum + x * (y - slope * x), 0)),
  );
}

/** Sums over the labels of one query: squares of the labels, of the judge's points, their products, and how many there are. */
type AgreementSums = [points: number, scores: number, products: number, labels: number];

/** Sums by query around the means of each criterion, without what length explains (`slope`). */
function sumAgreement(pairs: readonly PointsPair[], slope: number): AgreementSums[] {
  const items = subtractMeans(
    pairs,
    ({ criterion }) => criterion,
    ({ points, score, length }) => [points, score - slope * Math.log2(length)],
  );
  return listGroups(items, ({ query }) => query).map((own) => [
    own.reduce((sum, { x }) => sum + x * x, 0),
    own.reduce((sum, { y }) => sum + y * y, 0),
    sumProducts(own),
    own.length,
  ]);
}

/** The correlation of points and labels within a criterion, −1 to 1, without what length explains (`slope`). Null if either does not differ. */
export const measureCorrelation = (pairs: readonly PointsPair[], slope: number): Figure | null =>
  computeSumFigure(sumAgreement(pairs, slope), ([points = 0, scores = 0, products = 0]) =>
    points < MIN_SPREAD || scores < MIN_SPREAD ? NaN : products / Math.sqrt(points * scores),
  );

/**
 * The standard deviation of the judge's points around what labels and length let expect, in points. Null if there are too few
 * labels, or if nothing differs.
 */
export function measureDeviation(pairs: readonly PointsPair[], slope: number): Figure | null {
  // each criterion has a mean of its own, and the labels a slope
  const fitted = 1 + new Set(pairs.map(({ criterion }) => criterion)).size;
  return computeSumFigure(
    sumAgreement(pairs, slope),
    ([points = 0, scores = 0, products = 0, labels = 0]) =>
      points < MIN_SPREAD || scores < MIN_SPREAD || labels <= fitted
        ? NaN
        : Math.sqrt(Math.max(0, scores - products ** 2 / points) / (labels - fitted)),
    LOG_SCALE,
  );
}
