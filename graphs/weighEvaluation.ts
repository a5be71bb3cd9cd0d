import { normalizeAspectName } from '../state/aspects.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';

/** Gives each judged aspect the weight of its reward, so that every mean over the evaluation is weighted. */
export function weighEvaluation(evaluation: Evaluation, rewards: readonly Reward[]): Evaluation {
  const weights = new Map(rewards.map(({ name, weight }) => [normalizeAspectName(name), weight]));
  if ([...weights.values()].every((weight) => weight === undefined)) return evaluation;
  return Object.fromEntries(
    Object.entries(evaluation).map(([aspect, score]) => {
      const weight = weights.get(normalizeAspectName(aspect));
      return [aspect, weight === undefined ? score : { ...score, weight }];
    }),
  );
}
