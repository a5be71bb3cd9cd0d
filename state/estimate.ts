import { z } from 'zod';

/** How much better than the first prompt another is thought to be, in points of 5, and how sure that is. */
export const Estimate = z.object({
  mean: z.number(),
  variance: z.number().min(0),
  /** Its covariance with each of its level's beam, best first: kin are thought well of together. */
  shared: z.array(z.number()).default([]),
});
export type Estimate = z.infer<typeof Estimate>;
