import { z } from 'zod';
import { sumCounts } from '../statistics/sumCounts.ts';
import type { FailureView, RejectionView, RoleView } from './runView.ts';

const counts = z.record(z.string(), z.number());
const countsByRole = z.record(z.string(), counts);

const count = z.number().default(0);
const Tokens = z.object({ input: count, cachedInput: count, output: count, reasoning: count, estimated: count });

/** The usage that result.json records. What an older or stopped run lacks counts as nothing. */
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
  tokens: z.record(z.string(), Tokens).catch({}).default({}),
  usd: z.number().nullable().catch(null).default(null),
  usdByRole: z.record(z.string(), z.number()).catch({}).default({}),
});
export type RecordedUsage = z.infer<typeof RecordedUsage>;

const ModelPrices = z.looseObject({
  models: z.record(
    z.string(),
    z.looseObject({
      price: z
        .object({
          input: z.number(),
          cachedInput: z.number().optional(),
          output: z.number(),
          reasoning: z.number().optional(),
        })
        .optional(),
    }),
  ),
});

/** Calls, tokens and dollars by role, in the order of the result. A role that was never called is left out. */
export function createRoleViews(
  { calls, retries, failures, tokens, usdByRole }: RecordedUsage,
  config: unknown,
): RoleView[] {
  const models = ModelPrices.safeParse(config).data?.models ?? {};
  const roles = [...new Set([...Object.keys(calls), ...Object.keys(tokens)])];
  return roles
    .map((role) => {
      const used = tokens[role] ?? Tokens.parse({});
      const price = models[role]?.price;
      return {
        role,
        calls: calls[role] ?? 0,
        retries: sumCounts(retries[role]),
        failed: sumCounts(failures.calls[role]),
        ...used,
        usd: usdByRole[role] ?? (price ? computeCost(used, price) : null),
      };
    })
    .filter((r) => r.calls + r.retries + r.failed + r.input + r.output > 0);
}

const computeCost = (
  { input, cachedInput, output, reasoning }: z.infer<typeof Tokens>,
  price: NonNullable<z.infer<typeof ModelPrices>['models'][string]['price']>,
): number =>
  ((input - cachedInput) * price.input +
    cachedInput * (price.cachedInput ?? price.input) +
    (output - reasoning) * price.output +
    reasoning * (price.reasoning ?? price.output)) /
  1e6;

/** The failed attempts, failed calls and unusable answers, by role and kind. */
export function createFailureViews({ retries, failures }: RecordedUsage): FailureView[] {
  const list = (byRole: Record<string, Record<string, number>>, outcome: FailureView['outcome']): FailureView[] =>
    Object.entries(byRole).flatMap(([role, kinds]) =>
      Object.entries(kinds).map(([kind, count]) => ({ role, kind, outcome, count })),
    );
  const unreadable = Object.entries(failures.unreadable).map(([role, count]) => [role, { unreadable: count }] as const);
  return [
    ...list(retries, 'retried'),
    ...list(failures.calls, 'failed'),
    ...list(failures.finish, 'unusable'),
    ...list(Object.fromEntries(unreadable), 'unusable'),
  ].filter(({ count }) => count > 0);
}

/** The rewrites that were rejected, by reason, with the lines that they were rejected for. */
export function createRejectionViews(
  { rejectedRewrites }: RecordedUsage,
  refused: readonly RefusedLine[],
): RejectionView[] {
  return Object.entries(rejectedRewrites).flatMap(([reason, count]) => {
    const lines = refused.flatMap(({ what, line }) => (line !== undefined && what.startsWith(reason) ? line : []));
    return count > 0 ? { reason, count, lines: [...new Set(lines)].slice(0, MAX_LINES) } : [];
  });
}

/** Refused lines that are shown for a reason. */
const MAX_LINES = 8;

/** Why a rewrite was rejected, and the line that is to blame, if one is. */
export interface RefusedLine {
  what: string;
  line?: string;
}
