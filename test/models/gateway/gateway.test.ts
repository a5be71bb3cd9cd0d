import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { AIMessage } from '@langchain/core/messages';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Gateway } from '../../../models/gateway/gateway.ts';
import { FileStore } from '../../../models/cache/fileStore.ts';
import { createMemoryStore } from '../../../models/cache/createMemoryStore.ts';
import { gate, httpError, scripted } from '../fake.ts';

const root = mkdtempSync(join(tmpdir(), 'drpo-gateway-'));
afterAll(() => rmSync(root, { recursive: true }));

/** No wait is longer than 50 ms. */
const quick = { random: () => 0 };
const texts = (result: { generations: { text: string }[][] }): string[] =>
  (result.generations[0] ?? []).map((g) => g.text);

describe('answers', () => {
  it('the same request is sent once, and each of its samples once', async () => {
    const transport = scripted((_, i) => ({ texts: [`answer ${i}`] }));
    const gateway = new Gateway();
    const model = gateway.manage('judge', transport);
    const asked = [
      await model.invoke('q'),
      await model.invoke('q'),
      await model.invoke('q', { sample: 1 }),
      await model.invoke('q', { stop: ['x'] }),
    ];
    expect(asked.map((m) => m.text)).toEqual(['answer 0', 'answer 0', 'answer 1', 'answer 2']);
    expect(gateway.getUsageTotals()).toMatchObject({
      calls: { judge: 3 },
      sent: { judge: 3 },
      cached: { judge: 1 },
      tokens: { judge: { input: 30, output: 15 } },
    });
  });

  it('what corrections of replies take is counted apart, also after a resume', async () => {
    const file = join(root, 'repairs', 'calls.jsonl');
    const store = FileStore.open(file);
    const gateway = new Gateway({ store });
    const model = gateway.manage(
      'judge',
      scripted(() => ({})),
    );
    await model.invoke('q');
    await model.invoke('q, once more', { repair: 1 });
    const repairs = { calls: 1, tokens: 15 };
    expect(gateway.getUsageTotals().repairs).toEqual(repairs);
    store.close();
    expect(new Gateway({ store: FileStore.open(file) }).getUsageTotals().repairs).toEqual(repairs);
  });

  it('equal requests in flight share one call', async () => {
    const { opened, open } = gate();
    const transport = scripted(async () => (await opened, {}));
    const model = new Gateway().manage('base', transport);
    const all = Promise.all(Array.from({ length: 20 }, () => model.invoke('q')));
    open();
    expect((await all).map((m) => m.text)).toEqual(Array.from({ length: 20 }, () => 'ok'));
    expect(transport.sent).toHaveLength(1);
  });

  it('an answer is kept even if every caller has left', async () => {
    const { opened, open } = gate();
    const transport = scripted(async () => (await opened, {}));
    const gateway = new Gateway();
    const model = gateway.manage('base', transport);
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [model.invoke('q', { signal: one.signal }), model.invoke('q', { signal: two.signal })];
    const settled = Promise.allSettled(asked);
    await new Promise((resolve) => setImmediate(resolve));
    one.abort();
    two.abort();
    expect((await settled).map((s) => s.status)).toEqual(['rejected', 'rejected']);
    open();
    await gateway.drain();
    expect((await model.invoke('q')).text).toBe('ok');
    expect(transport.sent).toHaveLength(1);
  });

  it('tokens are reported once, and none for an answer from the cache', async () => {
    const model = new Gateway().manage(
      'optimizer',
      scripted(({ n }) => ({
        texts: Array.from({ length: n }, (_, i) => `t${i}`),
        finish: ['stop', 'length', 'stop'],
      })),
    );
    const fresh = await model.generate(
      [['q']].map(() => []),
      { n: 3 },
    );
    const kept = await model.generate([[]], { n: 3 });
    const usage = (result: typeof fresh): unknown[] =>
      (result.generations[0] ?? []).map((g) =>
        'message' in g && AIMessage.isInstance(g.message) ? g.message.usage_metadata : null,
      );
    expect(usage(fresh)).toEqual([{ input_tokens: 10, output_tokens: 5, total_tokens: 15 }, undefined, undefined]);
    expect(usage(kept)).toEqual([undefined, undefined, undefined]);
    expect(fresh.generations[0]?.map((g) => g.generationInfo?.['finish_reason'])).toEqual(['stop', 'length', 'stop']);
  });

  it('a shared store serves another gateway at no cost', async () => {
    const [store, shared] = [createMemoryStore(), createMemoryStore()];
    const transport = scripted(() => ({}));
    await new Gateway({ store, shared }).manage('base', transport).invoke('q');
    const other = new Gateway({ shared });
    await other.manage('base', transport).invoke('q');
    expect(transport.sent).toHaveLength(1);
    expect(other.getUsageTotals()).toMatchObject({
      calls: { base: 1 },
      sent: { base: 0 },
      cached: { base: 1 },
      tokens: { base: { input: 0 } },
    });
  });
});

