import { END, Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import { FinalOutput, FinalState } from '../../state/channels.ts';
import type { FinalOutcome, FinalScore, HeldOutQuery, ProofAnswer, ProofPair } from '../../state/final.ts';
import { isPerfect, computeReward } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { selectQueryRewards, evaluatePrompt, type EvaluationInput } from '../evaluateCandidate.ts';
import { type ResolvedSearchOptions } from '../searchOptions.ts';
import { countRounds, DEFAULT_FINAL } from '../finalOptions.ts';
import { classifyProof, computeProofInterval } from './createVerdict.ts';
import { isLessSafe } from '../isUnsafe.ts';

type State = typeof FinalState.State;

/**
 * Builds the final: the first prompt and the best prompts of the tree answer the same held-out queries. Successive halving
 * leaves one challenger. Fresh queries prove it against the first prompt, a few at a time, until the question is settled.
 */
export function compareOnHeldOut(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge'>,
  { safetyFloor, final }: Pick<ResolvedSearchOptions, 'safetyFloor' | 'final'>,
) {
  const rules: FinalRules = { safetyFloor, ...(final ?? DEFAULT_FINAL).proof };
  return (
    new StateGraph({ state: FinalState, output: FinalOutput })
      // ℝ_x: selects the rewards of a held-out query once
      .addNode('selectRewards', async (held: HeldOutQuery, config) => ({
        selectedRewards: [await selectQueryRewards(nodes, held, config)],
      }))
      // r: judges one entrant on one query
      .addNode(
        'respondAndJudge',
        evaluatePrompt<EvaluationInput & { id: string; isProof: boolean }, { scores: FinalScore[] }>(
          nodes,
          ({ id, index, isProof, response, evaluation }) => ({
            scores: [{ id, index, evaluation, reward: computeReward(evaluation), ...(isProof && { response }) }],
          }),
        ),
      )
      // ends a phase: the better half stays
      .addNode('halve', (state) => (state.round === 0 ? { round: 1 } : halve(state, rules)))
      // names the winner, and how much better it is
      .addNode('decide', (state) => ({ final: decide(state, rules) }))
      .addConditionalEdges(
        START,
        ({ selectionQueries, proofQueries }) =>
          [...selectionQueries, ...proofQueries].map((held) => new Send('selectRewards', held)),
        ['selectRewards'],
      )
      .addEdge('selectRewards', 'halve')
      .addConditionalEdges('halve', startNextPhase(rules), ['respondAndJudge', 'decide'])
      .addEdge('respondAndJudge', 'halve')
      .addEdge('decide', END)
      .compile({ name: 'compareOnHeldOut' })
  );
}

/** What decides about prompts: Safety in points, and the proof's number of queries and its margin. */
interface FinalRules {
  safetyFloor: number | null;
  minQueries: number;
  margin: number;
}

/** A phase of the final: the remaining entrants answer its queries, and the best `keep` of them stay. */
interface FinalPhase {
  queries: HeldOutQuery[];
  keep: number;
  /** Whether the first prompt answers them as well: a look of the proof. */
  isProof?: boolean;
}

/**
 * Plans the phases. First the first prompt answers the queries that select. A query on which it has not full marks can tell
 * who is better, so these queries halve the field in rounds. On the others only harm can show, so they are for the last two.
 * The proof follows, look by look.
 */
function planPhases(state: State, { minQueries }: FinalRules): FinalPhase[] {
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
    { queries: selectionQueries, keep: informative.length ? field : last },
    ...halving,
    ...(easy.length > 0 ? [{ queries: easy, keep: 1 }] : []),
    ...splitIntoLooks(proofQueries, minQueries).map((queries) => ({ queries, keep: 1, isProof: true })),
  ];
}

/** Splits the fresh queries into looks: `minQueries`, then a quarter of those so far, at least two. */
function splitIntoLooks(queries: readonly HeldOutQuery[], minQueries: number): HeldOutQuery[][] {
  const looks: HeldOutQuery[][] = [];
  for (let start = 0; start < queries.length; start += looks.at(-1)?.length ?? 0)
    looks.push(queries.slice(start, start + (start === 0 ? minQueries : Math.max(2, Math.ceil(start / 4)))));
  return looks;
}

/** Whether the first prompt got full marks on a query. */
const hasFullMarks = (state: State, index: number): boolean =>
  state.scores.some((s) => s.id === getFirstId(state) && s.index === index && isPerfect(s.evaluation));

const getFirstId = ({ entrants }: Pick<State, 'entrants'>): string => entrants[0]?.id ?? '';

const startNextPhase =
  (rules: FinalRules) =>
  (state: State): Send[] | 'decide' => {
    const phases = planPhases(state, rules);
    const phase = phases[state.round - 1];
    if (!phase) return 'decide';
    const first = getFirstId(state);
    const playerIds = state.round === 1 ? [first] : phase.isProof ? [first, ...state.remainingIds] : state.remainingIds;
    // a substitute answers the earlier looks as well
    const asked = phase.isProof
      ? phases.slice(0, state.round).flatMap((p) => (p.isProof ? p.queries : []))
      : phase.queries;
    return sendToJudge(state, asked, playerIds, phase.isProof);
  };

