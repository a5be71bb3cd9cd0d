import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { Gateway } from '../../../models/gateway/gateway.ts';
import {
  createOpenAIChat,
  createOpenAICompletions,
  createOpenAIEmbeddings,
} from '../../../models/openai/openaiTransports.ts';
import { chat, refusal, serve, type Answering } from '../fake.ts';

const quick = { random: () => 0 };
const texts = (result: { generations: { text: string }[][] }): string[] =>
  (result.generations[0] ?? []).map((g) => g.text);

async function chatting(
  answer: Answering,
  settings: Partial<Parameters<typeof createOpenAIChat>[0]> = {},
  maxRetries = 6,
) {
  const { url, seen } = await serve(answer);
  const gateway = new Gateway(quick);
  const model = gateway.manage('judge', createOpenAIChat({ model: 'gpt-x', baseUrl: url, ...settings }), {
    maxRetries,
  });
  return { model, seen, gateway, url };
}

describe('chat completions', () => {
  it('a request holds the settings, the stop sequences and the messages verbatim', async () => {
    const { model, seen } = await chatting(() => chat('hello'), {
      temperature: 0.2,
      topP: 0.95,
      maxTokens: 77,
      seed: 5,
    });
    const messages = [
      new SystemMessage('be\u0000 $& \n'),
      new HumanMessage('\ud800 __proto__'),
      new AIMessage(' a\n'),
      new HumanMessage(' q '),
    ];
    expect((await model.invoke(messages, { stop: ['<END>'], sample: 2 })).text).toBe('hello');
    expect(seen[0]).toMatchObject({
      path: '/v1/chat/completions',
      body: {
        model: 'gpt-x',
        temperature: 0.2,
        top_p: 0.95,
        max_tokens: 77,
        seed: 5 + 2 * 7919,
        n: 1,
        stop: ['<END>'],
      },
    });
    expect(seen[0]?.body['messages']).toEqual([
      { role: 'system', content: 'be\u0000 $& \n' },
      { role: 'user', content: '\ud800 __proto__' },
      { role: 'assistant', content: ' a\n' },
      { role: 'user', content: ' q ' },
    ]);
  });

  it('temperature and topP are not sent if they are null', async () => {
    const { model, seen } = await chatting(() => chat('x'), { temperature: null, topP: null });
    await model.invoke('q');
    expect(Object.keys(seen[0]?.body ?? {})).not.toEqual(expect.arrayContaining(['temperature']));
    expect(seen[0]?.body).not.toHaveProperty('top_p');
  });

  it('a request carries the key, and without a key no Authorization header', async () => {
    const keyed = await chatting(() => chat('x'), { apiKey: 'sk-1' });
    await keyed.model.invoke('q');
    const keyless = await chatting(() => chat('x'));
    await keyless.model.invoke('q');
    expect([keyed.seen[0]?.headers.authorization, keyless.seen[0]?.headers.authorization]).toEqual([
      'Bearer sk-1',
      undefined,
    ]);
  });

  it('one request returns n completions', async () => {
    const { model, seen } = await chatting(({ body }) =>
      chat(...Array.from({ length: Number(body['n']) }, (_, i) => `t${i}`)),
    );
    const result = await model.generate([[new HumanMessage('q')]], { n: 3 });
    expect([texts(result), seen.length, result.llmOutput]).toEqual([['t0', 't1', 't2'], 1, undefined]);
  });

  it('missing completions are requested with other seeds', async () => {
    const { model, seen } = await chatting((_, i) => chat(`t${i}`), { seed: 1 });
    expect(texts(await model.generate([[new HumanMessage('q')]], { n: 3 })).toSorted()).toEqual(['t0', 't1', 't2']);
    expect(seen.map(({ body }) => [body['n'], body['seed']])).toEqual([
      [3, 1],
      [1, 2],
      [1, 3],
    ]);
  });

  it('completions are requested one by one if n is refused', async () => {
    const { model, seen } = await chatting(({ body }, i) =>
      body['n'] === 1 ? chat(`t${i}`) : refusal(400, 'n must be 1'),
    );
    expect(texts(await model.generate([[new HumanMessage('q')]], { n: 2 }))).toEqual(['t1', 't2']);
    expect(seen).toHaveLength(3);
  });

  it.each([
    ['no choices', { choices: [], usage: { prompt_tokens: 4 } }, '', ''],
    ['content null', chat(null), '', 'stop'],
    [
      'a refusal',
      {
        choices: [
          { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: null, refusal: 'I cannot' } },
        ],
      },
      'I cannot',
      'refusal',
    ],
    [
      'a text cut off',
      { choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant', content: 'half' } }] },
      'half',
      'length',
    ],
    [
      'parts',
      {
        choices: [
          {
            index: 0,
            finish_reason: 'stop',
            message: { role: 'assistant', content: [{ type: 'text', text: 'in parts' }] },
          },
        ],
      },
      'in parts',
      'stop',
    ],
  ])('a completion with %s is read', async (_, body, text, finish) => {
    const { model, gateway } = await chatting(() => body);
    const message = await model.invoke('q');
    expect([message.text, message.response_metadata['finish_reason']]).toEqual([text, finish]);
    expect(gateway.getUsageTotals().finish.judge).toEqual({
      length: finish === 'length' ? 1 : 0,
      refusal: finish === 'refusal' ? 1 : 0,
      empty: text === '' ? 1 : 0,
    });
  });

  it('tokens are estimated from the texts if the endpoint does not report them, and marked', async () => {
    const { model, gateway } = await chatting(() => ({
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Drink some water.' } }],
    }));
    await model.invoke('How do I stay awake?');
    const tokens = { input: 6, cachedInput: 0, output: 4, reasoning: 0, estimated: 10 };
    expect(gateway.getUsageTotals().tokens.judge).toEqual(tokens);
  });

  it('a count that makes no sense is estimated too, and costs money', async () => {
    const { url } = await serve(() => ({
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Drink some water.' } }],
      usage: { prompt_tokens: 'many', completion_tokens: -4 },
    }));
    const gateway = new Gateway();
    const transport = createOpenAIChat({ model: 'm', baseUrl: url });
    await gateway.manage('judge', transport, { price: { input: 1, output: 1 } }).invoke('How do I stay awake?');
    expect(gateway.getUsageTotals().usd).toBeCloseTo(10e-6, 12);
  });

  it.each([
    ['1', { 'retry-after-ms': '1' }],
    ['none', {}],
  ])('a request is retried after 429 (Retry-After %s)', async (_, headers) => {
    const { model, gateway } = await chatting((_, i) => (i === 0 ? refusal(429, 'slow down', headers) : chat('x')));
    const limited = model.invoke('q');
    expect((await limited).text).toBe('x');
    expect(gateway.getUsageTotals()).toMatchObject({ sent: { judge: 2 }, retries: { judge: { 'rate-limit': 1 } } });
  });

  it('a failure is one line with status and address, without the key', async () => {
    const key = 'sk-abcdef';
    const { model, url, seen } = await chatting(
      () => refusal(400, `maximum context length exceeded for ${key}`, {}, 'context_length_exceeded'),
      { apiKey: key },
    );
    await expect(model.invoke('q')).rejects.toMatchObject({
      name: 'CallFailedError',
      status: 400,
      message: `judge (model gpt-x at ${url}) answered 400: maximum context length exceeded for [key]`,
    });
    expect(seen).toHaveLength(1);
  });

  it('an address where nobody listens fails after retries', async () => {
    const gone = new Gateway(quick).manage('base', createOpenAIChat({ model: 'm', baseUrl: 'http://127.0.0.1:9/v1' }), {
      maxRetries: 1,
    });
    await expect(gone.invoke('q')).rejects.toMatchObject({
      kind: 'connection',
      message: expect.stringMatching(
        /^base \(model m at http:\/\/127.0.0.1:9\/v1\) cannot be reached: .*\(after 2 attempts\)/,
      ),
    });
  });

  it('the page of a proxy is not an answer', async () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: {} };
    const { model } = await chatting((_, i) => (i === 0 ? page : chat('x')));
    expect((await model.invoke('q')).text).toBe('x');
  });

  it.each([
    ['of the model behind a gateway', { error: { message: 'overloaded', code: 429 } }, 'rate-limit'],
    ['without a code', { error: { message: 'overloaded' } }, 'server'],
    ['in place of a choice', { choices: [{ error: { message: 'overloaded', code: 'x' } }] }, 'server'],
  ])('an error %s with status 200 is not an answer', async (_, said, kind) => {
    const { model, gateway } = await chatting((_, i) => (i === 0 ? said : chat('x')));
    expect((await model.invoke('q')).text).toBe('x');
    expect(gateway.getUsageTotals().retries.judge).toEqual({ [kind]: 1 });
  });

  it('an answer that sends single bytes fails after the timeout', async () => {
    const dripping = createServer((_, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((done) => dripping.listen(0, '127.0.0.1', done));
    const address = dripping.address();
    const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
    const slow = createOpenAIChat({ model: 'm', baseUrl, timeoutSeconds: 1 });
    const model = new Gateway(quick).manage('base', slow, { maxRetries: 0 });
    await expect(model.invoke('q')).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringMatching(/did not answer in time: no complete answer within 1 s$/),
    });
    dripping.closeAllConnections();
    dripping.close();
  });

  it('an account without credit takes the role down', async () => {
    const { model, seen } = await chatting(() => refusal(429, 'You exceeded your quota', {}, 'insufficient_quota'));
    await expect(model.invoke('q')).rejects.toMatchObject({ name: 'RoleDownError', kind: 'quota' });
    expect(seen).toHaveLength(1);
  });

  it('each call is one run in LangSmith, with model, provider and temperature, and without the key', async () => {
    const { model } = await chatting((_, i) => (i === 0 ? refusal(500) : chat('x')), {
      apiKey: 'sk-secret',
      temperature: 0.2,
    });
    const starts: unknown[][] = [];
    class Handler extends BaseCallbackHandler {
      name = 'spy';
      override handleChatModelStart(...args: unknown[]): void {
        starts.push(args);
      }
    }
    await model.invoke('q', { callbacks: [new Handler()] });
    expect(starts).toHaveLength(1);
    const [, , , , extra, , metadata] = starts[0] ?? [];
    expect(extra).toMatchObject({ invocation_params: { model: 'gpt-x', temperature: 0.2 } });
    expect(metadata).toMatchObject({ ls_provider: 'openai', ls_model_name: 'gpt-x', ls_temperature: 0.2 });
    expect(JSON.stringify(starts)).not.toContain('sk-secret');
  });
});

