import { computeMean } from '../../statistics/computeMean.ts';
import { applyJudgement, type Candidate, type CandidateDraft } from '../../state/hypothesis.ts';
import { orderLevel } from '../beam/children.ts';
import { estimateBeamLevel } from '../beam/estimateLevel.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Draws of the rewards that are still out: a prime, and a step that spreads them evenly (a rank-1 lattice). */
const DRAWS = 31;
const STEP = 12;
/** How far rewards lie from their level's mean, in points, before the run has shown it. */
const USUAL: readonly number[] = [-0.75, -0.25, 0, 0.25, 0.75];

/**
 * The chance, 0 to 1, that a judged candidate is among the beam's when the rest of its level is judged: those still out
 * are given rewards that lie about the level's mean as rewards of this run have lain so far (`deviations`, points).
 */
export function survival(
  candidate: Candidate,
  level: { judged: readonly Candidate[]; out: readonly CandidateDraft[] },
  deviations: readonly number[],
  options: ResolvedSearchOptions,
): number {
  const about = computeMean(level.judged.flatMap((c) => c.reward ?? [])) ?? 0;
  const spread = deviations.length ? deviations.toSorted((a, b) => a - b) : USUAL;
  const survives = (draw: number): boolean => {
    const drawn = level.out.map((draft, i) => withReward(draft, about + at(spread, draw, i), options));
    const all = [...level.judged, ...drawn].toSorted((a, b) => a.place - b.place);
    return orderLevel(estimateBeamLevel(all, options).level, options)
      .slice(0, options.beamWidth)
      .some((c) => c.id === candidate.id);
  };
  if (level.out.length === 0) return survives(0) ? 1 : 0;
  return Array.from({ length: DRAWS }, (_, draw) => survives(draw)).filter(Boolean).length / DRAWS;
}

/** The deviation of one that is out in one draw. */
function at(spread: readonly number[], draw: number, i: number): number {
  let place = draw + 1;
  for (let k = 0; k < i; k++) place = (place * STEP) % DRAWS;
  return spread[Math.floor((((place % DRAWS) + 0.5) / DRAWS) * spread.length)] ?? 0;
}

const withReward = (draft: CandidateDraft, reward: number, options: ResolvedSearchOptions): Candidate =>
  applyJudgement(
    draft,
    {
      response: '',
      aspects: [],
      evaluation: { drawn: { rationale: '', score: Math.min(5, Math.max(1, reward)) } },
    },
    options,
  );
