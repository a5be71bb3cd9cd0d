import { END, Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import { FinalOutput, FinalState } from '../../state/channels.ts';
import type { FinalOutcome, FinalScore, HeldOutQuery } from '../../state/final.ts';
import { isPerfect, computeReward } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { selectQueryRewards, evaluatePrompt, type EvaluationInput } from '../evaluateCandidate.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { countRounds, type ResolvedSearchOptions } from '../searchOptions.ts';
import { isLessSafe } from '../isUnsafe.ts';

type State = typeof FinalState.State;

/**
 * Builds the final: the first prompt and the best prompts of the tree answer the same held-out queries. Successive halving
 * leaves one challenger. Fresh queries prove it against the first prompt.
 */
export function compareOnHeldOut(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge'>,
  { safetyFloor }: Pick<ResolvedSearchOptions, 'safetyFloor'>,
) {
  return (
    new StateGraph({ state: FinalState, output: FinalOutput })
      // ℝ_x: selects the rewards of a held-out query once
      .addNode('selectRewards', async (held: HeldOutQuery, config) => ({
        selectedRewards: [await selectQueryRewards(nodes, held, config)],
      }))
      // r: judges one entrant on one query
      .addNode(
        'respondAndJudge',
        evaluatePrompt<EvaluationInput & { id: string }, { scores: FinalScore[] }>(
          nodes,
          ({ id, index, evaluation }) => ({
            scores: [{ id, index, evaluation, reward: computeReward(evaluation) }],
          }),
        ),
      )
      // ends a phase: the better half stays
      .addNode('halve', (state) => (state.round === 0 ? { round: 1 } : halve(state, safetyFloor)))
      // names the winner, and how much better it is
      .addNode('decide', (state) => ({ final: decide(state, safetyFloor) }))
      .addConditionalEdges(
        START,
        ({ selectionQueries, proofQueries }) =>
          [...selectionQueries, ...proofQueries].map((held) => new Send('selectRewards', held)),
        ['selectRewards'],
      )
      .addEdge('selectRewards', 'halve')
      .addConditionalEdges('halve', startNextPhase, ['respondAndJudge', 'decide'])
      .addEdge('respondAndJudge', 'halve')
      .addEdge('decide', END)
      .compile({ name: 'compareOnHeldOut' })
  );
}

/** A phase of the final: the remaining entrants answer its queries, and the best `keep` of them stay. */
interface FinalPhase {
  queries: HeldOutQuery[];
  keep: number;
}

/**
 * Plans the phases. First the first prompt answers all queries. A query on which it has not full marks can tell who is
 * better, so these queries halve the field in rounds. On the others only harm can show, so they are for the last two.
 */
function planPhases(state: State): FinalPhase[] {
  const { selectionQueries, proofQueries, entrants } = state;
  const easy = selectionQueries.filter(({ index }) => hasFullMarks(state, index));
  const informative = selectionQueries.filter((held) => !easy.includes(held));
  const field = entrants.length - 1;
  const rounds = informative.length ? countRounds(entrants.length, informative.length) : 0;
  const last = easy.length ? Math.min(2, field) : 1;
  const halving = Array.from({ length: rounds }, (_, round) => ({
    queries: informative.filter((_held, i) => Math.floor((i * rounds) / informative.length) === round),
    keep: round === rounds - 1 ? last : Math.ceil(field / 2 ** (round + 1)),
  }));
  return [
    { queries: [...selectionQueries, ...proofQueries], keep: informative.length ? field : last },
    ...halving,
    ...[easy, proofQueries].filter((queries) => queries.length > 0).map((queries) => ({ queries, keep: 1 })),
  ];
}

/** Whether the first prompt got full marks on a query. */
const hasFullMarks = (state: State, index: number): boolean =>
  state.scores.some((s) => s.id === getFirstId(state) && s.index === index && isPerfect(s.evaluation));

const getFirstId = ({ entrants }: Pick<State, 'entrants'>): string => entrants[0]?.id ?? '';

function startNextPhase(state: State): Send[] | 'decide' {
  const phase = planPhases(state)[state.round - 1];
  if (!phase) return 'decide';
  const rewardsByIndex = new Map(state.selectedRewards.map((selection) => [selection.index, selection]));
  const playerIds = state.round === 1 ? [getFirstId(state)] : state.remainingIds;
  return phase.queries.flatMap((held) =>
    state.entrants
      .filter(({ id }) => playerIds.includes(id))
      .map(
        ({ id, prompt }) =>
          new Send('respondAndJudge', { ...held, id, prompt, rewardSelection: rewardsByIndex.get(held.index) ?? null }),
      ),
  );
}

/** Ends a phase. If the challenger proves unsafe on the fresh queries, the next best is proved instead, once. */
function halve(state: State, floor: number | null): Partial<State> {
  const remainingIds = selectRemainingIds(state, floor);
  const next = state.round < planPhases(state).length ? undefined : findSubstitute(state, remainingIds, floor);
  return next === undefined ? { remainingIds, round: state.round + 1 } : { remainingIds: [next] };
}

function findSubstitute(state: State, [challenger = '']: readonly string[], floor: number | null): string | undefined {
  const unsafe = (id: string): boolean => isLessSafe(state.scores, id, getFirstId(state), floor);
  if (!unsafe(challenger) || listProvenIds(state).length !== 1) return undefined;
  const judged = (id: string): number => state.scores.filter((s) => s.id === id).length;
  return state.entrants
    .map(({ id }) => id)
    .filter((id) => id !== getFirstId(state) && id !== challenger && !unsafe(id))
    .toSorted(
      (a, b) => judged(b) - judged(a) || (computeMeanReward(state, b) ?? 0) - (computeMeanReward(state, a) ?? 0),
    )[0];
}

/** Lists the entrants that were compared with the first prompt on the fresh queries. */
const listProvenIds = ({ entrants, proofQueries, scores }: State): string[] =>
  entrants
    .slice(1)
    .flatMap(({ id }) => (scores.some((s) => s.id === id && proofQueries.some((q) => q.index === s.index)) ? id : []));

/** Selects who stays after a phase, by mean reward over the queries so far. Equals keep their order. */
function selectRemainingIds(state: State, floor: number | null): string[] {
  const worth = new Map(state.remainingIds.map((id) => [id, computeMeanReward(state, id)]));
  const unsafe = new Set(state.remainingIds.filter((id) => isLessSafe(state.scores, id, getFirstId(state), floor)));
  return state.remainingIds
    .toSorted((a, b) => Number(unsafe.has(a)) - Number(unsafe.has(b)) || (worth.get(b) ?? 0) - (worth.get(a) ?? 0))
    .slice(0, planPhases(state)[state.round - 1]?.keep ?? 1);
}

/** Computes an entrant's mean reward. The query's mean stands in for a missing judgement, so that nobody gains by it. */
function computeMeanReward({ scores }: State, id: string): number | null {
  const mine = scores.filter((s) => s.id === id);
  return computeMean(
    mine.flatMap(
      (s) => s.reward ?? computeMean(scores.filter((o) => o.index === s.index).flatMap((o) => o.reward ?? [])) ?? [],
    ),
  );
}

function decide(state: State, floor: number | null): FinalOutcome {
  const challenger = state.remainingIds[0] ?? getFirstId(state);
  const proof = new Set(state.proofQueries.map((q) => q.index));
  const pairs = listRewardDifferences(state, challenger);
  const unsafe = isLessSafe(state.scores, challenger, getFirstId(state), floor);
  const won = !unsafe && challenger !== getFirstId(state) && (computeMean(pairs.map((p) => p.difference)) ?? 0) > 0;
  const fresh = pairs.filter((p) => proof.has(p.index));
  const chosenOn = pairs.filter((p) => !proof.has(p.index));
  const differences = (of: readonly RewardDifference[]): number[] => of.map((p) => p.difference);
  const interval =
    fresh.length > 1
      ? computePairedInterval(differences(fresh), differences(chosenOn))
      : computePairedInterval(differences(pairs));
  return {
    queries: state.selectionQueries.map((q) => q.query),
    proof: state.proofQueries.map((q) => q.query),
    candidates: state.entrants.map(({ id, prompt }) => ({
      id,
      prompt,
      mean: computeMeanReward(state, id),
      judged: state.scores.filter((s) => s.id === id && s.reward !== null).length,
    })),
    winner: won ? challenger : getFirstId(state),
    challenger,
    difference: won ? interval : { mean: 0, low: 0, high: 0 },
    challengerDifference: interval,
    byAspect: won ? computeAspectDifferences(state, challenger, (index) => fresh.length < 2 || proof.has(index)) : {},
    notes: [
      ...state.notes,
      ...(unsafe || listProvenIds(state).length > 1
        ? [
            `the best rival is less safe than the first prompt (mean Safety below ${floor})${unsafe ? '' : '; the next best took its place'}`,
          ]
        : []),
      ...(won ? [] : ['no prompt was better than the first on the held-out queries: the first is returned']),
    ],
  };
}

interface RewardDifference {
  index: number;
  difference: number;
}

/** Lists an entrant's rewards minus those of the first prompt, on the queries where both were judged. */
function listRewardDifferences(state: State, id: string): RewardDifference[] {
  const base = new Map(state.scores.filter((s) => s.id === getFirstId(state)).map((s) => [s.index, s.reward]));
  return state.scores.flatMap(({ id: whose, index, reward }) => {
    const other = base.get(index) ?? null;
    return whose === id && reward !== null && other !== null ? [{ index, difference: reward - other }] : [];
  });
}

function computeAspectDifferences(
  state: State,
  id: string,
  counts: (index: number) => boolean,
): FinalOutcome['byAspect'] {
  const by = new Map<string, number[]>();
  for (const { index, evaluation } of state.scores.filter((s) => s.id === id && counts(s.index))) {
    const other = state.scores.find((s) => s.id === getFirstId(state) && s.index === index)?.evaluation ?? {};
    for (const [aspect, { score }] of Object.entries(evaluation)) {
      const base = Object.hasOwn(other, aspect) ? other[aspect]?.score : undefined;
      if (base !== undefined) by.set(aspect, [...(by.get(aspect) ?? []), score - base]);
    }
  }
  return Object.fromEntries([...by].map(([aspect, ds]) => [aspect, { mean: computeMean(ds) ?? 0, judged: ds.length }]));
}
