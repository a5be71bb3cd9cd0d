import { isPerfect } from '../state/judgement.ts';
import type { Candidate } from '../state/hypothesis.ts';

/** What a stop criterion sees after a level is judged. */
export interface SearchView {
  /** 0 after the root; a path now holds `level + 1` states. */
  level: number;
  /** States on a path at most, with what kept prompts have added so far. */
  maxDepth: number;
  /** How many training queries there are, and the place in their order of the one that would come next; null where none is left. */
  queries: number;
  nextQuery: number | null;
  /** The hypotheses that would be expanded next, best first. */
  beam: readonly Candidate[];
  /** Levels in a row, up to this one, in which no prompt was rewritten: there was nothing to mend. */
  levelsKept: number;
}

/** Ends the search by naming a reason (it becomes `stoppedBy`), or lets it go on with null. */
export type StopCriterion = (view: SearchView) => string | null;

/** The paths hold as many states as they may. */
export const depthReached: StopCriterion = ({ level, maxDepth }) => (level + 1 >= maxDepth ? 'depth' : null);

/** No training query is left for another level. */
export const queriesExhausted: StopCriterion = ({ nextQuery }) => (nextQuery === null ? 'queries' : null);

/** Every hypothesis of the beam has full marks on every reward. */
export const allRewardsPerfect: StopCriterion = ({ level, beam }) =>
  level > 0 && beam.every((c) => isPerfect(c.evaluation)) ? 'perfect' : null;

/**
 * For so many levels in a row no prompt was rewritten: the judge finds nothing to mend. A path's value is no such evidence:
 * it falls with a hard query and rises with an easy one.
 */
export const patience =
  (levels: number): StopCriterion =>
  ({ levelsKept }) =>
    levelsKept >= levels ? 'patience' : null;
