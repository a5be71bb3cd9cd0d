import { expect, it } from '@jest/globals';
import { createStrictServer, runOptimize, type StrictRule } from './strictServer.ts';

const LESS = { final: null, judge: { reliabilityChecks: 0 }, search: { depth: 2, maxDepthIncrease: 0, actions: 2 } };

async function listLimits(more: object = {}, ...rules: StrictRule[]) {
  const { url, seen } = await createStrictServer(...rules);
  const { status, readResult } = await runOptimize(url, { ...LESS, ...more });
  const limits = (role: string): number[] =>
    seen.flatMap(({ body }) => (body['model'] === role ? [Number(body['max_tokens'])] : []));
  return { status, readResult, limits };
}

it('the reward model and the judge get a limit that fits their replies, base model and optimizer the whole one', async () => {
  const { status, limits, readResult } = await listLimits();
  expect(status).toBe(0);
  expect(new Set(limits('reward'))).toEqual(new Set([1024]));
  const aspects = readResult().nodes.map((node) => node.aspects.length);
  expect(limits('judge').every((limit) => aspects.some((count) => limit === 256 + 240 * count))).toBe(true);
  expect(new Set([...limits('base'), ...limits('optimizer')])).toEqual(new Set([2048]));
});

it('a limit of the user’s own is sent as it is', async () => {
  const { limits } = await listLimits({ role: { maxTokens: 1900 } });
  expect(new Set([...limits('reward'), ...limits('judge')])).toEqual(new Set([1900]));
});

it('a judge that thinks gets the whole limit: the reply that was cut is asked for again, and no other', async () => {
  const thinks: StrictRule = (body) =>
    body['model'] === 'judge' &&
    Number(body['max_tokens']) < 2048 && {
      choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant', content: '<think>The user' } }],
    };
  const plain = await listLimits({ concurrency: 1 });
  const { status, limits, readResult } = await listLimits({ concurrency: 1 }, thinks);
  expect(status).toBe(0);
  expect(limits('judge').filter((limit) => limit < 2048).length).toBe(1);
  expect(limits('judge').length).toBe(plain.limits('judge').length + 1);
  expect(readResult().nodes).toEqual(plain.readResult().nodes);
});

it('the preset "reference" sends one limit to every role', async () => {
  const { limits } = await listLimits({ preset: 'reference' });
  expect(new Set([...limits('reward'), ...limits('judge'), ...limits('base')])).toEqual(new Set([2048]));
});
