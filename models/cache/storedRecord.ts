import { z } from 'zod';
import { FAILURE_KINDS } from '../errors.ts';
import { MODEL_ROLES, type Role as RoleName } from '../roles.ts';
import { DigitOddsList } from '../../state/digitOdds.ts';
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
  /** A batch was asked. */
  batched: z.literal(true).optional(),
  texts: z.array(z.string()),
  /** How likely each score was at the digits of each text. */
  digits: z.array(DigitOddsList).optional(),
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
  /** The key of the request, if a batch was asked. */
  row: z.string().optional(),
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

/**
 * A batch. The first record is written before the batch is created, with the file of its requests; a later one has its id. Then
 * its answers are fetched, also by a later session, and none of its requests is sent again.
 */
export const StoredBatch = z.object({
  role: Role,
  /** A name of ours, by which the endpoint finds it. */
  batch: z.string(),
  model: z.string().optional(),
  endpoint: z.string().optional(),
  file: z.string().optional(),
  /** The keys of its requests. */
  keys: z.array(z.string()).optional(),
  /** What one of its requests is expected to cost. */
  cost: z.object({ tokens: z.number(), usd: z.number() }).optional(),
  id: z.string().optional(),
});
export type StoredBatch = z.infer<typeof StoredBatch>;

export type StoredRecord =
  StoredBatch | StoredAnswer | StoredFailure | StoredInvalidation | StoredDispatch | StoredAdjustment;
export const StoredRecord = z.union([
  StoredAnswer,
  StoredFailure,
  StoredInvalidation,
  StoredDispatch,
  StoredAdjustment,
  StoredBatch,
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
