import type { Config } from '../run/config/loadConfig.ts';
import { makeAssumptions, type KnownAssumptions } from './assumptions.ts';
import { compareForecastToRun } from './compareForecastToRun.ts';
import { forecastRange } from './forecastRange.ts';
import { readPlanInput } from './planInput.ts';
import type { Plan } from './renderPlan.ts';

/** What the caller knows better (seconds a call takes; the share of queries on which prompts are kept), and a finished run to compare with. */
export interface PlanOptions extends KnownAssumptions {
  /** The folder of a finished run. */
  run?: string | undefined;
}

/** What `optimize` would take with a config. Contacts no model and nobody else. @throws UserError */
export async function planRun(config: Config, { run, ...known }: PlanOptions = {}): Promise<Plan> {
  const assumed = makeAssumptions(config, known);
  const input = await readPlanInput(config);
  return {
    data: input.description,
    ...(await forecastRange(input, assumed)),
    assumed,
    ...(run !== undefined && { run: await compareForecastToRun(run, known) }),
  };
}
