import { z } from 'zod';
import { FAILURE_KINDS } from '../errors.ts';
import { MODEL_ROLES } from '../settings.ts';

const Role = z.enum(MODEL_ROLES);
const Usage = z.object({ input: z.number(), output: z.number() });

/** An answered request. `usd`: what it cost; `ms`: how long it took; `shared`: it came from another run's store and cost nothing here. */
export const StoredAnswer = z.object({
  key: z.string(),
  role: Role,
  model: z.string(),
  usage: Usage,
  usd: z.number(),
  ms: z.number(),
  finish: z.array(z.string()),
  shared: z.literal(true).optional(),
  texts: z.array(z.string()),
});
export type StoredAnswer = z.infer<typeof StoredAnswer>;

/** A failed attempt, of one of a role's models; `final`: the call was given up. */
export const StoredFailure = z.object({
  role: Role,
  model: z.string().optional(),
  failed: z.enum(FAILURE_KINDS),
  final: z.literal(true).optional(),
});
export type StoredFailure = z.infer<typeof StoredFailure>;

/** An answer that is not to be used any more, by its key: the request is sent again. */
export const StoredInvalidation = z.object({ role: Role, forgotten: z.string() });
export type StoredInvalidation = z.infer<typeof StoredInvalidation>;

/** A request on its way, told before it is sent where a budget limits the calls: after a kill it counts as sent. */
export const StoredDispatch = z.object({ role: Role, sent: z.literal(true) });
export type StoredDispatch = z.infer<typeof StoredDispatch>;

export type StoredRecord = StoredAnswer | StoredFailure | StoredInvalidation | StoredDispatch;
const StoredRecord = z.union([StoredAnswer, StoredFailure, StoredInvalidation, StoredDispatch]);

/** A line of a store read back; undefined where it is not one. */
export function parseRecord(line: string): StoredRecord | undefined {
  try {
    return StoredRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
