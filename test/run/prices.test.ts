import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeUsageCost } from '../../models/gateway/budget.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { listUnknownPrices, readPriceTable } from '../../run/config/prices.ts';
import { UserError } from '../../run/config/userError.ts';
import { optimize } from '../../run/optimize.ts';
import { serve } from '../models/fake.ts';

const write = (value: unknown): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'drpo-prices-')), 'prices.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};
const load = (set: readonly string[], optimizer: string) => loadConfig({ roles: { optimizer }, set: [...set] });

describe('the table of prices', () => {
  it('is small, dated, and has plain prices of chat models', () => {
    const file = join(import.meta.dirname, '../../data/prices.json');
    expect(statSync(file).size).toBeLessThan(150_000);
    const { date, source } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    expect(`${source} ${date}`).toMatch(/^litellm \d+\.\d+\.\d+ \d{4}-\d\d-\d\d$/);
    const { models } = readPriceTable();
    expect(Object.keys(models).length).toBeGreaterThan(500);
    for (const { input, output, cachedInput = 0 } of Object.values(models)) {
      expect(input + output).toBeGreaterThan(0);
      expect(Math.max(input, output, cachedInput)).toBeLessThan(1000);
    }
  });

  it('gives a known service’s models their prices, and no model at an address of its own', () => {
    const { models } = load(['models.base.model=gpt-4o-mini'], 'gpt-5-mini');
    expect(models.base.price).toEqual(readPriceTable().models['openai/gpt-4o-mini']);
    expect(models.judge.price).toEqual(readPriceTable().models['openai/gpt-5-mini']);
    expect(load([], 'gpt-5-mini@http://127.0.0.1:9/v1').models.base.price).toBeUndefined();
    const elsewhere = load([], 'deepseek-chat@https://api.deepseek.com/v1').models.judge.price;
    expect(elsewhere).toEqual(readPriceTable().models['deepseek/deepseek-chat']);
  });

  it('yields to a price in the config and to a table of the user’s, which names models at any address', () => {
    const own = write({ models: { local: { input: 1, output: 2, reasoning: 3 } } });
    const set = [`prices=${own}`, 'models.judge.model=gpt-5-mini', 'models.reward.price={"input":7,"output":8}'];
    const { models } = load(set, 'local@http://127.0.0.1:9/v1');
    expect(models.base.price).toEqual({ input: 1, output: 2, reasoning: 3 });
    expect(models.reward.price).toEqual({ input: 7, output: 8 });
    expect(models.judge.price).toBeUndefined();
  });

  it('may begin with a mark of the byte order', () => {
    const own = write({ models: { local: { input: 1, output: 2 } } });
    writeFileSync(own, `\uFEFF${readFileSync(own, 'utf8')}`);
    expect(readPriceTable(own).models).toEqual({ local: { input: 1, output: 2 } });
  });

  it('names the models of a service that it does not know, and those that the user’s table lacks', () => {
    const config = load(['models.judge.model=gpt-99'], 'gpt-5-mini');
    expect(listUnknownPrices(config, {})).toEqual([['models.judge', 'gpt-99']]);
    const own = `prices=${write({ models: { local: { input: 1, output: 2 } } })}`;
    expect(listUnknownPrices(load([own, 'models.reward.model=other'], 'local@http://127.0.0.1:9/v1'), {})).toEqual([
      ['models.reward', 'other'],
    ]);
    expect(listUnknownPrices(load([own], 'simulated'), {})).toEqual([]);
    expect(listUnknownPrices(load(['models.proofJudge.model=gpt-98'], 'gpt-5-mini'), {})).toEqual([
      ['models.proofJudge', 'gpt-98'],
    ]);
    expect(listUnknownPrices(load([], 'm@http://127.0.0.1:9/v1'), {})).toEqual([]);
  });

  it.each([['{'], ['[]'], ['{"models": {"m": {"input": -1, "output": 1}}}'], ['{"models": {"m": {"output": 1}}}']])(
    'is refused if it is %s',
    (text) => {
      expect(() => load([`prices=${write(text)}`], 'simulated')).toThrow(/^prices: expected/);
    },
  );
});

