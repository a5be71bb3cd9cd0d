import { z } from 'zod';
import { Estimate } from './estimate.ts';
import { Example } from './example.ts';
import { Evaluation } from './judgement.ts';

/** A prompt that may enter the final: where it stands in the tree, its path's value, and what the tree tells of its quality. */
export const Finalist = z.object({
  id: z.string(),
  prompt: z.string(),
  depth: z.number().int(),
  value: z.number().nullable(),
  quality: Estimate,
});
export type Finalist = z.infer<typeof Finalist>;

/** What one entrant got on one held-out query; reward null where the judgement is missing. */
export const FinalScore = z.object({
  id: z.string(),
  index: z.number().int(),
  evaluation: Evaluation,
  reward: z.number().nullable(),
});
export type FinalScore = z.infer<typeof FinalScore>;

const Difference = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** The outcome of the final: all on the same held-out queries, the winner's difference from the first prompt on fresh ones. */
export const FinalOutcome = z.object({
  /** The held-out queries that chose the winner, and the fresh ones that proved it. */
  queries: z.array(z.string()),
  proof: z.array(z.string()),
  candidates: z.array(
    z.object({ id: z.string(), prompt: z.string(), mean: z.number().nullable(), judged: z.number().int() }),
  ),
  /** Its id; the first prompt's ("0") where no challenger was better on all the queries they have in common. */
  winner: z.string(),
  /** Winner minus first prompt, 95 % paired bootstrap on the proof queries; zero where the first won, null of fewer than two pairs. */
  difference: Difference.nullable(),
  /** Who was left of the others, and its difference, won or lost. */
  challenger: z.string(),
  challengerDifference: Difference.nullable(),
  byAspect: z.record(z.string(), z.object({ mean: z.number(), judged: z.number().int() })),
  /** What is to be said of it, such as that too few queries were left to be held out. */
  notes: z.array(z.string()),
});
export type FinalOutcome = z.infer<typeof FinalOutcome>;

/** A held-out query: its place in the order of the run, and the indices of its examples are resolved already. */
export const HeldOutQuery = z.object({ index: z.number().int(), query: z.string(), examples: z.array(Example) });
export type HeldOutQuery = z.infer<typeof HeldOutQuery>;
