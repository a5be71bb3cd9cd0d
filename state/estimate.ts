import { z } from 'zod';

/** By how many points of 5 a prompt is thought better than the first prompt, and the variance of that, in points². */
export const Estimate = z.object({
  mean: z.number(),
  variance: z.number().min(0),
  /** For a prompt of the beam: its covariance with each prompt of the beam, best first. Siblings have much in common. */
  covariances: z.array(z.number()).default([]),
});
export type Estimate = z.infer<typeof Estimate>;

/** The estimate of the first prompt. All others are measured from it. */
export const ROOT_ESTIMATE: Estimate = { mean: 0, variance: 0, covariances: [0] };

/** How hard a query is: the reward in points of 5 that the first prompt would get on it, and the variance of that. */
export const Difficulty = z.object({ mean: z.number(), variance: z.number().min(0) });
export type Difficulty = z.infer<typeof Difficulty>;

/**
 * Variance, in points², of a reward around its prompt's quality on its query. Siblings of the published runs differ by 0.41 points
 * (docs/reference.md#noise-in-the-published-runs).
 */
export const REWARD_NOISE_VARIANCE = 0.18;

/** Variance, in points², that one rewrite adds. */
export const REWRITE_VARIANCE = 0.15 ** 2;
