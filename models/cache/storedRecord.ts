import { z } from 'zod';
import { FAILURE_KINDS } from '../errors.ts';
import { MODEL_ROLES, type Role as RoleName } from '../roles.ts';
import { DigitOdds } from '../../state/digitOdds.ts';
import { parseCheckedLine } from './checkedLine.ts';

const Role = z.enum(MODEL_ROLES);
/** The tokens of a request. Lines of older runs lack some counts. */
export const StoredUsage = z.object({
  input: z.number(),
  cachedInput: z.number().default(0),
  writtenInput: z.number().optional(),
  output: z.number(),
  reasoning: z.number().default(0),
  estimated: z.number().default(0),
});

/** An answered request. */
export const StoredAnswer = z.object({
  key: z.string(),
  role: Role,
  model: z.string(),
  usage: StoredUsage,
  /** US dollars. */
  usd: z.number(),
  /** Milliseconds until the answer. */
  ms: z.number(),
  finish: z.array(z.string()),
  /** The answer came from another run and was free. */
  shared: z.literal(true).optional(),
  /** The request asked for a correction of a reply. */
  repair: z.literal(true).optional(),
  texts: z.array(z.string()),
  /** How likely each score was at the digits of each text. */
  digits: z.array(z.array(DigitOdds)).optional(),
});
export type StoredAnswer = z.infer<typeof StoredAnswer>;

/** A failed attempt. `final`: it was the last one of its call. */
export const StoredFailure = z.object({
  role: Role,
  model: z.string().optional(),
  failed: z.enum(FAILURE_KINDS),
  final: z.literal(true).optional(),
  /** What a reply cost that was no answer. */
  usage: StoredUsage.optional(),
  usd: z.number().optional(),
});
export type StoredFailure = z.infer<typeof StoredFailure>;

/** Invalidates the answer of a key, so that its request is sent again. */
export const StoredInvalidation = z.object({ role: Role, forgotten: z.string() });
export type StoredInvalidation = z.infer<typeof StoredInvalidation>;

/** A request that is about to be sent, recorded if a budget limits the calls. After a kill it counts as sent. */
export const StoredDispatch = z.object({ role: Role, sent: z.literal(true) });
export type StoredDispatch = z.infer<typeof StoredDispatch>;

/** A parameter that an endpoint refused, and what is sent instead; null if it is left out. */
export const StoredAdjustment = z.object({
  role: Role,
  model: z.string(),
  endpoint: z.string(),
  parameter: z.string(),
  sentAs: z.string().nullable(),
});
export type StoredAdjustment = z.infer<typeof StoredAdjustment>;

export type StoredRecord = StoredAnswer | StoredFailure | StoredInvalidation | StoredDispatch | StoredAdjustment;
export const StoredRecord = z.union([
  StoredAnswer,
  StoredFailure,
  StoredInvalidation,
  StoredDispatch,
  StoredAdjustment,
]);

/** The record in a line of a store; undefined if there is none, or a damaged one. */
export function parseRecord(line: string): StoredRecord | undefined {
  try {
    return StoredRecord.safeParse(parseCheckedLine(line)).data;
  } catch {
    return undefined;
  }
}

/** The role whose paid answer a damaged line held, as far as it can still be read; undefined if it held another record. */
export function readDamagedRole(line: string): RoleName | undefined {
  const isPaidAnswer = line.includes('"usage":') && !line.includes('"shared":true');
  const name = /"role":"(\w+)"/.exec(line)?.[1];
  return isPaidAnswer ? (MODEL_ROLES.find((role) => role === name) ?? 'base') : undefined;
}
