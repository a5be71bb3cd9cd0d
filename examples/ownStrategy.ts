import { depthReached, drpo, paperNodes, patience, queriesExhausted } from '../index.ts'; // 'drpo' once installed
import type { Models, StopCriterion } from '../index.ts';

/** Ends the search when the value of the best path, 1 to 5, reaches a goal after at least three levels. */
export const goodEnough =
  (goal: number): StopCriterion =>
  ({ level, beam }) =>
    level >= 3 && (beam[0]?.value ?? 0) >= goal ? 'good enough' : null;

/** A wide search: a beam of four with two rewrites each, valued by the last reward. The first stop criterion that holds ends it. */
export const search = (models: Models, goal = 4.2) =>
  drpo(paperNodes(models), {
    beamWidth: 4,
    actions: 2,
    aggregate: 'last',
    stop: [goodEnough(goal), patience(4), depthReached, queriesExhausted],
    final: null,
  });