describe('choices', () => {
  const n = 3;

  it('they come from one request if the endpoint returns several', async () => {
    const transport = scripted(() => ({ texts: ['a', 'b', 'c'] }));
    expect(texts(await new Gateway().manage('optimizer', transport).generate([[]], { n }))).toEqual(['a', 'b', 'c']);
    expect(transport.sent).toHaveLength(1);
  });

  it('missing ones are requested one by one, and n is not tried again', async () => {
    const transport = scripted((_, i) => ({ texts: [`t${i}`] }));
    const gateway = new Gateway();
    const model = gateway.manage('optimizer', transport);
    expect(texts(await model.generate([[]], { n }))).toEqual(['t0', 't1', 't2']);
    expect(texts(await model.generate([[]], { n, sample: 1 }))).toEqual(['t3', 't4', 't5']);
    expect(transport.sent.map((r) => r.n)).toEqual([3, 1, 1, 1, 1, 1]);
    expect(texts(await model.generate([[]], { n }))).toEqual(['t0', 't1', 't2']);
    expect(gateway.getUsageTotals().calls.optimizer).toBe(6);
  });

  it.each([400, 422])('they are requested one by one if n is refused with %d', async (status) => {
    const transport = scripted((request, i) => {
      if (request.n > 1) throw httpError(status);
      return { texts: [`t${i}`] };
    });
    const gateway = new Gateway(quick);
    const model = gateway.manage('optimizer', transport);
    expect(texts(await model.generate([[]], { n }))).toEqual(['t1', 't2', 't3']);
    expect(texts(await model.generate([[]], { n, sample: 1 }))).toHaveLength(3);
    expect(transport.sent.map((r) => r.n)).toEqual([3, 1, 1, 1, 1, 1, 1]);
    expect(gateway.getUsageTotals()).toMatchObject({
      calls: { optimizer: 6 },
      sent: { optimizer: 7 },
      retries: { optimizer: { 'bad-request': 1 } },
      failed: { optimizer: {} },
    });
  });

  it('they fail with the error of the single request', async () => {
    const transport = scripted(() => {
      throw httpError(400, { message: '400 context too long' });
    });
    const model = new Gateway(quick).manage('optimizer', transport);
    await expect(model.generate([[]], { n })).rejects.toThrow(
      'optimizer (model m at http://fake/v1) answered 400: context too long',
    );
    expect(transport.sent).toHaveLength(2);
  });

  it('after a crash, each one is found in the cache', async () => {
    const store = createMemoryStore();
    const ask = (transport: ReturnType<typeof scripted>) =>
      new Gateway({ store, ...quick }).manage('optimizer', transport).generate([[]], { n });
    const lost = scripted((request, i) => {
      if (request.n > 1 || i > 2) throw httpError(400);
      return { texts: [`t${i}`] };
    });
    expect(texts(await ask(lost))).toEqual(['t1', 't2']);
    const later = scripted(() => ({ texts: ['late'] }));
    expect(texts(await ask(later))).toEqual(['t1', 't2', 'late']);
    expect(later.sent.map((r) => [r.n, r.part])).toEqual([[1, 2]]);
  });
});

