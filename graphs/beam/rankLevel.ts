import type { SearchState } from '../../state/channels.ts';
import { SearchError } from '../../state/failure.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { recallDifficulty, advanceQueue } from './querySchedule.ts';
import { orderLevel, findKeepReason } from './children.ts';
import { createQuerySchedule, getLevel } from './edges.ts';
import { addToPool } from '../final/finalists.ts';
import { estimateBeamLevel, assignLevelIndices } from './estimateLevel.ts';
import { recordFailedEdits } from './failedEdits.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { addLevelCost } from './callBudget.ts';

type State = typeof SearchState.State;

/** Judgements from which the share that is missing tells something. */
const MIN_JUDGEMENTS_TO_ABORT = 10;

/** The level's hypotheses in order and what is thought of their quality, what the stop criteria need to know, and the best so far. */
export function rankLevel(state: State, options: ResolvedSearchOptions): Partial<State> {
  const level = getLevel(state);
  const course = createQuerySchedule(state, options);
  const known = recallDifficulty(state.queryQueue, level, course);
  const { level: judged, difficulty } = estimateBeamLevel(state.candidates, options, known);
  const candidates = recordFailedEdits(
    assignLevelIndices(orderLevel(judged, options), judged, options.beamWidth),
    options,
  );
  const [first] = candidates;
  if (!first) throw new Error(`level ${level} has no candidates`);
  const beam = candidates.slice(0, options.beamWidth);
  const telling = beam.every((c) => findKeepReason(c, options) === null);
  const queryQueue = advanceQueue(state.queryQueue, level, telling ? difficulty : null, course);
  const coming = (index: number): boolean =>
    index >= queryQueue.askedCount || queryQueue.waiting.some((w) => w.index === index);
  const addsDepth = candidates.some((c) => c.lineage.addsDepth);
  const rewritten = new Map(candidates.map((c) => [c.parent, c.lineage.rewritten]));
  const rewrites = [...rewritten.values()].filter(Boolean).length;
  const taken = { rewrites, kept: rewritten.size - rewrites, judgements: candidates.length, addsDepth };
  return {
    candidates,
    queryQueue,
    selectedRewards: state.selectedRewards.filter(({ index }) => coming(index)),
    judgementCounts: countJudgements(state, candidates, options),
    progress: addLevelCost(
      state.progress,
      { ...taken, fresh: queryQueue.isFirstAsk, matchesPaper: state.queryQueue.isFirstAsk },
      options,
    ),
    finalistPool: options.final ? addToPool(state.finalistPool, candidates) : [],
    maxDepth: Math.min(options.depth + options.maxDepthIncrease, state.maxDepth + (addsDepth ? 1 : 0)),
    levelsKept: candidates.every((c) => c.lineage.addsDepth) ? state.levelsKept + 1 : 0,
    bestPrompt: first.prompt,
    bestId: first.id,
    value: first.value,
    beam: beam.map((c) => c.id),
    levels: level,
  };
}

/** @throws SearchError where more judgements are missing than may be */
function countJudgements(
  { judgementCounts: { all, missing } }: State,
  candidates: readonly Candidate[],
  { maxMissingShare }: ResolvedSearchOptions,
): State['judgementCounts'] {
  const unread = candidates.filter((c) => Object.keys(c.evaluation).length === 0);
  const judged = { all: all + candidates.length, missing: missing + unread.length };
  if (judged.all < MIN_JUDGEMENTS_TO_ABORT || judged.missing <= judged.all * maxMissingShare) return judged;
  throw new SearchError(
    `${judged.missing} of ${judged.all} judgements could not be had, the last because: ${unread[0]?.missing}; mend the judge, or raise search.maxMissingShare`,
  );
}
