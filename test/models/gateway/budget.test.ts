import { describe, expect, it } from '@jest/globals';
import { computeUsageCost } from '../../../models/gateway/budget.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import { createMemoryStore } from '../../../models/cache/createMemoryStore.ts';
import { gate, httpError, scripted } from '../fake.ts';
import { isError } from '../../../state/failure.ts';

const nameOf = (error: unknown): string => (isError(error) ? error.name : String(error));
const names = (settled: PromiseSettledResult<unknown>[]): string[] =>
  settled.map((s) => (s.status === 'fulfilled' ? 'ok' : nameOf(s.reason)));
const count = (all: string[], name: string): number => all.filter((n) => n === name).length;
const many = (n: number, ask: (i: number) => Promise<unknown>): Promise<PromiseSettledResult<unknown>[]> =>
  Promise.allSettled(Array.from({ length: n }, (_, i) => ask(i)));

describe('a budget of calls', () => {
  it('it is used up and never exceeded with 64 calls in flight', async () => {
    const transport = scripted(async () => (await new Promise((resolve) => setTimeout(resolve, 1)), {}));
    const gateway = new Gateway({ concurrency: 64, budget: { calls: 100 } });
    const model = gateway.manage('base', transport);
    const settled = names(await many(300, (i) => model.invoke(`q${i}`)));
    expect([transport.sent.length, count(settled, 'ok'), count(settled, 'BudgetExceededError')]).toEqual([
      100, 100, 200,
    ]);
  });

  it('it counts retries, and every role except embeddings', async () => {
    const failing = scripted(() => {
      throw httpError(500);
    });
    const gateway = new Gateway({ budget: { calls: 3 }, random: () => 0 });
    const embed = gateway.manage('embeddings', { ...scripted(() => ({ texts: ['AACAPw=='] })), kind: 'embeddings' });
    await embed.embedQuery('q');
    await gateway
      .manage(
        'base',
        scripted(() => ({})),
      )
      .invoke('q');
    await expect(gateway.manage('judge', failing).invoke('judge this')).rejects.toMatchObject({
      name: 'BudgetExceededError',
      which: 'calls',
    });
    expect(failing.sent).toHaveLength(2);
    expect(await embed.embedQuery('r')).toEqual([1]);
  });

  it('it counts requests that were in flight when a process was killed, because they may have been answered', async () => {
    const kept: Parameters<ReturnType<typeof createMemoryStore>['append']>[0][] = [];
    const store = createMemoryStore();
    const recording = { ...store, append: (r: (typeof kept)[number]) => (kept.push(r), store.append(r)) };
    const hanging = scripted((_, i) => (i === 0 ? {} : new Promise<never>(() => undefined)));
    const killed = new Gateway({ store: recording, budget: { calls: 5 } }).manage('base', hanging);
    await killed.invoke('first');
    for (const text of ['second', 'third']) void killed.invoke(text).catch(() => undefined);
    while (hanging.sent.length < 3) await new Promise((next) => setImmediate(next));

    const answering = scripted(() => ({}));
    const resumed = { ...store, replay: (each: (r: (typeof kept)[number]) => void) => [...kept].forEach(each) };
    const gateway = new Gateway({ store: resumed, budget: { calls: 5 } });
    expect(gateway.getUsageTotals()).toMatchObject({ sent: { base: 3 }, failed: { base: { aborted: 2 } } });
    const model = gateway.manage('base', answering);
    const settled = names(await many(4, (i) => model.invoke(`q${i}`)));
    expect([answering.sent.length, count(settled, 'ok')]).toEqual([2, 2]);
  });

  it('it counts what earlier sessions sent, failures included', async () => {
    const store = createMemoryStore();
    const kept: Parameters<typeof store.append>[0][] = [];
    const recording = { ...store, append: (r: (typeof kept)[number]) => (kept.push(r), store.append(r)) };
    const transport = scripted((_, i) => {
      if (i === 0) throw httpError(500);
      return {};
    });
    await new Gateway({ store: recording, budget: { calls: 4 }, random: () => 0 })
      .manage('base', transport)
      .invoke('q');
    const resumed = { ...store, replay: (each: (r: (typeof kept)[number]) => void) => kept.forEach(each) };
    const gateway = new Gateway({ store: resumed, budget: { calls: 4 } });
    expect(gateway.getUsageTotals()).toMatchObject({
      calls: { base: 1 },
      sent: { base: 2 },
      retries: { base: { server: 1 } },
      cached: { base: 0 },
      tokens: { base: { input: 10, output: 5 } },
    });
    const model = gateway.manage('base', transport);
    await model.invoke('q');
    const settled = names(await many(5, (i) => model.invoke(`new ${i}`)));
    expect(settled.toSorted()).toEqual([
      'BudgetExceededError',
      'BudgetExceededError',
      'BudgetExceededError',
      'ok',
      'ok',
    ]);
  });

  it('requests in flight end, and their answers are kept', async () => {
    const { opened, open } = gate();
    const transport = scripted(async () => (await opened, {}));
    const gateway = new Gateway({ budget: { calls: 2 } });
    const model = gateway.manage('base', transport);
    const settled = many(3, (i) => model.invoke(`q${i}`));
    await new Promise((resolve) => setImmediate(resolve));
    open();
    expect(names(await settled)).toEqual(['ok', 'ok', 'BudgetExceededError']);
    expect((await model.invoke('q0')).text).toBe('ok');
    await expect(model.invoke('q9')).rejects.toThrow(
      'budget.calls: the next request would exceed the limit of 2 (2 spent so far); raise it and run the same command again',
    );
  });
});

