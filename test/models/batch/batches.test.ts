import { afterAll, expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../../models/cache/fileStore.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import type { GatewayEvent, GatewayOptions } from '../../../models/gateway/gatewayOptions.ts';
import { createOpenAIChat } from '../../../models/openai/openaiTransports.ts';
import { serveBatches, type BatchServer, type BatchServerOptions } from './batchServer.ts';

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

const PRICE = { input: 1, output: 2, batch: { input: 0.5, output: 1 } };
const TIMES = { collectMs: 20, firstPollMs: 5, maxPollMs: 20 };

/** A folder whose sessions ask a server in batches. */
interface Trial {
  server: BatchServer;
  events: GatewayEvent[];
  /** A session: its gateway, its answers by question, and its end as a kill would be. */
  open: (options?: GatewayOptions) => Session;
}

interface Session {
  gateway: Gateway;
  ask: (count: number, from?: number) => Promise<string[]>;
  close: () => Promise<void>;
  kill: () => void;
}

async function openTrial(options: BatchServerOptions = {}, settings: { maxRetries?: number } = {}): Promise<Trial> {
  const server = await serveBatches(options);
  closers.push(server.close);
  const path = join(mkdtempSync(join(tmpdir(), 'drpo-batch-')), 'calls.jsonl');
  const events: GatewayEvent[] = [];
  const open = (more: GatewayOptions = {}): Session => {
    const store = FileStore.open(path, { isLocked: true });
    const gateway = new Gateway({
      store,
      batchTimes: TIMES,
      random: () => 0,
      onEvent: (event) => events.push(event),
      ...more,
    });
    const transport = createOpenAIChat({ model: 'm', baseUrl: server.url, temperature: 0, output: 'text' });
    const model = gateway.manage('judge', transport, { price: PRICE, isBatched: true, ...settings });
    return {
      gateway,
      ask: (count, from = 0) =>
        Promise.all(
          Array.from({ length: count }, async (_, i) => {
            const reply = await model
              .invoke([new HumanMessage(`question ${from + i}`)])
              .catch((e: Error) => `failed: ${e.message}`);
            return typeof reply === 'string' ? reply : reply.text;
          }),
        ),
      close: async () => {
        await gateway.drain();
        store.close();
      },
      // a killed process writes nothing more; a batch that its remains here may still create is never asked for
      kill: () => store.close(),
    };
  };
  return { server, events, open };
}

const countPaid = ({ paid }: BatchServer): number => [...paid.values()].reduce((sum, n) => sum + n, 0);
const isPaidOnce = ({ paid }: BatchServer): boolean => [...paid.values()].every((n) => n === 1);
const waitFor = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !condition(); i += 1) await new Promise((done) => setTimeout(done, 5));
  expect(condition()).toBe(true);
};

it('sends the first request directly and all others as one batch, at its price', async () => {
  const { server, open } = await openTrial();
  const { gateway, ask, close } = open();
  const answers = await ask(8);
  expect(answers.every((text) => text.startsWith('An answer'))).toBe(true);
  expect([server.batches.length, server.direct(), countPaid(server)]).toEqual([1, 1, 8]);
  expect(gateway.getUsageTotals().batched.judge).toBe(7);
  // 100 tokens in and 10 out: 120 micro-dollars directly, 60 in a batch
  expect(gateway.getUsageTotals().usd).toBeCloseTo((120 + 7 * 60) / 1e6, 12);
  await close();
  const later = open();
  expect(await later.ask(8)).toEqual(answers);
  expect(countPaid(server)).toBe(8);
  await later.close();
});

it('asks again for rows that a batch loses, fails or lets expire, at last directly', async () => {
  const { server, open, events } = await openTrial({
    fate: (_, batch, row) => (batch < 2 && row < 3 ? (['lose', 'expire', 500] as const)[row]! : 'answer'),
  });
  const { gateway, ask, close } = open();
  expect((await ask(8)).filter((text) => text.startsWith('An answer'))).toHaveLength(8);
  expect([server.batches.length, server.direct(), isPaidOnce(server), countPaid(server)]).toEqual([2, 4, true, 8]);
  expect(gateway.getUsageTotals().batched.judge).toBe(4);
  expect(events.flatMap((event) => (event.type === 'batch' ? [event.step] : []))).toContain('direct');
  await close();
});

it('leaves a row without an answer as a failed call, when no attempt is left', async () => {
  const { server, open } = await openTrial(
    { fate: (_, __, row) => (row === 0 ? 'lose' : 'answer') },
    { maxRetries: 0 },
  );
  const { ask, close } = open();
  const answers = await ask(5);
  expect(answers.filter((text) => text.startsWith('failed: models.judge') || text.startsWith('failed: '))).toHaveLength(
    1,
  );
  expect(countPaid(server)).toBe(4);
  await close();
});

it('does not send the rows of a killed session again, whatever it was at', async () => {
  const stages: [string, BatchServerOptions, (server: BatchServer) => boolean][] = [
    ['uploaded', { creation: (n) => (n === 0 ? 'never' : 'answer') }, ({ log }) => log.includes('POST /batches')],
    [
      'created without an answer',
      { creation: (n) => (n === 0 ? 'silent' : 'answer') },
      ({ batches }) => batches.length > 0,
    ],
    ['waiting', { polls: 1e9 }, ({ batches }) => (batches[0]?.polls ?? 0) > 1],
    ['ended', { polls: 0 }, ({ log }) => log.some((line) => line.endsWith('/content'))],
  ];
  for (const [, options, isThere] of stages) {
    const { server, open } = await openTrial(options);
    const first = open();
    void first.ask(6);
    await waitFor(() => isThere(server));
    first.kill();
    await new Promise((done) => setTimeout(done, 60));
    server.options.polls = 1;
    const second = open();
    expect((await second.ask(6)).filter((text) => text.startsWith('An answer'))).toHaveLength(6);
    const ended = server.batches.filter(({ counts }) => counts.total > 0);
    expect([ended.length, isPaidOnce(server), countPaid(server)]).toEqual([1, true, 6]);
    const { calls, sent, batched } = second.gateway.getUsageTotals();
    expect([calls.judge, sent.judge, batched.judge]).toEqual([6, 6, 5]);
    await second.close();
  }
});

