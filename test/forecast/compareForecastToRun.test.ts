import { expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareForecastToRun } from '../../forecast/compareForecastToRun.ts';
import { planRun } from '../../forecast/planRun.ts';
import { renderPlan } from '../../forecast/renderPlan.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import { makeStrictServer, runOptimize } from '../run/strictServer.ts';

/** A judge of digits alone, which explains only what is rewritten. */
const SCORES_ALONE = ['judge.scoring=expected', 'judge.remarks=when-rewritten'];

/** Runs a config on simulated models and forecasts the run from its answers. */
async function compare(...set: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-plan-'));
  await optimize({ config: loadConfig({ roles: { optimizer: 'simulated' }, set }), folder });
  return compareForecastToRun(folder);
}

it.each([
  ['default', 'beam'],
  ['reference', 'beam'],
  ['default', 'greedy'],
  ['default', 'monte-carlo'],
  ['default', 'best-of-n'],
  ['default', 'mcts'],
])(
  'a forecast of the preset %s with the strategy %s has the calls of a finished run within 5 %% and in its range, and the tokens within 15 %%',
  async (preset, strategy) => {
    const out = mkdtempSync(join(tmpdir(), 'drpo-plan-'));
    const config = loadConfig({
      roles: { optimizer: 'simulated' },
      set: [`preset=${preset}`, `search.strategy=${strategy}`],
    });
    const range = await planRun(config);
    await optimize({ config, folder: out });
    const { forecast, actual } = await compareForecastToRun(out);
    expect(Math.abs(forecast.calls.total / actual.calls.total - 1)).toBeLessThan(0.05);
    expect(Math.abs(forecast.tokens.total / actual.tokens.total - 1)).toBeLessThan(0.15);
    expect(actual.calls.total).toBeGreaterThanOrEqual(range.least.calls.total);
    expect(actual.calls.total).toBeLessThanOrEqual(range.most.calls.total);
  },
);

it.each([[[]], [['rewards.mode=static']], [['models.proofJudge=simulated', 'final.share=0.5']], [['judge.samples=2']]])(
  'a forecast of a judge that explains only what is rewritten has the calls and tokens of each role, with %j',
  async (more) => {
    const small = ['search.depth=8', 'queries.limit=30'];
    const { forecast, actual } = await compare(...SCORES_ALONE, ...small, ...more);
    expect(forecast.calls).toEqual(actual.calls);
    const { total: _, ...roles } = actual.tokens;
    for (const [role, { input, output }] of Object.entries(roles)) {
      const planned = Object.entries(forecast.tokens).find(([name]) => name === role)?.[1];
      if (typeof planned !== 'object') throw new Error(`no forecast of ${role}`);
      expect(Math.abs(planned.input - input)).toBeLessThanOrEqual(0.1 * input);
      expect(Math.abs(planned.output - output)).toBeLessThanOrEqual(0.35 * output + 120);
    }
  },
);

it('the forecast cost of a panel is at the prices of its judges, and has a row for the judge that only proves', async () => {
  const price = (input: number): string => JSON.stringify({ provider: 'simulated', price: { input, output: 0 } });
  const config = loadConfig({
    roles: { optimizer: 'simulated' },
    set: [`models.judge=${price(1)}`, `judge.panel=[${price(3)}]`, `models.proofJudge=${price(5)}`],
  });
  const plan = await planRun(config);
  const { tokens, usdByRole, usd } = plan.expected;
  expect(usdByRole.judge).toBeCloseTo((tokens.judge.input * 2) / 1e6, 12);
  expect(usdByRole.proofJudge).toBeCloseTo((tokens.proofJudge.input * 5) / 1e6, 12);
  expect(usd).toBeCloseTo((usdByRole.judge ?? 0) + (usdByRole.proofJudge ?? 0), 12);
  expect(renderPlan(plan, 1)).toMatch(
    /^ {2}judge +[\d.]+ +[\d.]+ +[\d.]+\n {2}proofJudge +[\d.]+ +[\d.]+ +[\d.]+\ntime/m,
  );
});

it('a run whose judge gave no odds is forecast as one that was asked for points', async () => {
  const { url } = await makeStrictServer({ givesLogprobs: false });
  const judge = { scoring: 'expected', remarks: 'when-rewritten', reliabilityChecks: 0 };
  const { out, status } = await runOptimize(url, { judge, final: null });
  expect(status).toBe(0);
  const { forecast, actual } = await compareForecastToRun(out);
  // the request that showed that there are none is the only one more
  expect(forecast.calls).toEqual({ ...actual.calls, judge: actual.calls.judge - 1, total: actual.calls.total - 1 });
});
