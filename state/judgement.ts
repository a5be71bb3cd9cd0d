import { z } from 'zod';
import { computeMean } from '../statistics/computeMean.ts';

/** The judgement on one aspect: 1 to 5 points and the reason. */
export interface Score {
  rationale: string;
  score: number;
  /** How much the aspect counts in a mean, above 0. Default: 1. */
  weight?: number | undefined;
  /** Whether it is a check that this query alone has. Left out: no. */
  isOfQuery?: true | undefined;
}
export const Score: z.ZodType<Score, Score> = z.object({
  rationale: z.string(),
  score: z.number().min(1).max(5),
  weight: z.number().positive().optional(),
  isOfQuery: z.literal(true).optional(),
});

/** The judge's reply on one response, by aspect. Empty if judging failed. */
export const Evaluation = z.record(z.string(), Score);
export type Evaluation = z.infer<typeof Evaluation>;

/** Whether a score came without a remark. */
export const isUnexplained = (score: Score | undefined): boolean => score?.rationale.trim() === '';

/** Lists the points of the aspects, in the judge's order. */
export const listPoints = (evaluation: Evaluation): number[] => Object.values(evaluation).map((s) => s.score);

/** Computes R(σ | ℝ_q), the weighted mean points over the judged aspects, 1 to 5. Null: judging failed, which is not a zero. */
export function computeReward(evaluation: Evaluation): number | null {
  const scores = Object.values(evaluation);
  if (scores.every(({ weight }) => weight === undefined)) return computeMean(scores.map(({ score }) => score));
  const total = scores.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return scores.reduce((sum, { score, weight = 1 }) => sum + weight * score, 0) / total;
}

/** Points from which an aspect has full marks: the mean over the odds of a digit is seldom 5 to the last decimal. */
const FULL_MARKS = 4.9;

/** Whether every aspect has full marks. */
export const isPerfect = (evaluation: Evaluation): boolean => {
  const points = listPoints(evaluation);
  return points.length > 0 && points.every((p) => p >= FULL_MARKS);
};
