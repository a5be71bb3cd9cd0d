import { z } from 'zod';

/** A reward r ∈ ℝ_q: the aspect's name and what 5 and 1 point mean on it. */
export const Reward = z.object({ name: z.string().min(1), scoring: z.string() });
export type Reward = z.infer<typeof Reward>;

/** An aspect as offered for selection: a reward with a line on what it is about. */
export const Aspect = Reward.extend({ about: z.string() });
export type Aspect = z.infer<typeof Aspect>;

/** The rewards chosen for the query at one place of the run's order, and the chooser's reason; `missing`: why a fixed set had to do. */
export const RewardSelection = z.object({
  index: z.number().int().min(0),
  rewards: z.array(Reward),
  reasoning: z.string(),
  missing: z.string().optional(),
});
export type RewardSelection = z.infer<typeof RewardSelection>;
