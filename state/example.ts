import { z } from 'zod';
import { Evaluation } from './judgement.ts';

/** An in-context example: a query and the answer to imitate, without <START> and <END>. */
export const Example = z.object({ query: z.string(), answer: z.string() });
export type Example = z.infer<typeof Example>;

/** A training query and its source: a file's name, or "input". */
export const Query = z.object({ text: z.string().min(1), source: z.string() });
export type Query = z.infer<typeof Query>;

/** A query as a caller gives it: a text, or with its source. */
export const QueryInput = z.union([z.string().min(1), Query]);
export type QueryInput = z.infer<typeof QueryInput>;

/** Gives a bare query the source "input". */
export const toQuery = (query: QueryInput): Query =>
  typeof query === 'string' ? { text: query, source: 'input' } : query;

/** A response to an example's query. Its evaluation is null until it is judged. */
export const Attempt = z.object({ response: z.string(), evaluation: Evaluation.nullable() });
export type Attempt = z.infer<typeof Attempt>;
