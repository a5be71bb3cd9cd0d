import type { FinalOutcome } from '../../state/final.ts';
import { computeWeightedMean, type WeightedValue } from '../../statistics/computeMean.ts';
import { getFirstId, getWeight, listHeldOut, listRewardDifferences, type FinalProgress } from './finalScores.ts';

type NamedDifferences = FinalOutcome['byCriterion'];
type NamedValue = WeightedValue & { name: string };

/** Computes an entrant's mean difference from the first prompt by criterion and by tag, over the queries that count. */
export const computeNamedDifferences = (
  state: FinalProgress,
  id: string,
  counts: (index: number) => boolean,
): Pick<FinalOutcome, 'byCriterion' | 'byTag'> => ({
  byCriterion: averageByName(listCriterionDifferences(state, id, counts)),
  byTag: averageByName(listTagDifferences(state, id, counts)),
});

const listCriterionDifferences = (state: FinalProgress, id: string, counts: (index: number) => boolean): NamedValue[] =>
  state.scores
    .filter((s) => s.id === id && counts(s.index))
    .flatMap(({ index, evaluation }) => {
      const other = state.scores.find((s) => s.id === getFirstId(state) && s.index === index)?.evaluation ?? {};
      return Object.entries(evaluation).flatMap(([name, { score }]) => {
        const base = Object.hasOwn(other, name) ? other[name]?.score : undefined;
        return base === undefined ? [] : [{ name, value: score - base, weight: getWeight(state, index) }];
      });
    });

/** A query counts for each of its tags. */
function listTagDifferences(state: FinalProgress, id: string, counts: (index: number) => boolean): NamedValue[] {
  const tags = new Map(listHeldOut(state).map(({ index, details }) => [index, details.tags ?? []]));
  return listRewardDifferences(state, id)
    .filter(({ index }) => counts(index))
    .flatMap(({ index, value, weight }) => [...new Set(tags.get(index))].map((name) => ({ name, value, weight })));
}

function averageByName(differences: readonly NamedValue[]): NamedDifferences {
  const by = new Map<string, WeightedValue[]>();
  for (const { name, ...difference } of differences) by.set(name, [...(by.get(name) ?? []), difference]);
  return Object.fromEntries(
    [...by].map(([name, group]) => [name, { mean: computeWeightedMean(group) ?? 0, judged: group.length }]),
  );
}