it.each([
  ['{', ', which is no JSON'],
  ['[]', '; the file: expected an object, got []'],
  ['{"m": {}}', '; models: expected an object, got nothing'],
  ['{"models": {"m": {"input": "1", "output": 1}}}', '; models.m.input: expected a number, got "1"'],
  [
    '{"models": {"m": {"input": 1, "output": 1, "cached": 1}}}',
    '; models.m.cached: unknown key. Did you mean models.m.cachedInput?',
  ],
])('a table of prices that is %s is refused in one line that says where', (text, where) => {
  const file = write(text);
  const expected = 'expected {"models": {"MODEL": {"input": …, "output": …}}} in USD per million tokens';
  expect(() => load([`prices=${file}`], 'simulated')).toThrow(
    new UserError(`prices: ${expected}, got ${file}${where}`),
  );
});

it('cached input and thinking are priced apart, to the last digit', () => {
  const price = { input: 1.25, cachedInput: 0.125, output: 10, reasoning: 12 };
  const usage = { input: 1000, cachedInput: 400, output: 500, reasoning: 200 };
  // 600 * 1.25 + 400 * 0.125 + 300 * 10 + 200 * 12 = 750 + 50 + 3000 + 2400
  expect(computeUsageCost(usage, price)).toBeCloseTo(6200 / 1e6, 12);
  expect(computeUsageCost(usage, { input: 1, output: 2 })).toBeCloseTo(2000 / 1e6, 12);
  // 400 of the input were stored: 200 * 1 + 400 * 0.1 + 400 * 1.25 + 500 * 5
  const claude = { input: 1, cachedInput: 0.1, writtenInput: 1.25, output: 5 };
  expect(computeUsageCost({ ...usage, writtenInput: 400 }, claude)).toBeCloseTo(3240 / 1e6, 12);
  expect(computeUsageCost(usage, undefined)).toBe(0);
});

it('a run of calls with known usage gives the invoice to the cent, in all and by role, and ends at its budget', async () => {
  const usage = {
    prompt_tokens: 900_000,
    completion_tokens: 50_000,
    prompt_tokens_details: { cached_tokens: 300_000 },
    completion_tokens_details: { reasoning_tokens: 20_000 },
  };
  const { url } = await serve(() => ({
    id: 'x',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'An answer of some words.' } }],
    usage,
  }));
  const run = (budget: object) =>
    optimize({
      config: {
        models: {
          optimizer: 'simulated',
          base: { model: 'm', baseUrl: url, price: { input: 2, cachedInput: 0.5, output: 8, reasoning: 10 } },
        },
        rewards: { mode: 'checks', checks: [{ type: 'length', max: 2, unit: 'words' }] },
        search: { depth: 2 },
        final: null,
        budget,
      },
      queries: ['a?', 'b?', 'c?', 'd?'],
      folder: mkdtempSync(join(tmpdir(), 'drpo-invoice-')),
    });
  // a call: 0.6 * 2 + 0.3 * 0.5 + 0.03 * 8 + 0.02 * 10 = 1.2 + 0.15 + 0.24 + 0.2
  const whole = await run({});
  const calls = whole.calls?.['base'] ?? 0;
  expect(calls).toBeGreaterThan(1);
  expect(whole.usd).toBeCloseTo(calls * 1.79, 9);
  expect(whole.usdByRole).toEqual({ base: expect.closeTo(calls * 1.79, 9) });
  expect(whole.repairs).toEqual({ calls: 0, tokens: 0, share: 0 });
  const cut = await run({ usd: 1.7 });
  expect(cut.stoppedBy).toBe('budget');
  expect(cut.calls?.['base']).toBe(1);
});