describe('failures', () => {
  it('retries are counted by kind, and the call counts once', async () => {
    const transport = scripted((_, i) => {
      if (i < 2) throw httpError(i === 0 ? 429 : 500);
      return {};
    });
    const gateway = new Gateway(quick);
    await gateway.manage('judge', transport).invoke('q');
    expect(gateway.getUsageTotals()).toMatchObject({
      calls: { judge: 1 },
      sent: { judge: 3 },
      retries: { judge: { 'rate-limit': 1, server: 1 } },
      failed: { judge: {} },
    });
  });

  it.each([
    [401, 'auth', /check the key in the environment variable KEY$/],
    [404, 'not-found', /check model and baseUrl in the config$/],
    [402, 'quota', /check the credit of your account there$/],
  ])('status %d takes the role down at once', async (status, kind, advice) => {
    const transport = scripted(
      () => {
        throw httpError(status);
      },
      { keyName: 'KEY' },
    );
    const model = new Gateway(quick).manage('judge', transport);
    await expect(model.invoke('a')).rejects.toMatchObject({
      name: 'RoleDownError',
      kind,
      message: expect.stringMatching(advice),
    });
    await expect(model.invoke('b')).rejects.toMatchObject({ name: 'RoleDownError' });
    expect(transport.sent).toHaveLength(1);
  });

  it('a refused key of a header is looked for where it is', async () => {
    const transport = scripted(
      () => {
        throw httpError(401);
      },
      { secrets: ['a-secret-of-a-header'] },
    );
    await expect(new Gateway(quick).manage('judge', transport).invoke('a')).rejects.toThrow(
      'check the environment variables that its headers and query name',
    );
  });

  it('three failed calls in a row take the role down, unless one between them succeeds', async () => {
    const failing = new Set(['a', 'b', 'c', 'd', 'e']);
    const transport = scripted(({ prompt }) => {
      if ('messages' in prompt && failing.has(prompt.messages[0]?.text ?? '')) throw httpError(500);
      return {};
    });
    const gateway = new Gateway(quick);
    const model = gateway.manage('base', transport, { maxRetries: 1 });
    const name = (text: string): Promise<string> =>
      model.invoke(text).then(
        () => 'ok',
        (error: Error) => error.name,
      );
    expect([
      await name('a'),
      await name('b'),
      await name('fine'),
      await name('c'),
      await name('d'),
      await name('e'),
      await name('fine 2'),
    ]).toEqual([
      'CallFailedError',
      'CallFailedError',
      'ok',
      'CallFailedError',
      'CallFailedError',
      'RoleDownError',
      'RoleDownError',
    ]);
    expect(transport.sent).toHaveLength(11);
    const other = gateway.manage(
      'judge',
      scripted(() => ({})),
    );
    expect((await other.invoke('q')).text).toBe('ok');
  });

  it('failures count per model: one judge that is down ends the run although another answers', async () => {
    const gateway = new Gateway(quick);
    const fine = gateway.manage(
      'judge',
      scripted(() => ({})),
    );
    const broken = scripted(
      () => {
        throw httpError(500);
      },
      { model: 'other' },
    );
    const down = gateway.manage('judge', broken, { maxRetries: 0 });
    const names: string[] = [];
    for (const text of ['a', 'b', 'c']) {
      await fine.invoke(text);
      names.push(await down.invoke(text).then(String, (error: Error) => error.name));
    }
    expect(names).toEqual(['CallFailedError', 'CallFailedError', 'RoleDownError']);
  });

  it('neither an error nor the store shows a key', async () => {
    const key = 'sk-very-secret';
    const store = FileStore.open(join(root, 'keys', 'calls.jsonl'));
    const transport = scripted(
      (_, i) => {
        if (i === 0) throw httpError(400, { message: `400 bad header Authorization: Bearer ${key} or ${key}` });
        return {};
      },
      { secrets: [key] },
    );
    const model = new Gateway({ store, ...quick }).manage('base', transport);
    const error: unknown = await model.invoke('q').catch((e: unknown) => e);
    expect(inspect(error)).toContain('answered 400');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key);
    await model.invoke('q');
    store.close();
    expect(readFileSync(join(root, 'keys', 'calls.jsonl'), 'utf8')).not.toContain(key);
  });
});