describe('a budget of tokens or dollars', () => {
  const usage = { input: 100, output: 100 };

  it('it is exceeded by no more than the error of the estimate', async () => {
    const transport = scripted(async () => (await new Promise((resolve) => setTimeout(resolve, 1)), { usage }));
    const gateway = new Gateway({ concurrency: 16, budget: { tokens: 2000 } });
    const model = gateway.manage('base', transport, { maxTokens: 400 });
    const settled = names(await many(50, (i) => model.invoke('x'.repeat(400) + i)));
    expect(count(settled, 'ok')).toBe(9); // 200 tokens each, 201 expected
  });

  it('a request waits if it fits only when those in flight cost less than estimated', async () => {
    const transport = scripted(() => ({ usage: { input: 1, output: 1 } }));
    const gateway = new Gateway({ budget: { tokens: 1100 } });
    const model = gateway.manage('base', transport, { maxTokens: 4000 });
    expect(names(await many(5, (i) => model.invoke(`q${i}`)))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('dollars are counted at the role’s price', async () => {
    const transport = scripted(() => ({ usage }));
    const gateway = new Gateway({ concurrency: 1, budget: { usd: 0.00035 } });
    const model = gateway.manage('base', transport, { maxTokens: 400, price: { input: 1, output: 0 } });
    const settled = names(await many(8, (i) => model.invoke('x'.repeat(400) + i)));
    expect(count(settled, 'ok')).toBe(3);
    expect(gateway.getUsageTotals().usd).toBeCloseTo(0.0003);
  });
});

it('input from a provider’s cache costs its own price, or that of other input', () => {
  const usage = { input: 1000, cachedInput: 600, output: 100 };
  expect(computeUsageCost(usage, { input: 10, cachedInput: 1, output: 20 })).toBeCloseTo(6600e-6, 12);
  expect(computeUsageCost(usage, { input: 10, output: 20 })).toBeCloseTo(12_000e-6, 12);
  expect(computeUsageCost(usage, undefined)).toBe(0);
});

it('a budget of minutes ends by the clock, and no retry waits beyond it', async () => {
  let now = 0;
  const transport = scripted(({ prompt }) => {
    if ('messages' in prompt && prompt.messages[0]?.text === 'later')
      throw httpError(429, { headers: { 'retry-after': '90' } });
    return {};
  });
  const gateway = new Gateway({ budget: { minutes: 1 }, now: () => now });
  const model = gateway.manage('base', transport);
  await model.invoke('a');
  await expect(model.invoke('later')).rejects.toMatchObject({ name: 'BudgetExceededError', which: 'minutes' });
  now = 60_000;
  const second = new Gateway({ budget: { minutes: 1 }, now: () => now }).manage('base', transport);
  await second.invoke('b');
  now = 120_000;
  await expect(second.invoke('c')).rejects.toMatchObject({ which: 'minutes' });
});
