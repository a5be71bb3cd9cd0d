import { z } from 'zod';

/** How much better than the first prompt another is thought to be, in points of 5, and how sure that is: a mean and its variance. */
export const Estimate = z.object({ mean: z.number(), variance: z.number().min(0) });
export type Estimate = z.infer<typeof Estimate>;
