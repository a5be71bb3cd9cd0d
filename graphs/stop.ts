import { isPerfect } from '../state/judgement.ts';
import type { Candidate } from '../state/hypothesis.ts';

/** What a stop criterion sees after a level is judged. */
export interface SearchView {
  /** 0 after the root; a path now holds `level + 1` states. */
  level: number;
  /** States on a path at most, with what kept prompts have added so far. */
  maxDepth: number;
  /** How many training queries there are. */
  queries: number;
  /** The hypotheses that would be expanded next, best first. */
  beam: readonly Candidate[];
  /** Levels since the best value last rose. */
  levelsWithoutGain: number;
}

/** Ends the search by naming a reason (it becomes `stoppedBy`), or lets it go on with null. */
export type StopCriterion = (view: SearchView) => string | null;

/** The paths hold as many states as they may. */
export const depthReached: StopCriterion = ({ level, maxDepth }) => (level + 1 >= maxDepth ? 'depth' : null);

/** Every training query has been used. */
export const queriesExhausted: StopCriterion = ({ level, queries }) => (level + 1 >= queries ? 'queries' : null);

/** Every hypothesis of the beam has full marks on every reward. */
export const allRewardsPerfect: StopCriterion = ({ level, beam }) =>
  level > 0 && beam.every((c) => isPerfect(c.evaluation)) ? 'perfect' : null;

/** The best path's value has not risen for so many levels. */
export const patience =
  (levels: number): StopCriterion =>
  ({ levelsWithoutGain }) =>
    levelsWithoutGain >= levels ? 'patience' : null;
