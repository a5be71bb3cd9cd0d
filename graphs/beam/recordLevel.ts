import { toOverwrite, type SearchState } from '../../state/channels.ts';
import type { Difficulty } from '../../state/estimate.ts';
import { SearchError } from '../../state/failure.ts';
import { getLevel, type Candidate } from '../../state/hypothesis.ts';
import { addToPool } from '../final/finalists.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { addLevelCost } from './callBudget.ts';
import { addLevelSpread } from './expectedGain.ts';
import { findKeepReason } from './children.ts';
import { advanceQueue, createQuerySchedule, isUpcoming } from './querySchedule.ts';

type State = typeof SearchState.State;

/** Judgements from which on the share of missing ones is checked. */
const MIN_JUDGEMENTS_TO_ABORT = 10;

/** A level in its order, its beam, and how hard its query proved. */
interface RankedLevel {
  candidates: readonly Candidate[];
  beam: readonly Candidate[];
  difficulty: Difficulty;
}

/** Brings what the search knows up to date with a ranked level. @throws SearchError if too many judgements are missing */
export function recordLevel(
  state: State,
  { candidates, beam, difficulty }: RankedLevel,
  options: ResolvedSearchOptions,
): Partial<State> {
  const [best] = candidates;
  if (!best) throw new Error('approve: expected at least one candidate of the level, found none; keep one');
  const isInformative = beam.every((c) => findKeepReason(c, options) === null);
  const schedule = createQuerySchedule(state, options);
  const queryQueue = advanceQueue(state.queryQueue, best.depth, isInformative ? difficulty : null, schedule);
  const addsDepth = candidates.some(({ lineage }) => lineage.addsDepth);
  return {
    queryQueue,
    selectedRewards: toOverwrite(state.selectedRewards.filter(({ index }) => isUpcoming(queryQueue, index))),
    judgementCounts: countJudgements(state, candidates, options),
    progress: addLevelCost(
      state.progress,
      {
        ...countParents(candidates),
        judgements: candidates.length,
        addsDepth,
        fresh: queryQueue.isFirstAsk,
        matchesPaper: state.queryQueue.isFirstAsk,
      },
      options,
    ),
    finalistPool: options.final ? addToPool(state.finalistPool, candidates) : [],
    maxDepth: Math.min(options.depth + options.maxDepthIncrease, state.maxDepth + (addsDepth ? 1 : 0)),
    levelsKept: candidates.every(({ lineage }) => lineage.addsDepth) ? state.levelsKept + 1 : 0,
    levelSpreads: getLevel(candidates) > 0 ? addLevelSpread(state.levelSpreads, candidates) : [],
    bestPrompt: best.prompt,
    bestId: best.id,
    value: best.value,
    levels: getLevel(candidates),
  };
}

/** Counts the parents of a level: those that were rewritten and those that kept their prompt. */
function countParents(level: readonly Candidate[]): { rewrites: number; kept: number } {
  const rewritten = new Map(level.map(({ parent, lineage }) => [parent, lineage.rewritten]));
  const rewrites = [...rewritten.values()].filter(Boolean).length;
  return { rewrites, kept: rewritten.size - rewrites };
}

function countJudgements(
  { judgementCounts }: State,
  candidates: readonly Candidate[],
  { maxMissingShare }: ResolvedSearchOptions,
): State['judgementCounts'] {
  const unread = candidates.filter((c) => Object.keys(c.evaluation).length === 0);
  const all = judgementCounts.all + candidates.length;
  const missing = judgementCounts.missing + unread.length;
  if (all < MIN_JUDGEMENTS_TO_ABORT || missing <= all * maxMissingShare) return { all, missing };
  throw new SearchError(
    `${missing} of ${all} judgements are missing, the last because: ${unread[0]?.missing}; fix the judge, or raise search.maxMissingShare`,
  );
}
