import { describe, expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import fc from 'fast-check';
import { estimateTokens } from '../../../state/estimateTokens.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import { createOpenAIChat } from '../../../models/openai/openaiTransports.ts';
import { ChoiceCounting } from '../../../models/gateway/choiceCounting.ts';
import type { TokenUsage } from '../../../models/transport.ts';
import { serve } from '../fake.ts';

const WORDS = 'steady answer clear step example reader careful simple garden number'.split(' ');
const write = (words: number, from = 0): string =>
  Array.from({ length: words }, (_, i) => WORDS[(i + from) % WORDS.length]).join(' ');

/** Asks a server for completions, once for each usage, and returns the tokens of the role. */
async function askForCompletions(
  answers: { texts: string[]; usage: object | null; finish?: string[] }[],
  settings: ConstructorParameters<typeof Gateway>[0] & {
    maxTokens?: number;
    price?: { input: number; output: number };
  } = {},
): Promise<{ tokens: TokenUsage; usd: number; errors: unknown[] }> {
  const { url } = await serve((_, i) => ({
    choices: answers[i]?.texts.map((content, index) => ({
      index,
      finish_reason: answers[i]?.finish?.[index] ?? 'stop',
      message: { role: 'assistant', content },
    })),
    usage: answers[i]?.usage,
  }));
  const { maxTokens = 2048, price, ...options } = settings;
  const gateway = new Gateway({ concurrency: 1, ...options });
  const model = gateway.manage('optimizer', createOpenAIChat({ model: 'm', baseUrl: url }), { maxTokens, price });
  const errors: unknown[] = [];
  for (const [i, { texts }] of answers.entries())
    await model
      .generate([[new HumanMessage(`${write(100)} ${i}`)]], { n: texts.length })
      .catch((error: unknown) => errors.push(error));
  const { tokens, usd } = gateway.getUsageTotals();
  return { tokens: tokens.optimizer, usd, errors };
}

const three = [write(60), write(60, 3), write(60, 6)];

describe('the usage of a request for several completions', () => {
  it('the completions that it leaves out are estimated, and marked', async () => {
    const { tokens, usd } = await askForCompletions(
      [{ texts: three, usage: { prompt_tokens: 110, completion_tokens: 60 } }],
      {
        price: { input: 0, output: 1 },
      },
    );
    expect(tokens).toEqual({ input: 110, cachedInput: 0, output: 180, reasoning: 0, estimated: 120 });
    expect(usd).toBeCloseTo(180e-6, 12);
  });

  it('it is taken as it is if it counts them all', async () => {
    const { tokens } = await askForCompletions([
      { texts: three, usage: { prompt_tokens: 110, completion_tokens: 180 } },
    ]);
    expect(tokens).toMatchObject({ output: 180, estimated: 0 });
  });

  it('it is believed if it fits neither one completion nor all', async () => {
    const { tokens } = await askForCompletions([{ texts: three, usage: { prompt_tokens: 1, completion_tokens: 1 } }]);
    expect(tokens).toMatchObject({ output: 1, estimated: 0 });
  });

  it('a count above the limit of one completion is of several', async () => {
    const [texts, usage] = [[write(10), write(10), write(10)], { prompt_tokens: 110, completion_tokens: 12 }];
    const { tokens } = await askForCompletions([{ texts, usage }], { maxTokens: 11 });
    expect(tokens).toMatchObject({ output: 12, estimated: 0 });
  });

  it('a count of just the limit is of the completion that was cut', async () => {
    const [texts, usage] = [[write(200), write(30)], { prompt_tokens: 110, completion_tokens: 200 }];
    const { tokens } = await askForCompletions([{ texts, usage, finish: ['length', 'stop'] }], { maxTokens: 200 });
    expect(tokens).toMatchObject({ output: 230, estimated: 30 });
  });

  it('thoughts that come apart from the texts are counted, and go nowhere', async () => {
    const { url } = await serve(() => ({
      choices: three.map((content, index) => ({
        index,
        finish_reason: 'stop',
        message: { role: 'assistant', content, reasoning_content: write(120, index) },
      })),
      usage: { prompt_tokens: 110, completion_tokens: 180 },
    }));
    const gateway = new Gateway();
    const model = gateway.manage('optimizer', createOpenAIChat({ model: 'm', baseUrl: url }));
    const result = await model.generate([[new HumanMessage(write(100))]], { n: 3 });
    expect(gateway.getUsageTotals().tokens.optimizer).toMatchObject({ output: 540, estimated: 360 });
    expect(JSON.stringify(result)).not.toContain(write(120));
  });

  it('a budget of tokens and one of dollars hold the estimated ones too', async () => {
    const answers = Array.from({ length: 10 }, () => ({
      texts: three,
      usage: { prompt_tokens: 110, completion_tokens: 60 },
    }));
    const price = { input: 1, output: 1 };
    for (const budget of [{ tokens: 1000 }, { usd: 1000e-6 }]) {
      const { tokens, errors } = await askForCompletions(answers, { budget, maxTokens: 400, price });
      expect(tokens.input + tokens.output).toBeGreaterThan(500);
      expect(tokens.input + tokens.output).toBeLessThanOrEqual(1000);
      expect(String(errors[0])).toContain('the next request would exceed the limit');
    }
  });
});

describe('several requests', () => {
  const tokenizers = fc.double({ min: 0.6, max: 1.8, noNaN: true });
  const lengths = fc.array(fc.array(fc.integer({ min: 20, max: 300 }), { minLength: 3, maxLength: 3 }), {
    minLength: 6,
    maxLength: 6,
  });

  it('tell a server that counts the first completion from one that counts all, with any tokenizer', () => {
    fc.assert(
      fc.property(tokenizers, lengths, fc.boolean(), (scale, requests, countsAll) => {
        const counting = new ChoiceCounting();
        let [counted, estimated, real] = [0, 0, 0];
        for (const words of requests) {
          const texts = words.map((n, i) => write(n, i));
          const each = texts.map((text) => Math.round(scale * estimateTokens(text)));
          const all = each.reduce((sum, n) => sum + n, 0);
          const output = countsAll ? all : (each[0] ?? 0);
          const input = Math.round(scale * 100) + 8;
          const reply = { texts, finish: [], usage: { input, output } };
          const prompt = { text: write(100) };
          counted += output;
          estimated += counting.estimateUncounted('m', { prompt }, reply, output, null);
          real += all;
        }
        const factor = (counted + estimated) / real;
        expect(factor).toBeGreaterThan(0.75);
        expect(factor).toBeLessThan(1.3);
      }),
      { numRuns: 300 },
    );
  });
});
