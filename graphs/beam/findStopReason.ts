import type { SearchState } from '../../state/channels.ts';
import { getLevel } from '../../state/hypothesis.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import type { SearchView } from '../stopCriteria.ts';
import { countLevelCalls, isFinalDue, toSearchProgress } from './callBudget.ts';
import { countRewrites } from './children.ts';
import { estimateNextGain } from './expectedGain.ts';
import { createQuerySchedule, pickNextQueries } from './querySchedule.ts';
import { getBeam } from './rankLevel.ts';

type State = typeof SearchState.State;

/** Names the first reason to end the search after a ranked level. Null: the search continues. */
export function findStopReason(state: State, options: ResolvedSearchOptions): string | null {
  const schedule = createQuerySchedule(state, options);
  const view: SearchView = {
    level: getLevel(state.candidates),
    maxDepth: state.maxDepth,
    queries: schedule.queries,
    nextQuery: pickNextQueries(state.queryQueue, getLevel(state.candidates), 1, schedule)[0] ?? null,
    beam: getBeam(state),
    levelsKept: state.levelsKept,
    expectedGain: estimateNextGain(state.levelSpreads),
  };
  for (const criterion of options.stop) {
    const reason = criterion(view);
    if (reason !== null) return reason;
  }
  return isFinalNext(state, view, options) ? 'final' : null;
}

/** Whether the first prompt has a rival and the rest of the calls belongs to the final. */
function isFinalNext(state: State, { beam, nextQuery }: SearchView, options: ResolvedSearchOptions): boolean {
  const wanted = countRewrites(beam, options);
  const judgements = wanted.reduce((sum, actions) => sum + Math.max(1, actions), 0);
  const rewrites = wanted.filter((actions) => actions > 0).length;
  const calls = countLevelCalls(rewrites, judgements, nextQuery === state.queryQueue.askedCount);
  const hasRival = state.finalistPool.some(({ prompt }) => prompt !== options.initialPrompt);
  return hasRival && isFinalDue(toSearchProgress(state), calls, options);
}
