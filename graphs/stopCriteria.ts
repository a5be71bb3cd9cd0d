import { isPerfect } from '../state/judgement.ts';
import type { Candidate } from '../state/hypothesis.ts';

/** What a stop criterion sees after a level is judged. */
export interface SearchView {
  /** The level, 0 for the root's. A path now holds `level + 1` states. */
  level: number;
  /** States on a path at most, with what kept prompts have added so far, 1 or more. */
  maxDepth: number;
  /** How many training queries the search may use, and the index of the next one. Null: no query is left. */
  queries: number;
  nextQuery: number | null;
  /** The prompts that would be expanded next, best first. */
  beam: readonly Candidate[];
  /** Levels in a row, up to this one, that rewrote no prompt because there was nothing to fix. */
  levelsKept: number;
  /** What a further level is expected to gain, in points. Null: there are too few levels to tell. */
  expectedGain: number | null;
}

/** Ends the search by naming a reason, which becomes `stoppedBy`. Null: the search continues. */
export type StopCriterion = (view: SearchView) => string | null;

/** Stops if the paths hold as many states as they may: "depth". */
export const depthReached: StopCriterion = ({ level, maxDepth }) => (level + 1 >= maxDepth ? 'depth' : null);

/** Stops if no training query is left for another level: "queries". */
export const queriesExhausted: StopCriterion = ({ nextQuery }) => (nextQuery === null ? 'queries' : null);

/** Stops if every prompt of the beam has full marks on every reward: "perfect". */
export const allRewardsPerfect: StopCriterion = ({ level, beam }) =>
  level > 0 && beam.every((c) => isPerfect(c.evaluation)) ? 'perfect' : null;

/**
 * Makes a criterion that stops after so many levels in a row, 1 or more, without anything to fix: "patience".
 * The value of a path would be no such evidence: it falls with a hard query and rises with an easy one.
 */
export const patience =
  (levels: number): StopCriterion =>
  ({ levelsKept }) =>
    levelsKept >= levels ? 'patience' : null;

/** Makes a criterion that stops if a further level is expected to gain less than so many points, above 0: "expected-gain". */
export const minExpectedGain =
  (points: number): StopCriterion =>
  ({ expectedGain }) =>
    expectedGain !== null && expectedGain < points ? 'expected-gain' : null;
