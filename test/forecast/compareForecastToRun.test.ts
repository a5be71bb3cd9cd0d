import { expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareForecastToRun } from '../../forecast/compareForecastToRun.ts';
import { planRun } from '../../forecast/planRun.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';

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