describe('pausing', () => {
  const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('no call is sent until the run continues, and answers in flight are kept', async () => {
    const { opened, open } = gate();
    const transport = scripted(async (_, i) => {
      if (i === 0) await opened;
      return {};
    });
    const gateway = new Gateway({ concurrency: 4, budget: { tokens: 1e6 } });
    const model = gateway.manage('judge', transport);
    const first = model.invoke('first');
    await tick();
    gateway.pause();
    const later = ['b', 'c', 'd'].map((q) => model.invoke(q));
    await tick();
    expect([transport.sent.length, gateway.inFlight]).toEqual([1, 1]);
    open();
    expect((await first).text).toBe('ok');
    expect([transport.sent.length, gateway.inFlight, gateway.getUsageTotals().calls.judge]).toEqual([1, 0, 1]);
    gateway.resume();
    await Promise.all(later);
    expect(transport.sent).toHaveLength(4);
  });

  it('retries and calls that wait for the budget are held back too', async () => {
    const { opened, open } = gate();
    const transport = scripted(async (_, i) => {
      await opened;
      if (i === 0) throw httpError(500);
      return {};
    });
    // room for the one reply that is expected, so that the second waits for the first to be settled
    const gateway = new Gateway({ ...quick, budget: { tokens: 1000 } });
    const model = gateway.manage('judge', transport, { maxTokens: 2400 });
    const both = [model.invoke('a'), model.invoke('b')];
    await tick();
    expect(transport.sent).toHaveLength(1);
    gateway.pause();
    open();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(transport.sent).toHaveLength(1);
    gateway.resume();
    await Promise.all(both);
    expect(transport.sent).toHaveLength(3);
  });

  it('a pause does not count as minutes of the budget', async () => {
    let now = 0;
    const gateway = new Gateway({ now: () => now, budget: { minutes: 1 } });
    const model = gateway.manage(
      'judge',
      scripted(() => ({})),
    );
    now = 50_000;
    gateway.pause();
    now = 500_000;
    gateway.resume();
    await model.invoke('q');
    now = 510_001;
    await expect(model.invoke('r')).rejects.toMatchObject({ name: 'BudgetExceededError' });
  });

  it('a paused run can be stopped', async () => {
    const gateway = new Gateway();
    const model = gateway.manage(
      'judge',
      scripted(() => ({})),
    );
    gateway.pause();
    const asked = model.invoke('q').catch((error: unknown) => error);
    await tick();
    await gateway.stop(10_000);
    expect(await asked).toMatchObject({ name: 'StoppedError' });
  });
});

describe('stopping', () => {
  it('requests in flight end, and waiting ones are refused', async () => {
    const { opened, open } = gate();
    const transport = scripted(async () => (await opened, {}));
    const gateway = new Gateway({ concurrency: 1 });
    const model = gateway.manage('base', transport);
    const settled = Promise.allSettled([model.invoke('sent'), model.invoke('waiting')]);
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = gateway.stop(10_000);
    open();
    await stopped;
    const [sent, waiting] = await settled;
    expect(sent?.status).toBe('fulfilled');
    expect(waiting).toMatchObject({ status: 'rejected', reason: { name: 'StoppedError' } });
    await expect(model.invoke('new')).rejects.toMatchObject({ name: 'StoppedError' });
    expect((await model.invoke('sent')).text).toBe('ok');
  });

  it('requests are cancelled after the grace, and waits for a retry at once', async () => {
    const transport = scripted(({ prompt }) => {
      if ('messages' in prompt && prompt.messages[0]?.text === 'limited')
        throw httpError(429, { headers: { 'retry-after': '100' } });
      return new Promise(() => undefined);
    });
    const gateway = new Gateway();
    const model = gateway.manage('base', transport);
    const settled = Promise.allSettled([model.invoke('hangs'), model.invoke('limited')]);
    while (transport.sent.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await gateway.stop(5);
    expect(await settled).toMatchObject([{ reason: { name: 'StoppedError' } }, { reason: { name: 'StoppedError' } }]);
    expect(gateway.getUsageTotals()).toMatchObject({ sent: { base: 2 }, failed: { base: { aborted: 1 } } });
  });

  it('the gateway stops by itself if the store cannot be written', async () => {
    const store = {
      ...createMemoryStore(),
      append: () => {
        throw new Error('no space left on device');
      },
    };
    const transport = scripted(() => ({}));
    const model = new Gateway({ store }).manage('base', transport);
    await expect(model.invoke('a')).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringContaining('no space left'),
    });
    await expect(model.invoke('b')).rejects.toMatchObject({ name: 'StoreError' });
    expect(transport.sent).toHaveLength(1);
  });
});
