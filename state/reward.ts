import { z } from 'zod';

/** A reward r ∈ ℝ_q: an aspect's name, and what 5 points and 1 point mean on it. */
export const Reward = z.object({
  name: z.string().min(1),
  scoring: z.string(),
  /** How much it counts in a mean, above 0. Default: 1. */
  weight: z.number().positive().optional(),
});
export type Reward = z.infer<typeof Reward>;

/** An aspect as it is offered for selection: a reward, and a line on what it is about. */
export const Aspect = Reward.extend({ about: z.string() });
export type Aspect = z.infer<typeof Aspect>;

/** The rewards that were selected for the query at `index`, and the reason. `missing` says why a fixed set was taken instead. */
export const RewardSelection = z.object({
  index: z.number().int().min(0),
  rewards: z.array(Reward),
  reasoning: z.string(),
  missing: z.string().optional(),
});
export type RewardSelection = z.infer<typeof RewardSelection>;
