import type { FinalState } from '../../state/channels.ts';
import type { FinalOutcome, FinalScore, ProofAnswer, ProofPair } from '../../state/final.ts';
import { computeMean, computeWeightedMean, type WeightedValue } from '../../statistics/computeMean.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { isPerfect } from '../../state/judgement.ts';
import { computeProofInterval, type ProofDifferences } from './createVerdict.ts';
import type { FinalRules } from './finalRules.ts';

// What the scores of a final say. Every mean over queries is weighted by the queries' own weights.

/** What a final knows. */
export type FinalProgress = typeof FinalState.State;
type State = FinalProgress;

/** The id of the first prompt, which leads the entrants. */
export const getFirstId = ({ entrants }: Pick<State, 'entrants'>): string => entrants[0]?.id ?? '';

/** Lists the held-out queries. */
const listHeldOut = ({ selectionQueries, proofQueries }: State) => [...selectionQueries, ...proofQueries];

/** Returns how much a held-out query counts. */
const getWeight = (state: State, index: number): number =>
  listHeldOut(state).find((held) => held.index === index)?.details.weight ?? 1;

/** Whether a held-out query has a weight of its own. */
export const hasWeights = (state: State): boolean =>
  listHeldOut(state).some(({ details }) => details.weight !== undefined);

/** Computes an entrant's mean reward. The query's mean stands in for a missing judgement, so that nobody gains by it. */
export function computeMeanReward(state: State, id: string): number | null {
  const { scores } = state;
  return computeWeightedMean(
    scores
      .filter((s) => s.id === id)
      .flatMap((s) => {
        const value = s.reward ?? computeMean(scores.filter((o) => o.index === s.index).flatMap((o) => o.reward ?? []));
        return value === null ? [] : [{ value, weight: getWeight(state, s.index) }];
      }),
  );
}

/** Splits an entrant's differences from the first prompt into those on fresh queries and those on the queries that chose it. */
export function splitDifferences(state: State, id: string): Required<ProofDifferences> {
  const proof = new Set(state.proofQueries.map((q) => q.index));
  const pairs = listRewardDifferences(state, id);
  const fresh = pairs.filter(({ index }) => proof.has(index));
  return {
    fresh: fresh.map(({ value }) => value),
    weights: fresh.map(({ weight }) => weight),
    chosenOn: pairs.flatMap(({ index, value }) => (proof.has(index) ? [] : [value])),
  };
}

/** Computes an entrant's mean difference from the first prompt over all held-out queries; null: none has both rewards. */
export const computeMeanDifference = (state: State, id: string): number | null =>
  computeWeightedMean(listRewardDifferences(state, id));

/** A difference on one query, with what the query counts. */
interface QueryDifference extends WeightedValue {
  index: number;
}

/** Lists an entrant's rewards minus those of the first prompt, on the queries where both were judged. */
function listRewardDifferences(state: State, id: string): QueryDifference[] {
  const base = new Map(state.scores.filter((s) => s.id === getFirstId(state)).map((s) => [s.index, s.reward]));
  return state.scores.flatMap(({ id: whose, index, reward }) => {
    const other = base.get(index) ?? null;
    if (whose !== id || reward === null || other === null) return [];
    return [{ index, value: reward - other, weight: getWeight(state, index) }];
  });
}

/** Whether the first prompt got full marks on a query. */
export const hasFullMarks = (state: State, index: number): boolean =>
  state.scores.some((s) => s.id === getFirstId(state) && s.index === index && isPerfect(s.evaluation));

/** Lists the entrants that were compared with the first prompt on the fresh queries. */
export const listProvenIds = ({ entrants, proofQueries, scores }: State): string[] =>
  entrants
    .slice(1)
    .flatMap(({ id }) => (scores.some((s) => s.id === id && proofQueries.some((q) => q.index === s.index)) ? id : []));

/** Computes the interval of an entrant's difference from the first prompt on the fresh queries. Null: there are too few. */
export function computeInterval(state: State, id: string, rules: FinalRules): Interval | null {
  const differences = splitDifferences(state, id);
  // another judge spreads in another way
  return computeProofInterval({ ...differences, ...(rules.hasProofJudge && { chosenOn: [] }) }, rules);
}

/** Collects what both prompts answered to the fresh queries. */
export function listProofPairs(state: State, id: string, asked: State['proofQueries']): ProofPair[] {
  const find = (whose: string, at: number) => state.scores.find((s) => s.id === whose && s.index === at);
  return asked.flatMap(({ index, query, details: { weight } }) => {
    const [first, challenger] = [find(getFirstId(state), index), find(id, index)];
    if (!first || !challenger) return [];
    const about = { query, ...(weight !== undefined && { weight }) };
    return [{ ...about, first: toProofAnswer(first), challenger: toProofAnswer(challenger) }];
  });
}

const toProofAnswer = ({ response = '', evaluation, reward }: FinalScore): ProofAnswer => ({
  response,
  evaluation,
  reward,
});

type DifferencesByName = FinalOutcome['byCriterion'];

/** Computes an entrant's mean difference from the first prompt by aspect, over the queries that count. */
export function computeAspectDifferences(
  state: State,
  id: string,
  counts: (index: number) => boolean,
): DifferencesByName {
  return averageByName(
    state.scores
      .filter((s) => s.id === id && counts(s.index))
      .flatMap(({ index, evaluation }) => {
        const other = state.scores.find((s) => s.id === getFirstId(state) && s.index === index)?.evaluation ?? {};
        return Object.entries(evaluation).flatMap(([name, { score }]) => {
          const base = Object.hasOwn(other, name) ? other[name]?.score : undefined;
          return base === undefined ? [] : [{ name, value: score - base, weight: getWeight(state, index) }];
        });
      }),
  );
}

/** The same by tag: a query counts for each of its tags. */
export function computeTagDifferences(state: State, id: string, counts: (index: number) => boolean): DifferencesByName {
  const tags = new Map(listHeldOut(state).map(({ index, details }) => [index, details.tags ?? []]));
  return averageByName(
    listRewardDifferences(state, id)
      .filter(({ index }) => counts(index))
      .flatMap(({ index, value, weight }) => [...new Set(tags.get(index))].map((name) => ({ name, value, weight }))),
  );
}

function averageByName(differences: readonly (WeightedValue & { name: string })[]): DifferencesByName {
  const by = new Map<string, WeightedValue[]>();
  for (const { name, ...difference } of differences) by.set(name, [...(by.get(name) ?? []), difference]);
  return Object.fromEntries(
    [...by].map(([name, group]) => [name, { mean: computeWeightedMean(group) ?? 0, judged: group.length }]),
  );
}
