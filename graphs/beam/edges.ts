import { Send } from '@langchain/langgraph';
import type { SearchState } from '../../state/channels.ts';
import { toQuery, type Example, type QueryInput } from '../../state/example.ts';
import { makeRootDraft, type Candidate } from '../../state/hypothesis.ts';
import { makeKeptDraft, countRewrites } from './children.ts';
import { ROOT_ESTIMATE } from './qualityEstimate.ts';
import { pickNextQueries, type QuerySchedule } from './querySchedule.ts';
import { toEvaluationInput, type ScheduledQuery } from '../evaluateCandidate.ts';
import { selectFinalists } from '../final/finalists.ts';
import { pickHeldOut, countReserved } from '../final/heldOutQueries.ts';
import type { FinalOptions, ResolvedSearchOptions } from '../searchOptions.ts';
import { countLevelCalls, fitFinal, isFinalDue, countLevelsLeft, type SearchProgress } from './callBudget.ts';
import type { SearchView } from '../stopCriteria.ts';

type State = typeof SearchState.State;

/** Where the search begins: the first prompt on the first query, and the rewards of the queries after it. */
export const startSearch = (state: State, options: ResolvedSearchOptions): Send[] => [
  new Send(
    'respondAndJudge',
    toEvaluationInput(makeRootDraft(options.initialPrompt, requireQueryText(state, 0)), getScheduledQuery(state, 0)),
  ),
  ...prefetchRewards(state, 0, options),
];

/** Where it goes from a level: the beam's best are expanded, or a criterion ends the search. */
export const pruneOrStop = (state: State, options: ResolvedSearchOptions): Send[] | 'conclude' =>
  findStopReason(state, options) === null
    ? pruneBeam(state, options)
    : (enterFinal(state, options, fitFinal(toSearchProgress(state), options)) ?? 'conclude');

/** The beam: the W best of the level go on to the next query, rewritten where there is something to mend; the rest is pruned. */
function pruneBeam(state: State, options: ResolvedSearchOptions): Send[] {
  const [index = 0] = listNextQueryIndices(state, options, 1);
  const next = getScheduledQuery(state, index);
  const beam = state.candidates.slice(0, options.beamWidth);
  const wanted = countRewrites(beam, options);
  const goOn = (parent: Candidate, rank: number): Send => {
    const actions = wanted[rank] ?? 0;
    return actions > 0
      ? new Send('rewriteAndJudge', { parent, rank, actions, ...next })
      : new Send(
          'respondAndJudge',
          toEvaluationInput(makeKeptDraft(parent, next.query, rank * options.actions, options), next),
        );
  };
  return [...beam.map(goOn), ...prefetchRewards(state, getLevel(state) + 1, options)];
}

/** Rewards of the queries that come after a level's, at most `rewardLookahead` levels further and as far as it is known what comes. */
function prefetchRewards(state: State, level: number, options: ResolvedSearchOptions): Send[] {
  const chosen = new Set(state.selectedRewards.map((c) => c.index));
  const now = getLevel(state);
  const expected = now + Math.ceil(countLevelsLeft(toSearchProgress(state), options));
  const known = now + (options.revisitAfter ?? Infinity);
  const end = Math.min(level + options.rewardLookahead, known, state.maxDepth - 1, expected);
  return pickNextQueries(state.queryQueue, level - 1, Math.max(0, end - level + 1), createQuerySchedule(state, options))
    .slice(1)
    .filter((index) => !chosen.has(index))
    .map((index) => new Send('selectRewards', { index, query: requireQueryText(state, index) }));
}

/** The places of the queries of the next levels. */
const listNextQueryIndices = (state: State, options: ResolvedSearchOptions, count: number): number[] =>
  pickNextQueries(state.queryQueue, getLevel(state), count, createQuerySchedule(state, options));

/** How queries follow each other in a run. */
export const createQuerySchedule = (
  { queries }: Pick<State, 'queries'>,
  options: ResolvedSearchOptions,
): QuerySchedule => ({
  revisitAfter: options.revisitAfter,
  queries: countSearchQueries(queries.length, options),
});

/** The first criterion that names a reason to stop, or that what is left is the final's; null to go on. */
export function findStopReason(state: State, options: ResolvedSearchOptions): string | null {
  const { stop, beamWidth } = options;
  const view: SearchView = {
    level: getLevel(state),
    maxDepth: state.maxDepth,
    queries: countSearchQueries(state.queries.length, options),
    nextQuery: listNextQueryIndices(state, options, 1)[0] ?? null,
    beam: state.candidates.slice(0, beamWidth),
    levelsKept: state.levelsKept,
  };
  return (
    stop.reduce<string | null>((reason, criterion) => reason ?? criterion(view), null) ??
    findFinalReason(state, options)
  );
}

