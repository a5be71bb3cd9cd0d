import { z } from 'zod';
import { Estimate } from './estimate.ts';
import { Example, QueryDetails } from './example.ts';
import { Evaluation } from './judgement.ts';

/** A prompt that may enter the final, with the value of its path and the estimate of its quality. */
export const Finalist = z.object({
  id: z.string(),
  prompt: z.string(),
  depth: z.number().int(),
  value: z.number().nullable(),
  quality: Estimate,
});
export type Finalist = z.infer<typeof Finalist>;

/** What one entrant scored on one held-out query. Its reward is null if the judgement is missing. */
export const FinalScore = z.object({
  id: z.string(),
  index: z.number().int(),
  evaluation: Evaluation,
  reward: z.number().nullable(),
  /** On fresh queries alone, for proof.jsonl. */
  response: z.string().exactOptional(),
});
export type FinalScore = z.infer<typeof FinalScore>;

const Difference = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** Winner minus first prompt by a name, in points, and the pairs that it is the mean of. */
const DifferencesByName = z.record(z.string(), z.object({ mean: z.number(), judged: z.number().int() }));

/** A response to a fresh query, and what the judge said of it. */
export const ProofAnswer = z.object({ response: z.string(), evaluation: Evaluation, reward: z.number().nullable() });
export type ProofAnswer = z.infer<typeof ProofAnswer>;

/** What the first prompt and its challenger answered to one fresh query. */
export interface ProofPair {
  query: string;
  /** How much the query counts, above 0. Left out: 1. */
  weight?: number;
  first: ProofAnswer;
  challenger: ProofAnswer;
}
export const ProofPair: z.ZodType<ProofPair, ProofPair> = z.object({
  query: z.string(),
  weight: z.number().positive().exactOptional(),
  first: ProofAnswer,
  challenger: ProofAnswer,
});

/** A prompt of which sections were left out because that showed no loss. */
export interface ShortenedPrompt {
  /** The winner's id, `~` and the number of the cut. */
  id: string;
  prompt: string;
  /** The words of the shortened prompt and of the whole one, and about how many tokens these are. */
  words: number;
  wordsBefore: number;
  tokens: number;
  tokensBefore: number;
  /** Cuts that were kept, and those that were tried. */
  cuts: number;
  tried: number;
  /** Shortened minus whole prompt on these held-out queries, with its 95 % interval, in points. */
  difference: { mean: number; low: number; high: number };
  queries: string[];
  /** Points by which it may be worse: the interval is above minus this. */
  margin: number;
}
export const ShortenedPrompt: z.ZodType<ShortenedPrompt, ShortenedPrompt> = z.object({
  id: z.string(),
  prompt: z.string(),
  words: z.number().int(),
  wordsBefore: z.number().int(),
  tokens: z.number().int(),
  tokensBefore: z.number().int(),
  cuts: z.number().int(),
  tried: z.number().int(),
  difference: Difference,
  queries: z.array(z.string()),
  margin: z.number(),
});

/** The outcome of the final. All entrants met the same held-out queries. Fresh queries prove the challenger. */
export const FinalOutcome = z.object({
  /** The held-out queries that chose the challenger, and the fresh ones that proved it. */
  queries: z.array(z.string()),
  proof: z.array(z.string()),
  candidates: z.array(
    z.object({
      id: z.string(),
      prompt: z.string(),
      mean: z.number().nullable(),
      judged: z.number().int(),
      /** Its points minus the first prompt's on the queries that both answered. Null: there are none. */
      difference: z.number().nullable().exactOptional(),
    }),
  ),
  /** The winner's id. It is the first prompt's, "0", if the challenger was not better on the queries they have in common. */
  winner: z.string(),
  /** Winner minus first prompt on the fresh queries, with its 95 % interval, in points. Zero if the first prompt won. Null: too few pairs. */
  difference: Difference.nullable(),
  /** The challenger's id and its difference from the first prompt, whether it won or lost. */
  challenger: z.string(),
  challengerDifference: Difference.nullable(),
  /** The answers to the fresh queries. Absent in result.json: proof.jsonl has them. */
  pairs: z.array(ProofPair).exactOptional(),
  /** The challenger's differences on the queries that chose it, in points: their spread helps the proof. */
  chosenOn: z.array(z.number()).default([]),
  /** The chance, 0 to 1, that the challenger is worse than the first prompt. Absent: it did not seem better. */
  chanceOfLoss: z.number().exactOptional(),
  byCriterion: DifferencesByName,
  /** The same by tag of the queries. */
  byTag: DifferencesByName.default({}),
  /** What was left of the winner once it was shortened. Absent: it stayed whole. */
  shortened: ShortenedPrompt.exactOptional(),
  /** Remarks, such as that too few queries were left to be held out. */
  notes: z.array(z.string()),
});
export type FinalOutcome = z.infer<typeof FinalOutcome>;

/** How far the winner has been shortened. */
export const CutProgress = z.object({
  /** Cuts that were tried, the one at hand included. */
  tried: z.number().int(),
  /** The sections of the winner that are left out, by their place among all, the longest first. */
  removed: z.array(z.number().int()),
  /** The cut at hand: the section that it leaves out besides, and the prompt without it. Null: no cut is left. */
  cut: z.object({ id: z.string(), section: z.number().int(), prompt: z.string() }).nullable(),
});
export type CutProgress = z.infer<typeof CutProgress>;

/** A held-out query with its index in the order of the run and its examples. */
export const HeldOutQuery = z.object({
  index: z.number().int(),
  query: z.string(),
  details: QueryDetails,
  examples: z.array(Example),
});
export type HeldOutQuery = z.infer<typeof HeldOutQuery>;