describe('completions', () => {
  it('a request holds a plain text, the stop sequences and n', async () => {
    const { url, seen } = await serve(() => ({
      choices: [
        { index: 0, text: ' one', finish_reason: 'stop' },
        { index: 1, text: '', finish_reason: 'length' },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3 },
    }));
    const gateway = new Gateway(quick);
    const model = gateway.manage(
      'base',
      createOpenAICompletions({ model: 'gpt-4-base', baseUrl: url, temperature: 0, maxTokens: 9, seed: 3 }),
    );
    const result = await model.generate(['# Query:\nhi\n'], { stop: ['<END>'], n: 2 });
    expect(seen[0]).toMatchObject({
      path: '/v1/completions',
      body: {
        model: 'gpt-4-base',
        prompt: '# Query:\nhi\n',
        stop: ['<END>'],
        n: 2,
        max_tokens: 9,
        temperature: 0,
        seed: 3,
      },
    });
    expect(texts(result)).toEqual([' one', '']);
    expect(result.llmOutput).toEqual({ tokenUsage: { promptTokens: 7, completionTokens: 3, totalTokens: 10 } });
    expect(await model.invoke('# Query:\nhi\n', { stop: ['<END>'], n: 2 })).toBe(' one');
    expect(gateway.getUsageTotals()).toMatchObject({
      calls: { base: 1 },
      cached: { base: 1 },
      finish: { base: { length: 1, empty: 1 } },
    });
  });

  it('a response with an empty list of completions is an empty text', async () => {
    const { url } = await serve(() => ({ id: 'x', choices: [] }));
    const transport = createOpenAICompletions({ model: 'm', baseUrl: url });
    expect(await new Gateway({ ...quick, isReference: true }).manage('base', transport).invoke('q')).toBe('');
  });
});

