import { z } from 'zod';
import { Evaluation } from './judgement.ts';

/** An in-context example: a query and the answer to imitate, without any wrapping. */
export const Example = z.object({ query: z.string(), answer: z.string() });
export type Example = z.infer<typeof Example>;

/** A seed query and the pool it came from (a file's name, or "input"). */
export const Query = z.object({ text: z.string().min(1), source: z.string() });
export type Query = z.infer<typeof Query>;

/** A query as people hand it over: bare, or with its source. */
export const QueryInput = z.union([z.string().min(1), Query]);
export type QueryInput = z.infer<typeof QueryInput>;

export const toQuery = (given: QueryInput): Query =>
  typeof given === 'string' ? { text: given, source: 'input' } : given;

/** A response to an example's query, as judged; null where there is none or it is not judged yet. */
export const Attempt = z.object({ response: z.string(), evaluation: Evaluation.nullable() });
export type Attempt = z.infer<typeof Attempt>;
