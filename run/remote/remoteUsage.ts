import { z } from 'zod';
import { StoredUsage } from '../../models/cache/storedRecord.ts';
import { createUsageTotals, type UsageTotals } from '../../models/cache/usageTotals.ts';
import { MODEL_ROLES } from '../../models/roles.ts';
import { RunEvent } from '../runEvent.ts';

const counts = z.record(z.string(), z.number());
const countsByRole = z.record(z.string(), counts);

/** Usage as a server reports it; roles that it does not name count as zero. */
const UsageUpdate = z.object({
  calls: counts,
  sent: counts,
  retries: countsByRole,
  failed: countsByRole,
  tokens: z.record(z.string(), StoredUsage),
  usd: z.number(),
  usdByRole: counts.default({}),
  repairs: z.object({ calls: z.number(), tokens: z.number() }).default({ calls: 0, tokens: 0 }),
  judgedByOdds: z.number().default(0),
  cached: counts,
  finish: countsByRole,
  adjustments: z
    .array(z.object({ role: z.enum(MODEL_ROLES), parameter: z.string(), sentAs: z.string().nullable() }))
    .default([]),
});

/**
 * What a server's process has spent on a thread so far (`session` identifies the process), how many judgements the
 * judge has given, and the events since the last report.
 */
export const UsageReport = z.object({
  session: z.string(),
  tally: UsageUpdate,
  judged: z.number().int(),
  events: z.array(RunEvent).default([]),
});
export type UsageReport = z.infer<typeof UsageReport>;

/** Usage by session. */
export const UsageBySession = z.record(z.string(), z.object({ tally: UsageUpdate, judged: z.number().int() }));
export type UsageBySession = z.infer<typeof UsageBySession>;

/** The usage of all sessions together. */
export function sumSessionUsage(sessions: UsageBySession): UsageTotals {
  const total = createUsageTotals();
  const tallies = Object.values(sessions).map(({ tally }) => tally);
  for (const tally of tallies) addCounts(total, tally);
  const adjustments = tallies.flatMap((tally) => tally.adjustments);
  total.adjustments = [...new Map(adjustments.map((a) => [`${a.role} ${a.parameter}`, a])).values()];
  return total;
}

/** Adds numbers to those at the same place, however deep. */
export function addCounts(into: object, from: object): void {
  for (const [key, value] of Object.entries(from) as [string, unknown][]) {
    const held: unknown = Reflect.get(into, key);
    if (typeof value === 'number') Reflect.set(into, key, (typeof held === 'number' ? held : 0) + value);
    else if (typeof value === 'object' && value !== null && typeof held === 'object' && held !== null)
      addCounts(held, value);
  }
}
