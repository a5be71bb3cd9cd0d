import { z } from 'zod';
import { Difficulty } from './estimate.ts';

/** A query that is to be asked again: its index, the level that asked it last, and how hard it proved. */
const WaitingQuery = z.object({
  index: z.number().int().min(0),
  level: z.number().int().min(0),
  difficulty: Difficulty,
});

/** Which queries a search is still to ask: those that wait to be asked again, longest first, and those after `askedCount`. */
export const QueryQueue = z.object({
  waiting: z.array(WaitingQuery),
  askedCount: z.number().int().min(0),
  /** Whether the level at hand asked its query for the first time. */
  isFirstAsk: z.boolean(),
});
export type QueryQueue = z.infer<typeof QueryQueue>;

/** The queue before the first level. */
export const EMPTY_QUEUE: QueryQueue = { waiting: [], askedCount: 0, isFirstAsk: false };
