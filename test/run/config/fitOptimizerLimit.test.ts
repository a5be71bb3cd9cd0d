import { expect, it } from '@jest/globals';
import { loadConfig } from '../../../run/config/loadConfig.ts';

const optimizer = { model: 'm', baseUrl: 'http://127.0.0.1:9/v1' };
const long = 'Explain what the policy says about this case, and what happens next.\n'.repeat(135); // 9 KB
const load = (override: Record<string, unknown>) =>
  loadConfig({ override: { 'models.optimizer': optimizer, ...override } });

it('a long first prompt raises the optimizer’s limit of tokens, and no other role’s', () => {
  expect(load({}).models.optimizer.maxTokens).toBe(2048);
  const { models } = load({ initialPrompt: long });
  expect(models.optimizer.maxTokens).toBeGreaterThan(2800);
  expect([models.base.maxTokens, models.judge.maxTokens, models.reward.maxTokens]).toEqual([2048, 2048, 2048]);
  expect(load({ initialPrompt: long, preset: 'reference' }).models.optimizer.maxTokens).toBe(2048);
});

it('a limit of the user’s own stays, unless it would cut every rewrite', () => {
  const withLimit = (maxTokens: number | null) => ({
    initialPrompt: long,
    'models.optimizer': { ...optimizer, maxTokens },
  });
  expect(load(withLimit(2500)).models.optimizer.maxTokens).toBe(2500);
  expect(load(withLimit(null)).models.optimizer.maxTokens).toBeNull();
  expect(() => load(withLimit(1024))).toThrow(
    /^models.optimizer.maxTokens: expected at least \d+, .* got 1024; raise it/,
  );
});
