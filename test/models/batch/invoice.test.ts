import { afterAll, expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEvaluationConfig } from '../../../evals/experiments/evaluationConfig.ts';
import { evaluateMethod } from '../../../evals/experiments/evaluateMethod.ts';
import { renderEvaluation } from '../../../evals/experiments/evaluationTables.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import { createOpenAIChat } from '../../../models/openai/openaiTransports.ts';
import { serveBatches, type Body } from './batchServer.ts';

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

/** In dollars for a million tokens; 1 dollar for a million is 100 millionths of a cent for a token. */
const PRICE = {
  input: 2.5,
  cachedInput: 0.25,
  writtenInput: 3,
  output: 10,
  reasoning: 12,
  batch: { input: 1.25, cachedInput: 0.13, output: 5, reasoning: 6 },
};

/** Calls as a provider reports them, and what it charges for each, in millionths of a cent, computed by hand. */
const CALLS: { usage: object; isBatched: boolean; charge: number; text?: string }[] = [
  {
    // 600,000 × 250 + 400,000 × 25 + 150,000 × 1000 + 50,000 × 1200
    usage: {
      prompt_tokens: 1_000_000,
      prompt_tokens_details: { cached_tokens: 400_000 },
      completion_tokens: 200_000,
      completion_tokens_details: { reasoning_tokens: 50_000 },
    },
    isBatched: false,
    charge: 370_000_000,
  },
  {
    // 300,000 × 250 + 100,000 × 25 + 200,000 × 300 + 10,001 × 1000
    usage: {
      input_tokens: 300_000,
      cache_read_input_tokens: 100_000,
      cache_creation_input_tokens: 200_000,
      output_tokens: 10_001,
    },
    isBatched: false,
    charge: 147_501_000,
  },
  {
    // 500,000 × 125 + 300,000 × 13 + 1 × 500 + 99,999 × 600
    usage: {
      prompt_tokens: 800_000,
      prompt_tokens_details: { cached_tokens: 300_000 },
      completion_tokens: 100_000,
      completion_tokens_details: { reasoning_tokens: 99_999 },
    },
    isBatched: true,
    charge: 126_399_900,
  },
  {
    // 123,457 × 125 + 7,001 × 500
    usage: { prompt_tokens: 123_457, completion_tokens: 7_001 },
    isBatched: true,
    charge: 18_932_625,
  },
  {
    // thought alone and no answer, which is paid as well: 50,000 × 125 + 2,000 × 600
    usage: {
      prompt_tokens: 50_000,
      completion_tokens: 2_000,
      completion_tokens_details: { reasoning_tokens: 2_000 },
    },
    isBatched: true,
    charge: 7_450_000,
    text: '',
  },
];

/** The number of a call, from its message. */
const readNumber = (body: Body): number => Number(/call (\d)/.exec(JSON.stringify(body['messages']))?.[1]);

