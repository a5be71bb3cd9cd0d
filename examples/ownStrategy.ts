import { depthReached, drpo, paperNodes, patience, queriesExhausted } from '../index.ts'; // 'drpo' once installed
import type { Models, StopCriterion } from '../index.ts';

/** Ends the search once the best path is worth so much, 1 to 5, over at least three queries. */
export const goodEnough =
  (value: number): StopCriterion =>
  ({ level, beam }) =>
    level >= 3 && (beam[0]?.value ?? 0) >= value ? 'good enough' : null;

/** A wide first look: a beam of four with two rewrites each, valued by the last reward, ended by whichever comes first. */
export const search = (models: Models, value = 4.2) =>
  drpo(paperNodes(models), {
    beamWidth: 4,
    actions: 2,
    aggregate: 'last',
    stop: [goodEnough(value), patience(4), depthReached, queriesExhausted],
    final: null,
  });
