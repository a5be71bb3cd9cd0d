import { LANGUAGE_ROLES } from '../../models/roles.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RoleRecord } from '../assumptions.ts';
import { countJudges } from '../../run/countJudges.ts';
import type { Forecast } from '../forecast.ts';
import { PROBE_SIZE } from './askProbe.ts';

/** Says what a probe of so many queries will take: its calls, and its cost if a role has a price. `expected`: what the search will take. */
export function forecastProbe(config: Config, expected: Forecast, queries: number): { calls: number; text: string } {
  const calls = countProbeCalls(config, queries);
  const total = LANGUAGE_ROLES.reduce((sum, role) => sum + calls[role], 0);
  const usd = LANGUAGE_ROLES.reduce((sum, role) => sum + calls[role] * computeUsualCost(config, expected, role), 0);
  const parts = LANGUAGE_ROLES.filter((role) => calls[role] > 0).map((role) => `${role} ${calls[role]}`);
  const cost = expected.usd === null ? '' : `, for about ${usd.toFixed(4)} USD`;
  return { calls: total, text: `The probe sends about ${total} calls (${parts.join(', ')})${cost}.` };
}

/** Counts the calls of a probe whose rewrites are usable at once. */
function countProbeCalls(config: Config, queries: number): RoleRecord<number> {
  const { rewrites, repeats } = PROBE_SIZE;
  const answers = queries * (1 + rewrites);
  const judges = config.rewards.mode === 'checks' ? 0 : countJudges(config);
  return {
    base: answers,
    reward: config.rewards.mode === 'dynamic' ? queries : 0,
    judge: judges * (answers + repeats) + Number(judges > 0 && config.judge.remarks === 'when-rewritten'),
    optimizer: 1,
    proofJudge: 0,
  };
}

/** The cost of a usual call of a role in USD. */
function computeUsualCost({ models }: Config, { calls, tokens }: Forecast, role: keyof RoleRecord<number>): number {
  const { input = 0, output = 0 } = models[role]?.price ?? {};
  return (tokens[role].input * input + tokens[role].output * output) / 1e6 / Math.max(1, calls[role]);
}
