import { computeMean } from '../../statistics/computeMean.ts';
import { listGroups, toFigure, type Figure } from './clusterFigures.ts';
import { hasPoints, type LabelPair } from './labelledResponse.ts';

/**
 * The mean of the judge's points, each less the judge's bias on its criterion: what the labels would give on average if every
 * response had one. The bias comes from the pairs with points; the others count as well (Angelopoulos et al. 2023,
 * "Prediction-powered inference"). Null if a criterion has no label with points.
 */
export function computeCorrectedMean(pairs: readonly LabelPair[]): Figure | null {
  const queries = [...new Set(pairs.map(({ query }) => query))];
  const influenceByQuery = new Map(queries.map((query) => [query, 0]));
  const add = (query: string, influence: number): void =>
    void influenceByQuery.set(query, (influenceByQuery.get(query) ?? 0) + influence * (queries.length / pairs.length));
  let total = 0;
  for (const own of listGroups(pairs, ({ criterion }) => criterion)) {
    const labelled = own.filter(hasPoints);
    const bias = computeMean(labelled.map(({ score, points }) => score - points));
    const mean = computeMean(own.map(({ score }) => score));
    if (bias === null || mean === null) return null;
    total += own.length * (mean - bias);
    for (const { query, score } of own) add(query, score - mean);
    for (const { query, score, points } of labelled)
      add(query, -(own.length / labelled.length) * (score - points - bias));
  }
  return pairs.length === 0 ? null : toFigure(total / pairs.length, [...influenceByQuery.values()], [1, 5]);
}