const vector = (text: string): number[] => [text.length, 0.5, -1];
const base64 = (v: number[]): string => Buffer.from(new Float32Array(v).buffer).toString('base64');

describe('embeddings', () => {
  it.each([
    ['base64', base64],
    ['numbers', (v: number[]) => v],
  ])('vectors as %s come back in order, and each text is sent once and verbatim', async (_, code) => {
    const { url, seen } = await serve(({ body }) => ({
      data: [body['input']].flat().map((text, index) => ({ index, embedding: code(vector(String(text))) })),
    }));
    const gateway = new Gateway({ ...quick, budget: { calls: 0 } });
    const model = gateway.manage('embeddings', createOpenAIEmbeddings({ model: 'embed', baseUrl: url }));
    const asked = ['a\nb', 'longer', '', 'a\nb'];
    expect(await model.embedDocuments(asked)).toEqual([vector('a\nb'), vector('longer'), [0, 0, 0], vector('a\nb')]);
    expect(await model.embedDocuments(asked)).toHaveLength(4);
    expect(seen.map(({ body }) => body['input'])).toEqual([['a\nb', 'longer']]);
    expect(gateway.getUsageTotals()).toMatchObject({ calls: { embeddings: 1 }, cached: { embeddings: 1 } });
  });

  it('texts are sent in batches and retried', async () => {
    const { url, seen } = await serve(({ body }, i) =>
      i === 0
        ? refusal(503)
        : { data: [body['input']].flat().map((text, index) => ({ index, embedding: vector(String(text)) })) },
    );
    const model = new Gateway(quick).manage('embeddings', createOpenAIEmbeddings({ model: 'embed', baseUrl: url }));
    const asked = Array.from({ length: 150 }, (_, i) => 'x'.repeat(i + 1));
    expect((await model.embedDocuments(asked)).map((v) => v[0])).toEqual(asked.map((t) => t.length));
    expect(seen).toHaveLength(4);
  });
});
