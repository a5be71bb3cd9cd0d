import { z } from 'zod';
import { emptyTally, type Tally } from '../../models/index.ts';
import { RunEvent } from '../runFolder.ts';

const counts = z.record(z.string(), z.number());
const byRole = z.record(z.string(), counts);

/** Accounts as a server tells them; roles it does not name count for nothing. */
const Told = z.object({
  calls: counts,
  sent: counts,
  retries: byRole,
  failed: byRole,
  tokens: z.record(z.string(), z.object({ input: z.number(), output: z.number() })),
  usd: z.number(),
  cached: counts,
  finish: byRole,
});
export type Accounts = z.infer<typeof Told>;

/**
 * What a server's process has spent on a thread so far (`session` tells the processes apart), how many judgements the
 * judge has given, and what was of note since it last told.
 */
export const Usage = z.object({
  session: z.string(),
  tally: Told,
  judged: z.number().int(),
  events: z.array(RunEvent).default([]),
});
export type Usage = z.infer<typeof Usage>;

/** Accounts by session. */
export const Sessions = z.record(z.string(), z.object({ tally: Told, judged: z.number().int() }));
export type Sessions = z.infer<typeof Sessions>;

/** The accounts of all sessions together. */
export function summed(sessions: Sessions): Tally {
  const total = emptyTally();
  for (const { tally } of Object.values(sessions)) add(total, tally);
  return total;
}

/** Adds numbers to those at the same place, however deep. */
export function add(into: object, from: object): void {
  for (const [key, value] of Object.entries(from) as [string, unknown][]) {
    const held: unknown = Reflect.get(into, key);
    if (typeof value === 'number') Reflect.set(into, key, (typeof held === 'number' ? held : 0) + value);
    else if (typeof value === 'object' && value !== null && typeof held === 'object' && held !== null) add(held, value);
  }
}
