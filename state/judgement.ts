import { z } from 'zod';
import { computeMean } from '../statistics/computeMean.ts';

/** One aspect's judgement: 1 to 5 points and why. */
export const Score = z.object({ rationale: z.string(), score: z.number().min(1).max(5) });
export type Score = z.infer<typeof Score>;

/** The judge's whole reply on one response: aspect → score. Empty where judging failed. */
export const Evaluation = z.record(z.string(), Score);
export type Evaluation = z.infer<typeof Evaluation>;

/** Points by aspect, in the judge's order. */
export const listPoints = (evaluation: Evaluation): number[] => Object.values(evaluation).map((s) => s.score);

/** R(σ | ℝ_q), 1 to 5: the plain mean over the judged aspects; null where judging failed, which is not a zero. */
export const computeReward = (evaluation: Evaluation): number | null => computeMean(listPoints(evaluation));

/** Whether every aspect has full marks. */
export const isPerfect = (evaluation: Evaluation): boolean => {
  const points = listPoints(evaluation);
  return points.length > 0 && points.every((p) => p === 5);
};
