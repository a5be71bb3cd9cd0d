import type { SearchState } from '../state/channels.ts';
import { SearchFailed } from '../state/failure.ts';
import type { Candidate } from '../state/hypothesis.ts';
import { inOrder } from './beam.ts';
import { levelOf } from './edges.ts';
import { entered } from './finalists.ts';
import { estimatedInBeam, placed } from './levelEstimates.ts';
import { withLessons } from './memory.ts';
import type { Search } from './options.ts';

type State = typeof SearchState.State;

/** Judgements from which the share that is missing tells something. */
const JUDGED_AT_LEAST = 10;

/** The level's hypotheses in order and what is thought of their quality, what the stop criteria need to know, and the best so far. */
export function rankLevel(state: State, options: Search): Partial<State> {
  const level = levelOf(state);
  const judged = estimatedInBeam(state.candidates, options);
  const candidates = withLessons(placed(inOrder(judged, options), judged, options.beamWidth), options);
  const [first] = candidates;
  if (!first) throw new Error(`level ${level} has no candidates`);
  const raised = candidates.some((c) => c.lineage.skipped) && state.maxDepth < options.depth + options.maxDepthIncrease;
  return {
    candidates,
    judged: countJudged(state, candidates, options),
    pool: options.final ? entered(state.pool, candidates) : [],
    maxDepth: state.maxDepth + (raised ? 1 : 0),
    levelsKept: candidates.every((c) => c.lineage.skipped) ? state.levelsKept + 1 : 0,
    bestPrompt: first.prompt,
    bestId: first.id,
    value: first.value,
    beam: candidates.slice(0, options.beamWidth).map((c) => c.id),
    levels: level,
  };
}

/** @throws SearchFailed where more judgements are missing than may be */
function countJudged(
  { judged: { all, inPaper, missing } }: State,
  candidates: readonly Candidate[],
  { missingShare, actions }: Search,
): State['judged'] {
  const unread = candidates.filter((c) => Object.keys(c.evaluation).length === 0);
  const parents = new Map(candidates.map((c) => [c.parent, c.lineage.rewritten ? actions : 1]));
  const judged = {
    all: all + candidates.length,
    inPaper: inPaper + [...parents.values()].reduce((n, children) => n + children, 0),
    missing: missing + unread.length,
  };
  if (judged.all < JUDGED_AT_LEAST || judged.missing <= judged.all * missingShare) return judged;
  throw new SearchFailed(
    `${judged.missing} of ${judged.all} judgements could not be had, the last because: ${unread[0]?.missing}; mend the judge, or raise search.missingShare`,
  );
}
