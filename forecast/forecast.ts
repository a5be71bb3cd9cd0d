import { computeMean } from '../statistics/computeMean.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { computeUsageCost } from '../models/gateway/budget.ts';
import { BUDGETED_ROLES, type BudgetedRole } from '../models/roles.ts';
import { mapRoles, type RoleRecord, type RoleTokens } from './assumptions.ts';

/** What a search and everything around it takes. */
export interface Forecast {
  calls: RoleRecord<number> & { total: number };
  tokens: RoleTokens & { total: number };
  /** Calls that must wait for one another. */
  steps: number;
  /** Null if no role has a price. */
  usd: number | null;
  /** The same by role; null for a role without a price. */
  usdByRole: RoleRecord<number | null>;
  seconds: number;
}

export type ForecastRange = Record<'least' | 'expected' | 'most', Forecast>;

/** A forecast from counts by role. */
export function makeForecast(
  { models, judge }: Config,
  calls: RoleRecord<number>,
  tokens: RoleTokens,
  { steps, seconds }: Pick<Forecast, 'steps' | 'seconds'>,
): Forecast {
  const sum = (of: (role: BudgetedRole) => number): number =>
    BUDGETED_ROLES.reduce((total, role) => total + of(role), 0);
  const usdByRole = mapRoles((role) => {
    // the judges of a panel share their role's calls evenly
    const prices = [models[role], ...(role === 'judge' ? judge.panel : [])].map((model) => model?.price);
    const costs = prices.map((price) => computeUsageCost(tokens[role], price));
    return prices.some((price) => price !== undefined) ? (computeMean(costs) ?? null) : null;
  });
  const priced = BUDGETED_ROLES.some((role) => usdByRole[role] !== null);
  return {
    calls: { ...calls, total: sum((role) => calls[role]) },
    tokens: { ...tokens, total: sum((role) => tokens[role].input + tokens[role].output) },
    steps,
    usd: priced ? sum((role) => usdByRole[role] ?? 0) : null,
    usdByRole,
    seconds,
  };
}

/** The mean of forecasts of the same config; at least one. */
export function averageForecasts(config: Config, all: readonly Forecast[]): Forecast {
  const mean = (of: (one: Forecast) => number): number => computeMean(all.map(of)) ?? 0;
  return makeForecast(
    config,
    mapRoles((role) => mean((f) => f.calls[role])),
    mapRoles((role) => ({
      input: mean((f) => f.tokens[role].input),
      output: mean((f) => f.tokens[role].output),
    })),
    { steps: mean((f) => f.steps), seconds: mean((f) => f.seconds) },
  );
}
