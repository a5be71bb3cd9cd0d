import { z } from 'zod';

/** A judgement of the reference, whose scores are strings. */
export const PublishedEvaluation = z.record(
  z.string(),
  z.object({ rationale: z.string().default(''), score: z.coerce.number().min(1).max(5) }),
);

const PublishedNode = z.object({
  id: z.number().int(),
  parent: z.number().int().nullable(),
  depth: z.number().int().min(0),
  prompt: z.string(),
  query: z.string(),
  output: z.string(),
  evaluation: PublishedEvaluation,
  reward: z.number(),
});
export type PublishedNode = z.infer<typeof PublishedNode>;

/** A search tree as the authors published it (`tree.json`). An empty evaluation has a reward of 0. */
export const PublishedTree = z.object({
  model: z.string(),
  cumulative_reward: z.number(),
  queries: z.array(z.string()).min(1),
  nodes: z.array(PublishedNode).min(1),
  best_path_prompts: z.array(z.string()).min(1),
});
export type PublishedTree = z.infer<typeof PublishedTree>;

/** Why a node of a published tree has no judgement. */
export const UNREADABLE_JUDGEMENT_NOTE =
  'the judge’s reply could not be read; the authors’ code recorded a reward of 0';