it('says what to do if the endpoint no longer knows a batch, and sends nothing of it again', async () => {
  const { server, open } = await openTrial({ polls: 1e9 });
  const first = open();
  void first.ask(4);
  await waitFor(() => (server.batches[0]?.polls ?? 0) > 0);
  first.kill();
  server.batches.length = 0;
  const second = open();
  const failed = (await second.ask(4)).filter((text) => text.startsWith('failed: '));
  expect(failed).toHaveLength(3);
  expect(failed[0]).toContain('no such batch; give the key of the account that sent it');
  expect([server.batches.length, server.direct()]).toEqual([0, 1]);
  await second.close();
});

it('fetches the answers of a batch also when the next session sends none', async () => {
  const { server, open } = await openTrial({ polls: 1e9 });
  const first = open();
  void first.ask(4);
  await waitFor(() => (server.batches[0]?.polls ?? 0) > 0);
  first.kill();
  server.options.polls = 0;
  const { gateway, close } = open();
  const transport = createOpenAIChat({ model: 'm', baseUrl: server.url, temperature: 0, output: 'text' });
  const model = gateway.manage('judge', transport, { price: PRICE });
  const replies = await Promise.all([0, 1, 2, 3].map((i) => model.invoke([new HumanMessage(`question ${i}`)])));
  expect([replies.length, isPaidOnce(server), server.direct()]).toEqual([4, true, 1]);
  await close();
});

it('counts the rows of a running batch against the budget of the next session, once', async () => {
  const { server, open } = await openTrial({ polls: 1e9 });
  const first = open({ budget: { calls: 6 } });
  void first.ask(6);
  await waitFor(() => (server.batches[0]?.polls ?? 0) > 0);
  first.kill();
  server.options.polls = 0;
  const second = open({ budget: { calls: 6 } });
  const answers = await second.ask(7);
  expect(answers.filter((text) => text.startsWith('An answer'))).toHaveLength(6);
  expect(answers.filter((text) => text.includes('budget.calls'))).toHaveLength(1);
  expect(countPaid(server)).toBe(6);
  await second.close();
});

it('reserves what a batch may cost before it is sent', async () => {
  const { server, open } = await openTrial();
  // each request is estimated at 4 tokens in and 512 out: 0.0005 dollars in a batch
  const { ask, close } = open({ budget: { usd: 0.0035 } });
  const answers = await ask(12);
  expect(server.batches.length).toBeGreaterThan(0);
  expect(
    answers.filter((text) => text.startsWith('An answer')).length +
      answers.filter((text) => text.includes('budget.usd')).length,
  ).toBe(12);
  expect(countPaid(server) * 60e-6).toBeLessThan(0.0035);
  await close();
});

it('leaves a running batch to the provider when it is stopped', async () => {
  const { server, open } = await openTrial({ polls: 1e9 });
  const first = open();
  const answers = first.ask(5);
  await waitFor(() => (server.batches[0]?.polls ?? 0) > 0);
  expect(first.gateway.runningBatches).toBe(1);
  const started = performance.now();
  await first.gateway.stop(60_000);
  expect((await answers).filter((text) => text.startsWith('failed'))).toHaveLength(4);
  await first.close();
  expect(performance.now() - started).toBeLessThan(5000);
  server.options.polls = 0;
  const second = open();
  expect((await second.ask(5)).filter((text) => text.startsWith('An answer'))).toHaveLength(5);
  expect([isPaidOnce(server), countPaid(server), second.gateway.getUsageTotals().sent.judge]).toEqual([true, 5, 5]);
  await second.close();
});

it('learns from the first request what the endpoint refuses, so that no batch is refused', async () => {
  const { server, open } = await openTrial({ refuses: (body) => ('temperature' in body ? 'temperature' : undefined) });
  const { ask, close } = open();
  expect((await ask(5)).filter((text) => text.startsWith('An answer'))).toHaveLength(5);
  expect([server.batches.length, server.batches[0]?.counts.completed]).toEqual([1, 4]);
  await close();
});

it('ends with one line when the endpoint refuses a batch, and the next session sends it anew', async () => {
  for (const [way, rows] of [
    ['refuse', 3],
    ['invalid', 2],
  ] as const) {
    const { server, open } = await openTrial({ creation: (n) => (n === 0 ? way : 'answer') });
    const first = open();
    const answers = await first.ask(4);
    const failed = answers.filter((text) => text.startsWith('failed: '));
    expect(failed).toHaveLength(3);
    expect(failed[0]).toMatch(way === 'refuse' ? /billing hard limit/ : /no such model/);
    await first.close();
    const second = open();
    expect((await second.ask(4)).filter((text) => text.startsWith('An answer'))).toHaveLength(4);
    expect([isPaidOnce(server), server.batches.at(-1)?.counts.completed]).toEqual([true, rows]);
    await second.close();
  }
});
