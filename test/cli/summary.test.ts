import { expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderSummary } from '../../cli/summary.ts';
import { optimize } from '../../run/optimize.ts';

it('the cost of the roles in the summary adds up to that of the run', async () => {
  const price = { input: 1, output: 1 };
  const model = { provider: 'simulated' as const, price };
  const result = await optimize({
    config: {
      models: { optimizer: model, base: model, reward: model, judge: model },
      search: { depth: 2 },
      queries: { limit: 6 },
      final: null,
    },
    folder: mkdtempSync(join(tmpdir(), 'drpo-summary-')),
  });
  // a third of a unit of the last digit each, which rounding alone would lose
  const usdByRole = { base: 0.10003, reward: 0.10003, judge: 0.10004, optimizer: 0.2 };
  for (const outcome of [result, { ...result, usd: 0.5001, usdByRole }]) {
    const text = renderSummary({ outcome, folder: result.folder, exitCode: 0 });
    const [, whole = '', parts = ''] = /· ([\d.]+) USD \((.*?)\)/.exec(text) ?? [];
    const units = [...parts.matchAll(/[\d.]+/g)].map(([part]) => Math.round(Number(part) * 1e4));
    expect(units.length).toBe(4);
    expect(units.reduce((sum, part) => sum + part, 0)).toBe(Math.round(Number(whole) * 1e4));
  }
});