/** Sends entrants to the queries that they have not answered. */
function sendToJudge(
  state: State,
  queries: readonly HeldOutQuery[],
  playerIds: readonly string[],
  isProof = false,
): Send[] {
  const rewardsByIndex = new Map(state.selectedRewards.map((selection) => [selection.index, selection]));
  const answered = new Set(state.scores.map(({ id, index }) => `${id}|${index}`));
  return queries.flatMap((held) =>
    state.entrants
      .filter(({ id }) => playerIds.includes(id) && !answered.has(`${id}|${held.index}`))
      .map(
        ({ id, prompt }) =>
          new Send('respondAndJudge', {
            ...held,
            id,
            prompt,
            isProof,
            rewardSelection: rewardsByIndex.get(held.index) ?? null,
          }),
      ),
  );
}

/** Ends a phase. If the challenger proves unsafe on the fresh queries, the next best is proved instead, once. */
function halve(state: State, rules: FinalRules): Partial<State> {
  const phases = planPhases(state, rules);
  const remainingIds = selectRemainingIds(state, phases, rules.safetyFloor);
  const isLast = state.round >= phases.length || isSettled(state, remainingIds[0] ?? '', rules);
  const next = isLast ? findSubstitute(state, remainingIds, rules.safetyFloor) : undefined;
  if (next !== undefined) return { remainingIds: [next] };
  return { remainingIds, round: isLast ? phases.length + 1 : state.round + 1 };
}

/** Whether the fresh queries so far tell whether the challenger is better. */
const isSettled = (state: State, challenger: string, rules: FinalRules): boolean =>
  classifyProof(computeProofInterval(splitDifferences(state, challenger), rules), rules.margin) !== 'not-settled';

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
function selectRemainingIds(state: State, phases: readonly FinalPhase[], floor: number | null): string[] {
  const worth = new Map(state.remainingIds.map((id) => [id, computeMeanReward(state, id)]));
  const unsafe = new Set(state.remainingIds.filter((id) => isLessSafe(state.scores, id, getFirstId(state), floor)));
  return state.remainingIds
    .toSorted((a, b) => Number(unsafe.has(a)) - Number(unsafe.has(b)) || (worth.get(b) ?? 0) - (worth.get(a) ?? 0))
    .slice(0, phases[state.round - 1]?.keep ?? 1);
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

function decide(state: State, rules: FinalRules): FinalOutcome {
  const floor = rules.safetyFloor;
  const challenger = state.remainingIds[0] ?? getFirstId(state);
  const asked = state.proofQueries.filter(({ index }) =>
    state.scores.some((s) => s.id === challenger && s.index === index),
  );
  const proof = new Set(asked.map((q) => q.index));
  const differences = splitDifferences(state, challenger);
  const pairs = [...differences.chosenOn, ...differences.fresh];
  const unsafe = isLessSafe(state.scores, challenger, getFirstId(state), floor);
  const won = !unsafe && challenger !== getFirstId(state) && (computeMean(pairs) ?? 0) > 0;
  const interval = computeProofInterval(differences, rules);
  return {
    queries: state.selectionQueries.map((q) => q.query),
    proof: asked.map((q) => q.query),
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
    byAspect: won ? computeAspectDifferences(state, challenger, (index) => proof.size < 2 || proof.has(index)) : {},
    pairs: listProofPairs(state, challenger, asked),
    chosenOn: differences.chosenOn,
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

/** Splits an entrant's differences from the first prompt into those on fresh queries and those on the queries that chose it. */
function splitDifferences(state: State, id: string): { fresh: number[]; chosenOn: number[] } {
  const proof = new Set(state.proofQueries.map((q) => q.index));
  const pairs = listRewardDifferences(state, id);
  const take = (isFresh: boolean): number[] =>
    pairs.flatMap(({ index, difference }) => (proof.has(index) === isFresh ? [difference] : []));
  return { fresh: take(true), chosenOn: take(false) };
}

/** Collects what both prompts answered to the fresh queries. */
function listProofPairs(state: State, id: string, asked: readonly HeldOutQuery[]): ProofPair[] {
  const find = (whose: string, at: number) => state.scores.find((s) => s.id === whose && s.index === at);
  return asked.flatMap(({ index, query }) => {
    const [first, challenger] = [find(getFirstId(state), index), find(id, index)];
    return first && challenger ? [{ query, first: toProofAnswer(first), challenger: toProofAnswer(challenger) }] : [];
  });
}

const toProofAnswer = ({ response = '', evaluation, reward }: FinalScore): ProofAnswer => ({
  response,
  evaluation,
  reward,
});

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