/** Where the first prompt has a rival and the final's share is all that is left, the final. */
function findFinalReason(state: State, options: ResolvedSearchOptions): string | null {
  const wanted = countRewrites(state.candidates.slice(0, options.beamWidth), options);
  const judgements = wanted.reduce((n, actions) => n + Math.max(1, actions), 0);
  const rewrites = wanted.filter((actions) => actions > 0).length;
  const [query] = listNextQueryIndices(state, options, 1);
  const rivals = state.finalistPool.some((f) => f.prompt !== options.initialPrompt);
  const next = countLevelCalls(rewrites, judgements, query === state.queryQueue.askedCount);
  return rivals && isFinalDue(toSearchProgress(state), next, options) ? 'final' : null;
}

const toSearchProgress = (state: State): SearchProgress => ({
  level: getLevel(state),
  calls: state.progress.calls,
  paper: state.progress.paper,
  queries: state.queries.length,
});

/** What the final takes of a search: its data, the prompts with the best evidence, and the last level, best first. */
export type FinalInput = Pick<State, 'queries' | 'exampleIndices' | 'examples' | 'finalistPool' | 'candidates'>;

/** Into the final go the best of the tree and the first prompt, where there is another prompt and a query was held out. */
export function enterFinal(
  state: FinalInput,
  options: ResolvedSearchOptions,
  final: FinalOptions | null,
): Send[] | null {
  const { initialPrompt } = options;
  const others = final
    ? selectFinalists(state.finalistPool, state.candidates.slice(0, options.beamWidth), initialPrompt, final.candidates)
    : [];
  const held = getHeldOutIndices(state.queries, options).map((index) => ({
    index,
    query: requireQueryText(state, index),
    examples: pickExamples(state, index),
  }));
  if (!final || others.length === 0 || held.length === 0) return null;
  const selectionQueries = held.slice(0, Math.min(final.selectionQueries, Math.max(1, held.length - 2)));
  const few =
    held.length < countFinalQueries(options)
      ? [`only ${held.length} queries were left to be held out, ${countFinalQueries(options)} were wanted`]
      : [];
  const first = { id: '0', prompt: initialPrompt, depth: 0, value: 0, quality: ROOT_ESTIMATE };
  const proofQueries = held.slice(selectionQueries.length, selectionQueries.length + final.proof.maxQueries);
  return [
    new Send('compareOnHeldOut', {
      entrants: [first, ...others],
      remainingIds: others.map((e) => e.id),
      selectionQueries,
      proofQueries,
      notes: few,
      round: 0,
    }),
  ];
}

/** States on a path at most: queries beyond them are never asked, but for those held out. */
export const getMaxPathLength = ({ depth, maxDepthIncrease }: ResolvedSearchOptions): number =>
  depth + maxDepthIncrease;

/** Queries the final wants: to choose its winner and to prove it. */
const countFinalQueries = ({ final }: ResolvedSearchOptions): number =>
  final ? final.selectionQueries + final.proof.maxQueries : 0;

/** Queries that the search itself may use. */
export const countSearchQueries = (queries: number, options: ResolvedSearchOptions): number =>
  queries - countReserved(queries, countFinalQueries(options));

/** The places of the queries held out for the final. */
export const getHeldOutIndices = (queries: readonly QueryInput[], options: ResolvedSearchOptions): number[] =>
  pickHeldOut(
    queries.map(toQuery),
    Math.min(getMaxPathLength(options), countSearchQueries(queries.length, options)),
    countFinalQueries(options),
  );

/** 0 for the root's level. */
export const getLevel = (state: State): number => state.candidates[0]?.depth ?? 0;
/** A query with what is known of it. */
const getScheduledQuery = (state: State, index: number): ScheduledQuery => ({
  index,
  query: requireQueryText(state, index),
  examples: pickExamples(state, index),
  rewardSelection: state.selectedRewards.find((c) => c.index === index) ?? null,
});
const pickExamples = (state: Pick<State, 'exampleIndices' | 'examples'>, index: number): Example[] =>
  (state.exampleIndices[index] ?? []).flatMap((i) => state.examples[i] ?? []);

function requireQueryText(state: Pick<State, 'queries'>, index: number): string {
  const query = state.queries[index];
  if (query === undefined) throw new Error('expected at least one query, got none: give `queries`');
  return toQuery(query).text;
}
