import { z } from 'zod';
import type { FaultView, RoleView } from './runView.ts';

const counts = z.record(z.string(), z.number());
const countsByRole = z.record(z.string(), counts);

/** What of result.json the accounts are made of; what an older or stopped run lacks counts as nothing. */
export const RecordedUsage = z.object({
  calls: counts.catch({}).default({}),
  retries: countsByRole.catch({}).default({}),
  failures: z
    .object({
      calls: countsByRole.catch({}).default({}),
      finish: countsByRole.catch({}).default({}),
      unreadable: counts.catch({}).default({}),
    })
    .prefault({}),
  rejectedRewrites: counts.catch({}).default({}),
  tokens: z
    .record(z.string(), z.object({ input: z.number(), output: z.number() }))
    .catch({})
    .default({}),
  usd: z.number().nullable().catch(null).default(null),
});
export type RecordedUsage = z.infer<typeof RecordedUsage>;

const ModelPrices = z.looseObject({
  models: z.record(
    z.string(),
    z.looseObject({ price: z.object({ input: z.number(), output: z.number() }).optional() }),
  ),
});

const sumCounts = (by: Record<string, number> | undefined): number =>
  Object.values(by ?? {}).reduce((a, b) => a + b, 0);

/** Calls, tokens and money by role, in the order of the result. A role that was never asked is left out. */
export function createRoleViews({ calls, retries, failures, tokens }: RecordedUsage, config: unknown): RoleView[] {
  const prices = ModelPrices.safeParse(config).data?.models ?? {};
  const names = [...new Set([...Object.keys(calls), ...Object.keys(tokens)])];
  return names
    .map((role) => {
      const { input, output } = tokens[role] ?? { input: 0, output: 0 };
      const price = prices[role]?.price;
      const usd = price ? (input * price.input + output * price.output) / 1e6 : null;
      return {
        role,
        calls: calls[role] ?? 0,
        retries: sumCounts(retries[role]),
        failed: sumCounts(failures.calls[role]),
        input,
        output,
        usd,
      };
    })
    .filter((r) => r.calls + r.retries + r.failed + r.input + r.output > 0);
}

/** Every kind of fault that happened at least once. */
export function createFaultViews({ retries, failures, rejectedRewrites }: RecordedUsage): FaultView[] {
  const listed = (by: Record<string, Record<string, number>>, ended: FaultView['ended']): FaultView[] =>
    Object.entries(by).flatMap(([role, kinds]) =>
      Object.entries(kinds).map(([kind, count]) => ({ role, kind, ended, count })),
    );
  const unreadable = Object.entries(failures.unreadable).map(([role, count]): FaultView => ({
    role,
    kind: 'unreadable',
    ended: 'unusable',
    count,
  }));
  return [
    ...listed(retries, 'retried'),
    ...listed(failures.calls, 'given up'),
    ...listed(failures.finish, 'unusable'),
    ...unreadable,
    ...Object.entries(rejectedRewrites).map(([what, count]): FaultView => ({
      role: 'optimizer',
      kind: `rewrite rejected: ${what}`,
      ended: 'not taken',
      count,
    })),
  ].filter((f) => f.count > 0);
}
