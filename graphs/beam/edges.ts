import { Send } from '@langchain/langgraph';
import type { SearchState } from '../../state/channels.ts';
import { getLevel, makeRootDraft } from '../../state/hypothesis.ts';
import { toEvaluationInput } from '../evaluateCandidate.ts';
import { enterFinal } from '../final/enterFinal.ts';
import { getQueryDetails, getQueryText, getScheduledQuery } from '../queryData.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { countLevelsLeft, fitFinal, toSearchProgress } from './callBudget.ts';
import { countRewrites, makeKeptDraft } from './children.ts';
import { findStopReason } from './findStopReason.ts';
import { createQuerySchedule, pickNextQueries } from './querySchedule.ts';
import { getBeam } from './rankLevel.ts';

type State = typeof SearchState.State;

/** Starts the search: the first prompt goes to the first query, and the rewards of the next queries are selected. */
export const startSearch =
  (options: ResolvedSearchOptions) =>
  (state: State): Send[] => {
    const first = getScheduledQuery(state, 0);
    const root = makeRootDraft(options.initialPrompt, first.query);
    return [new Send('respondAndJudge', toEvaluationInput(root, first)), ...selectUpcomingRewards(state, 0, options)];
  };

/** Prunes a ranked level to its beam and expands that, or ends the search if there is a reason to. */
export const pruneOrStop =
  (options: ResolvedSearchOptions) =>
  (state: State): Send[] | 'conclude' => {
    if (findStopReason(state, options) === null) return expandBeam(state, options);
    const final = fitFinal(toSearchProgress(state), options);
    return enterFinal({ ...state, beam: getBeam(state) }, options, final) ?? 'conclude';
  };

/** Sends each prompt of the beam to the next query: to be rewritten, or as it is if there is nothing to fix. */
function expandBeam(state: State, options: ResolvedSearchOptions): Send[] {
  const level = getLevel(state.candidates);
  const [index = 0] = pickNextQueries(state.queryQueue, level, 1, createQuerySchedule(state, options));
  const next = getScheduledQuery(state, index);
  const beam = getBeam(state);
  const wanted = countRewrites(beam, options);
  const sends = beam.map((parent, rank) => {
    const actions = wanted[rank] ?? 0;
    if (actions > 0) return new Send('rewriteAndJudge', { parent, rank, actions, ...next });
    const kept = makeKeptDraft(parent, next.query, rank * options.actions, options);
    return new Send('respondAndJudge', toEvaluationInput(kept, next));
  });
  return [...sends, ...selectUpcomingRewards(state, level + 1, options)];
}

/** Sends the queries that follow a level's to have their rewards selected, as far as it is known which ones follow. */
function selectUpcomingRewards(state: State, level: number, options: ResolvedSearchOptions): Send[] {
  const now = getLevel(state.candidates);
  const end = Math.min(
    level + options.rewardLookahead,
    now + (options.revisitAfter ?? Infinity),
    state.maxDepth - 1,
    now + Math.ceil(countLevelsLeft(toSearchProgress(state), options)),
  );
  const schedule = createQuerySchedule(state, options);
  const known = new Set(state.selectedRewards.map(({ index }) => index));
  return pickNextQueries(state.queryQueue, level - 1, Math.max(0, end - level + 1), schedule)
    .slice(1)
    .filter((index) => !known.has(index))
    .map(
      (index) =>
        new Send('selectRewards', { index, query: getQueryText(state, index), details: getQueryDetails(state, index) }),
    );
}
