import { expect, it } from '@jest/globals';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { estimateRunCalls } from '../../run/estimateRunCalls.ts';
import { optimize } from '../../run/optimize.ts';
import { toGraphOptions } from '../../run/toGraphOptions.ts';
import { sumCounts } from '../../statistics/sumCounts.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const queries = Array.from({ length: 60 }, (_, i) => ({ text: `What is the number ${i} good for?`, source: 'a test' }));
const data = { queries, examples: [{ query: 'Hi?', answer: 'Hello.' }] };

const estimate = (override: Record<string, unknown>): number | null => {
  const config = loadConfig({ override: { 'models.optimizer': 'simulated', ...override } });
  return estimateRunCalls(config, resolveSearchOptions(toGraphOptions(config)), data);
};

it('is near what a search takes with its final', async () => {
  const override = { 'search.depth': 8, 'search.maxDepthIncrease': 4 };
  const expected = estimate(override) ?? Number.NaN;
  const config = loadConfig({ override: { 'models.optimizer': 'simulated', ...override } });
  const folder = mkdtempSync(join(tmpdir(), 'drpo-calls-'));
  const { calls } = await optimize({ config, queries: queries.map(({ text }) => text), folder });
  const { embeddings: _, ...asked } = calls ?? {};
  expect(sumCounts(asked) / expected).toBeGreaterThan(0.6);
  expect(sumCounts(asked) / expected).toBeLessThan(1.3);
});

it('counts the examples in, each judge, and no judge if checks alone score', () => {
  const plain = estimate({}) ?? Number.NaN;
  expect(estimate({ 'examples.rewrite': true }) ?? 0).toBeGreaterThan(plain);
  expect(estimate({ 'judge.samples': 3 }) ?? 0).toBeGreaterThan(1.5 * plain);
  const checks = [{ type: 'length', max: 20, unit: 'words' }];
  expect(estimate({ 'rewards.mode': 'checks', 'rewards.checks': checks }) ?? 0).toBeLessThan(0.6 * plain);
});

it('counts a final of its own sizes on top, and is never more than the budget', () => {
  const own = { candidates: 6, selectionQueries: 10, proof: { minQueries: 10, maxQueries: 10 } };
  const small = { 'search.depth': 4, 'search.maxDepthIncrease': 0 };
  expect(estimate({ ...small, final: own }) ?? 0).toBeGreaterThan(
    (estimate({ ...small, final: null }) ?? Infinity) + 100,
  );
  expect(estimate({ 'budget.calls': 50 })).toBe(50);
});

it('counts the cuts of a winner that is to be shortened, unless the final has too few queries for them', () => {
  const small = { 'search.depth': 4, 'search.maxDepthIncrease': 0 };
  const count = (final: object): number => estimate({ ...small, final }) ?? Number.NaN;
  const own = (maxQueries: number) => ({ candidates: 2, selectionQueries: 6, proof: { minQueries: 2, maxQueries } });
  // half of nine answers to 16 queries, with their judgements
  expect(count({ ...own(10), shorten: true }) - count(own(10))).toBe(144);
  expect(count({ ...own(5), shorten: true })).toBe(count(own(5)));
  expect(estimate({ 'final.shorten': true }) ?? 0).toBeGreaterThan((estimate({}) ?? Infinity) + 50);
});

it('is null if the strategy does not go level by level', () => {
  expect(estimate({ 'search.strategy': 'mcts' })).toBeNull();
});