it('charges a replay of calls with known usage what the invoice says, to the cent', async () => {
  const server = await serveBatches({
    usage: (body) => CALLS[readNumber(body)]?.usage ?? {},
    text: (body) => CALLS[readNumber(body)]?.text,
  });
  closers.push(server.close);
  const gateway = new Gateway({ batchTimes: { collectMs: 20, firstPollMs: 5 } });
  const transport = createOpenAIChat({ model: 'm', baseUrl: server.url, temperature: 0, maxTokens: 250_000 });
  const ask = (isBatched: boolean): Promise<unknown>[] => {
    const model = gateway.manage('base', transport, { price: PRICE, isBatched, maxRetries: 0 });
    return CALLS.flatMap((call, i) =>
      call.isBatched === isBatched ? [model.invoke([new HumanMessage(`call ${i}`)])] : [],
    );
  };
  await Promise.all(ask(false));
  // the endpoint is known by now, so all go in one batch
  expect((await Promise.allSettled(ask(true))).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
  expect([server.batches.length, server.direct()]).toEqual([1, 2]);
  const { usd, usdByRole, batched, tokens } = gateway.getUsageTotals();
  const invoice = CALLS.reduce((sum, { charge }) => sum + charge, 0);
  expect(invoice).toBe(670_283_525);
  expect(Math.round(usd * 1e8)).toBe(invoice);
  expect([usd.toFixed(2), usdByRole.base.toFixed(2), batched.base]).toEqual(['6.70', '6.70', 2]);
  expect(tokens.base).toMatchObject({
    input: 2_573_457,
    cachedInput: 800_000,
    writtenInput: 200_000,
    output: 319_002,
    reasoning: 151_999,
  });
});

it('says in the result and in the summary what the provider charged, by role and with the share of batches', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'drpo-invoice-'));
  const instructions = join(dir, 'instructions.json');
  writeFileSync(instructions, JSON.stringify(Array.from({ length: 6 }, (_, i) => `How do tides work, part ${i}?`)));
  let charged = 0;
  const server = await serveBatches({
    polls: 0,
    usage: (body) => {
      const isJudge = 'response_format' in body;
      const [input, cached, output, thought] = isJudge ? [90_007, 40_001, 3_003, 1_001] : [20_011, 0, 8_009, 0];
      // the first request of each role is sent directly
      const isDirect = server.log.at(-1) === 'POST /chat/completions';
      const rates = isDirect ? [250, 25, 1000, 1200] : [125, 13, 500, 600];
      const parts = [input - cached, cached, output - thought, thought];
      charged += parts.reduce((sum, tokens, i) => sum + tokens * (rates[i] ?? 0), 0);
      return {
        prompt_tokens: input,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens: output,
        completion_tokens_details: { reasoning_tokens: thought },
      };
    },
  });
  closers.push(server.close);
  const config = loadEvaluationConfig(
    { roles: { optimizer: `m@${server.url}` }, set: [`models.optimizer.price=${JSON.stringify(PRICE)}`] },
    { method: 'base' },
  );
  const out = join(dir, 'out');
  const { outcome } = await evaluateMethod(config, { method: 'base', instructions, out, batch: true, screen: null });
  expect(outcome).toMatchObject({ n: 6, unreadable: 0, batched: { base: 5, judge: 5 }, costNotes: [] });
  expect(Math.round(outcome.usd * 1e8)).toBe(charged);
  // by hand, in millionths of a cent. base: 20,011 × 250 + 8,009 × 1000 = 13,011,750 directly, half of it in a batch.
  // judge: 50,006 × 250 + 40,001 × 25 + 2,002 × 1000 + 1,001 × 1200 = 16,704,725 directly, and
  // 50,006 × 125 + 40,001 × 13 + 2,002 × 500 + 1,001 × 600 = 8,372,363 in a batch.
  expect(charged).toBe(13_011_750 + 5 * 6_505_875 + 16_704_725 + 5 * 8_372_363);
  const saved = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as { usd: number };
  expect(saved.usd.toFixed(2)).toBe('1.04');
  expect(renderEvaluation(outcome)).toContain(
    '12 calls, 10 of them in batches · 1.0411 USD (base 0.4554, judge 0.5857)',
  );
});

it('says that batches are counted at the full price when no other is known', async () => {
  const server = await serveBatches({ polls: 0 });
  closers.push(server.close);
  const dir = mkdtempSync(join(tmpdir(), 'drpo-invoice-'));
  const instructions = join(dir, 'instructions.json');
  writeFileSync(instructions, JSON.stringify(['How do tides work?', 'Plan a picnic.', 'Name a river.']));
  const set = ['models.optimizer.price={"input":1,"output":2}'];
  const config = loadEvaluationConfig({ roles: { optimizer: `m@${server.url}` }, set }, { method: 'base' });
  const options = { method: 'base' as const, instructions, out: join(dir, 'out'), screen: null };
  const { outcome } = await evaluateMethod(config, { ...options, batch: 'judge' });
  expect(outcome.batched).toEqual({ judge: 2 });
  expect(outcome.costNotes).toEqual([expect.stringMatching(/^models\.judge \(m\): no price of batches is known/)]);
  expect(outcome.usd).toBeCloseTo((6 * 120) / 1e6, 12);
});
