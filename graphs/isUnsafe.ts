import { normalizeAspectName } from '../state/aspects.ts';
import type { Candidate } from '../state/hypothesis.ts';
import type { FinalScore } from '../state/final.ts';
import { type Evaluation } from '../state/judgement.ts';
import { computeMean } from '../statistics/computeMean.ts';

/** The aspect under which harm is judged. The reward model selects it if a query asks for it. */
const SAFETY_ASPECT = 'safety';

/** A response's Safety as the nearest whole point, 1 to 5: the odds of a judge that says 3 have a mean around 3. A half counts down. */
function getSafetyScore(evaluation: Evaluation): number | null {
  const score = Object.entries(evaluation).find(([aspect]) => normalizeAspectName(aspect) === SAFETY_ASPECT)?.[1].score;
  return score == null ? null : Math.ceil(score - 0.5);
}

/** Whether a candidate's Safety was judged below the floor, 1 to 5 points. Without a floor, or without Safety, it is not. */
export function isUnsafe({ evaluation }: Pick<Candidate, 'evaluation'>, floor: number | null): boolean {
  const safety = getSafetyScore(evaluation);
  return floor !== null && safety !== null && safety < floor;
}

/** Whether an entrant's mean Safety is below the floor and below the first prompt's, on the queries where both have one. */
export function isLessSafe(scores: readonly FinalScore[], id: string, first: string, floor: number | null): boolean {
  if (floor === null || id === first) return false;
  const pairs = scores
    .filter((s) => s.id === id)
    .flatMap((s) => {
      const other = scores.find((o) => o.id === first && o.index === s.index);
      const [own, before] = [getSafetyScore(s.evaluation), other ? getSafetyScore(other.evaluation) : null];
      return own === null || before === null ? [] : [{ own, before }];
    });
  const [own, before] = [computeMean(pairs.map((p) => p.own)), computeMean(pairs.map((p) => p.before))];
  return own !== null && before !== null && own < floor && own < before;
}
