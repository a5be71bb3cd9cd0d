import { MODEL_ROLES, BUDGETED_ROLES } from '../../models/roles.ts';
import type { RoleMap, UsageTotals } from '../../models/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { describeBatchPrices } from '../../run/requireBatches.ts';
import { formatParts } from '../../statistics/formatParts.ts';
import { sumCounts } from '../../statistics/sumCounts.ts';

/** What an evaluation or an experiment used and cost. */
export interface EvaluationCosts extends Pick<UsageTotals, 'calls' | 'retries' | 'tokens' | 'usd'> {
  /** The cost of each role whose models have a price. */
  usdByRole: Partial<RoleMap<number>>;
  /** The answers of each role that came from batches. */
  batched: Partial<RoleMap<number>>;
  /** How costs were computed where a price is missing. */
  costNotes: string[];
}

/** Picks the costs from a session's totals. `configs`: where its models have their prices. */
export function pickCosts(
  { calls, retries, tokens, usd, usdByRole, batched }: UsageTotals,
  configs: readonly Config[],
): EvaluationCosts {
  const pickAbove0 = (counts: RoleMap<number>): Partial<RoleMap<number>> =>
    Object.fromEntries(MODEL_ROLES.flatMap((role) => (counts[role] > 0 ? [[role, counts[role]]] : [])));
  const roles = BUDGETED_ROLES.filter((role) => batched[role] > 0);
  return {
    calls,
    retries,
    tokens,
    usd,
    usdByRole: pickAbove0(usdByRole),
    batched: pickAbove0(batched),
    costNotes: describeBatchPrices(configs, roles),
  };
}

/** What was used and what it cost, by role, in one line; then how costs were computed where a price is missing. */
export function renderCosts({ calls, usd, usdByRole, batched, costNotes }: EvaluationCosts): string {
  const inBatches = sumCounts(batched);
  const parts = Object.entries(formatParts(usdByRole, usd, 4)).map(([role, part]) => `${role} ${part}`);
  const cost = usd > 0 ? ` · ${usd.toFixed(4)} USD${parts.length > 1 ? ` (${parts.join(', ')})` : ''}` : '';
  const share = inBatches > 0 ? `, ${inBatches} of them in batches` : '';
  return [`${sumCounts(calls)} calls${share}${cost}`, ...costNotes].join('\n');
}
