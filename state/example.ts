import { z } from 'zod';
import { Check } from './check.ts';
import { Criterion } from './criterion.ts';
import { Evaluation } from './judgement.ts';

/** An in-context example: a query and the answer to imitate, without <START> and <END>. */
export const Example = z.object({ query: z.string(), answer: z.string() });
export type Example = z.infer<typeof Example>;

/** A turn of a conversation before its query. */
export interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}
export const Turn: z.ZodType<Turn, Turn> = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
});

/** What a query brings besides its text: what its answer is judged by, and the conversation that it ends. */
export interface QueryDetails {
  /** The answer that is expected. The judge sees it. */
  expected?: string | undefined;
  /** Earlier turns of the conversation, oldest first. The base model and the judge see them. */
  context?: Turn[] | undefined;
  /** Criteria that count on this query. */
  criteria?: Criterion[] | undefined;
  /** Rules for the answers to this query. */
  checks?: Check[] | undefined;
  /** How much the query counts in a mean over queries, above 0. Default: 1. */
  weight?: number | undefined;
  /** Groups of queries that the final compares apart. */
  tags?: string[] | undefined;
}
const details = {
  expected: z.string().optional(),
  context: z.array(Turn).optional(),
  criteria: z.array(Criterion).optional(),
  checks: z.array(Check).optional(),
  weight: z.number().positive().optional(),
  tags: z.array(z.string()).optional(),
};
export const QueryDetails: z.ZodType<QueryDetails, QueryDetails> = z.object(details);

/** A query and its source: a file's name, or "input". */
export interface Query extends QueryDetails {
  text: string;
  source: string;
  /** Whether the query is kept for the proof. The search never asks it. */
  heldOut?: boolean | undefined;
  /** Fields of the data that nothing uses. */
  metadata?: Record<string, unknown> | undefined;
}
export const Query: z.ZodType<Query, Query> = z.object({
  ...details,
  text: z.string().min(1),
  source: z.string(),
  heldOut: z.boolean().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

/** A query as a caller gives it: a text, or with its source. */
export const QueryInput = z.union([z.string().min(1), Query]);
export type QueryInput = z.infer<typeof QueryInput>;

/** Gives a bare query the source "input". */
export const toQuery = (query: QueryInput): Query =>
  typeof query === 'string' ? { text: query, source: 'input' } : query;

/** A response to an example's query. Its evaluation is null until it is judged. */
export const Attempt = z.object({ response: z.string(), evaluation: Evaluation.nullable() });
export type Attempt = z.infer<typeof Attempt>;

/** Examples as an object of answers by query. A record of zod leaves out the query "__proto__". */
export const ExamplesByQuery = z.custom<Record<string, string>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((answer) => typeof answer === 'string'),
);

/** Examples as files hold them: `{query: answer}`. */
export const toExamplesObject = (examples: readonly Example[]): Record<string, string> =>
  Object.fromEntries(examples.map((e) => [e.query, e.answer]));
