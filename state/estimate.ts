import { z } from 'zod';

/** How much better than the first prompt another is thought to be, in points of 5, and how sure that is. */
export const Estimate = z.object({
  mean: z.number(),
  variance: z.number().min(0),
  /** Of one of a beam: its covariance with each of the beam, best first. Kin are thought well of together. */
  covariances: z.array(z.number()).default([]),
});
export type Estimate = z.infer<typeof Estimate>;

/** What is thought of a query's difficulty: the reward, in points of 5, that the first prompt would get on it. */
export const Difficulty = z.object({ mean: z.number(), variance: z.number().min(0) });
export type Difficulty = z.infer<typeof Difficulty>;
