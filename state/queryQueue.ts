import { z } from 'zod';
import { Difficulty } from './estimate.ts';

/** A query that comes again: its place in the order of the run, the level it was asked at last, and how hard it proved. */
const WaitingQuery = z.object({
  index: z.number().int().min(0),
  level: z.number().int().min(0),
  difficulty: Difficulty,
});

/** What a search has yet to ask: the queries that come again, the longest waiting first, and how many were asked so far. */
export const QueryQueue = z.object({
  waiting: z.array(WaitingQuery),
  askedCount: z.number().int().min(0),
  /** Whether the level at hand was the first to ask its query. */
  isFirstAsk: z.boolean(),
});
export type QueryQueue = z.infer<typeof QueryQueue>;

export const EMPTY_QUEUE: QueryQueue = { waiting: [], askedCount: 0, isFirstAsk: false };
