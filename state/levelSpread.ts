import { z } from 'zod';

/** How many new prompts a level judged, and how far its rewards, in points, lie apart: the sum of squares around their mean. */
export const LevelSpread = z.object({
  rewrites: z.number().int().min(0),
  squares: z.number().min(0),
  /** Rewards without one, 0 or more. */
  freedom: z.number().int().min(0),
});
export type LevelSpread = z.infer<typeof LevelSpread>;
