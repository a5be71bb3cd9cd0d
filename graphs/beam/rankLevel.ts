import type { SearchState } from '../../state/channels.ts';
import { SearchFailed } from '../../state/failure.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { knownDifficulty, moved } from './querySchedule.ts';
import { inOrder, keepReason } from './children.ts';
import { courseOf, levelOf } from './edges.ts';
import { entered } from '../final/finalists.ts';
import { estimatedInBeam, placed } from './estimateLevel.ts';
import { withLessons } from './failedEdits.ts';
import type { Search } from '../searchOptions.ts';
import { spentAfter } from './callBudget.ts';

type State = typeof SearchState.State;

/** Judgements from which the share that is missing tells something. */
const JUDGED_AT_LEAST = 10;

/** The level's hypotheses in order and what is thought of their quality, what the stop criteria need to know, and the best so far. */
export function rankLevel(state: State, options: Search): Partial<State> {
  const level = levelOf(state);
  const course = courseOf(state, options);
  const known = knownDifficulty(state.agenda, level, course);
  const { level: judged, difficulty } = estimatedInBeam(state.candidates, options, known);
  const candidates = withLessons(placed(inOrder(judged, options), judged, options.beamWidth), options);
  const [first] = candidates;
  if (!first) throw new Error(`level ${level} has no candidates`);
  const beam = candidates.slice(0, options.beamWidth);
  const telling = beam.every((c) => keepReason(c, options) === null);
  const agenda = moved(state.agenda, level, telling ? difficulty : null, course);
  const coming = (index: number): boolean => index >= agenda.asked || agenda.waiting.some((w) => w.index === index);
  const raises = candidates.some((c) => c.lineage.skipped);
  const rewritten = new Map(candidates.map((c) => [c.parent, c.lineage.rewritten]));
  const rewrites = [...rewritten.values()].filter(Boolean).length;
  const taken = { rewrites, kept: rewritten.size - rewrites, judgements: candidates.length, raises };
  return {
    candidates,
    agenda,
    choices: state.choices.filter(({ index }) => coming(index)),
    judged: countJudged(state, candidates, options),
    spent: spentAfter(state.spent, { ...taken, fresh: agenda.fresh, asInPaper: state.agenda.fresh }, options),
    pool: options.final ? entered(state.pool, candidates) : [],
    maxDepth: Math.min(options.depth + options.maxDepthIncrease, state.maxDepth + (raises ? 1 : 0)),
    levelsKept: candidates.every((c) => c.lineage.skipped) ? state.levelsKept + 1 : 0,
    bestPrompt: first.prompt,
    bestId: first.id,
    value: first.value,
    beam: beam.map((c) => c.id),
    levels: level,
  };
}

/** @throws SearchFailed where more judgements are missing than may be */
function countJudged(
  { judged: { all, missing } }: State,
  candidates: readonly Candidate[],
  { missingShare }: Search,
): State['judged'] {
  const unread = candidates.filter((c) => Object.keys(c.evaluation).length === 0);
  const judged = { all: all + candidates.length, missing: missing + unread.length };
  if (judged.all < JUDGED_AT_LEAST || judged.missing <= judged.all * missingShare) return judged;
  throw new SearchFailed(
    `${judged.missing} of ${judged.all} judgements could not be had, the last because: ${unread[0]?.missing}; mend the judge, or raise search.missingShare`,
  );
}
