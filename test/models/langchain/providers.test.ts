import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { MODEL_PROVIDER_CONFIG } from 'langchain/chat_models/universal';
import { Gateway, ModelsConfig, createModels, type GatewayEvent, type GatewayOptions } from '../../../models/index.ts';
import { addPackageFolder, findChatModelModule } from '../../../models/langchain/chatModelPackages.ts';
import { classifyFailure } from '../../../models/gateway/retry.ts';
import { createProviderChat } from '../../../models/langchain/providerChat.ts';
import type { ProviderSettings } from '../../../models/langchain/providerSettings.ts';
import { PROVIDERS, isProviderName, type ProviderName } from '../../../models/providers.ts';
import { hashRequest } from '../../../models/transport.ts';
import { getExitCode } from '../../../run/exitCode.ts';
import { isFatal } from '../../../state/failure.ts';
import { chat, refusal, serve, type Answering } from '../fake.ts';
import { claudeReply, createAnthropicServer, geminiError, geminiReply, ollamaReply } from './providerServers.ts';

const PROMPT: BaseMessage[] = [new SystemMessage('Be brief.'), new HumanMessage('q')];
const REQUEST = { prompt: { messages: PROMPT }, n: 1, sample: 0 };
const MODELS = { anthropic: 'claude-haiku-4-5', 'google-genai': 'gemini-3-flash', ollama: 'llama3.3' };
type Tried = keyof typeof MODELS;
const TRIED: Tried[] = ['anthropic', 'google-genai', 'ollama'];

const findModule = (provider: ProviderName): string => findChatModelModule(provider) ?? `no package for ${provider}`;
const createTransport = (settings: Partial<ProviderSettings> & { provider: ProviderName }) =>
  createProviderChat({ model: 'm', apiKey: 'k', ...settings }, findModule(settings.provider), 'models.judge.provider');

/** Asks a judge of a provider once; what the gateway noted is beside the answer. */
async function ask(
  provider: Tried,
  url: string,
  settings: Partial<ProviderSettings> = {},
  { options, ...call }: { n?: number; stop?: string[]; signal?: AbortSignal; options?: GatewayOptions } = {},
) {
  const events: GatewayEvent[] = [];
  const gateway = new Gateway({ random: () => 0, onEvent: (e) => void events.push(e), ...options });
  const transport = createTransport({ model: MODELS[provider], provider, baseUrl: url, ...settings });
  const judge = gateway.manage('judge', transport, { maxRetries: 2 });
  const result = await judge.generate([PROMPT], call);
  const generations = result.generations[0] ?? [];
  return {
    texts: generations.map(({ text }) => text),
    finish: generations.map(({ generationInfo }) => String(generationInfo?.['finish_reason'])),
    totals: gateway.getUsageTotals(),
    adjusted: events.flatMap((e) => (e.type === 'adjusted' ? [e.parameter] : [])),
    retried: events.flatMap((e) => (e.type === 'failure' && e.wait !== null ? [e.status] : [])),
  };
}

/** Replies of each provider with these texts as its blocks, parts or chunks, with a thought before them. */
const WHOLE: Record<Tried, object> = {
  anthropic: claudeReply([
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'text', text: 'one ' },
    { type: 'text', text: 'two' },
  ]),
  'google-genai': geminiReply([{ text: 'hm', thought: true }, { text: 'one ' }, { text: 'two' }]),
  ollama: ollamaReply('one two', { message: { role: 'assistant', content: 'one two', thinking: 'hm' } }),
};

describe('a reply of any provider', () => {
  it.each(TRIED)('has the whole text, without thoughts: %s', async (provider) => {
    const { url } = await serve(() => WHOLE[provider]);
    expect(await ask(provider, url)).toMatchObject({ texts: ['one two'], finish: ['stop'] });
  });

  it.each<[Tried, string, object, string]>([
    ['ollama', 'done_reason length', ollamaReply('cut', { done_reason: 'length' }), 'cut'],
    ['google-genai', 'MAX_TOKENS', geminiReply([{ text: 'cut' }], 'MAX_TOKENS'), 'cut'],
    ['google-genai', 'MAX_TOKENS before any text', { candidates: [{ finishReason: 'MAX_TOKENS' }] }, ''],
    ['anthropic', 'max_tokens', claudeReply('cut', { stop_reason: 'max_tokens' }), 'cut'],
    ['anthropic', 'a full window', claudeReply('cut', { stop_reason: 'model_context_window_exceeded' }), 'cut'],
  ])('that is cut has the finish reason "length": %s, %s', async (provider, _, body, text) => {
    const { url } = await serve(() => body);
    expect(await ask(provider, url)).toMatchObject({ texts: [text], finish: ['length'] });
  });

  it.each<[Tried, string, object]>([
    ['google-genai', 'a blocked prompt', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
    ['google-genai', 'SAFETY without a text', { candidates: [{ finishReason: 'SAFETY' }] }],
    ['google-genai', 'RECITATION', geminiReply([{ text: '' }], 'RECITATION')],
    ['anthropic', 'a refusal', claudeReply([], { stop_reason: 'refusal' })],
  ])(
    'that a filter blocked has the finish reason "content_filter", and is sent once: %s, %s',
    async (provider, _, body) => {
      const { url, seen } = await serve(() => body);
      const transport = createTransport({ model: MODELS[provider], provider, baseUrl: url });
      expect(await transport.send(REQUEST)).toMatchObject({ texts: [''], finish: ['content_filter'] });
      expect(seen).toHaveLength(1);
    },
  );
});

describe('the tokens of any provider', () => {
  const gemini = (counts: object) => geminiReply([{ text: 'x' }], 'STOP', { usageMetadata: counts });
  it.each<[Tried, string, object, object]>([
    [
      'google-genai',
      'thoughts are part of the output',
      gemini({ promptTokenCount: 10, candidatesTokenCount: 2, thoughtsTokenCount: 500, totalTokenCount: 512 }),
      { input: 10, output: 502, reasoning: 500, estimated: 0 },
    ],
    [
      'anthropic',
      'cached input is part of the input',
      claudeReply('x', { usage: { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 5 } }),
      { input: 1000, cachedInput: 900, output: 5 },
    ],
    [
      'ollama',
      'no counts are estimated',
      ollamaReply('one two', { prompt_eval_count: undefined, eval_count: undefined }),
      { input: 4, output: 2, estimated: 6 },
    ],
    [
      'ollama',
      'a count of 0 is estimated',
      ollamaReply('one two', { prompt_eval_count: 0, eval_count: 7 }),
      { input: 4, output: 7, estimated: 4 },
    ],
  ])('%s: %s', async (provider, _, body, tokens) => {
    const { url } = await serve(() => body);
    const { totals } = await ask(provider, url);
    expect(totals.tokens.judge).toMatchObject(tokens);
  });

  it('the parts that were cached or thought are known apart', async () => {
    const usage = { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 5 };
    const claude = await serve(() => claudeReply('x', { usage }));
    const transport = createTransport({ provider: 'anthropic', baseUrl: claude.url });
    expect((await transport.send(REQUEST)).usage).toEqual({ input: 1000, output: 5, cachedInput: 900 });
    const thinking = { promptTokenCount: 10, candidatesTokenCount: 2, totalTokenCount: 512 };
    const gem = await serve(() => gemini(thinking));
    const other = createTransport({ provider: 'google-genai', baseUrl: gem.url });
    expect((await other.send(REQUEST)).usage).toEqual({ input: 10, output: 502, reasoning: 500 });
  });
});

describe('what goes out', () => {
  const ALL = { temperature: 0.3, topP: 0.9, maxTokens: 77 };
  const reply = (provider: Tried): object => WHOLE[provider];

  it('each provider gets sampling, limit and stop sequences under its own names', async () => {
    const bodies: Record<string, unknown> = {};
    for (const provider of TRIED) {
      const { url, seen } = await serve(() => reply(provider));
      await ask(provider, url, ALL, { stop: ['<END>'] });
      bodies[provider] = seen.map(({ body }) => body);
    }
    const sampling = { temperature: 0.3, top_p: 0.9 };
    expect(bodies['anthropic']).toMatchObject([
      { ...sampling, max_tokens: 77, stop_sequences: ['<END>'], system: 'Be brief.', model: 'claude-haiku-4-5' },
    ]);
    expect(bodies['google-genai']).toMatchObject([
      { generationConfig: { temperature: 0.3, topP: 0.9, maxOutputTokens: 77, stopSequences: ['<END>'] } },
    ]);
    expect(bodies['ollama']).toMatchObject([
      { model: 'llama3.3', options: { ...sampling, num_predict: 77, stop: ['<END>'] } },
    ]);
  });

  it('Claude gets its own limit if none is set, and one above 21,333 tokens is sent', async () => {
    const { url, seen } = await serve(() => reply('anthropic'));
    await ask('anthropic', url, { maxTokens: null });
    await ask('anthropic', url, { maxTokens: 40_000 });
    expect(seen.map(({ body }) => body['max_tokens'])).toEqual([16_384, 40_000]);
  });

  it('headers, query, extra fields, effort, seed and key reach each provider that can take them', async () => {
    const more = { headers: { 'x-team': 'a' }, reasoningEffort: 'low' };
    const everywhere = { ...more, query: { v: '1' }, extraBody: { options: { top_k: 5 }, metadata: { user_id: 'u' } } };
    const ollama = await serve(() => reply('ollama'));
    await ask('ollama', ollama.url, { ...everywhere, ...ALL, seed: 4, apiKey: 'secret' });
    expect(ollama.seen).toMatchObject([
      {
        path: '/api/chat?v=1',
        headers: { 'x-team': 'a', authorization: 'Bearer secret' },
        body: { think: 'low', metadata: { user_id: 'u' }, options: { top_k: 5, seed: 4, num_predict: 77 } },
      },
    ]);
    const claude = await serve(() => reply('anthropic'));
    await ask('anthropic', claude.url, { ...everywhere, apiKey: 'secret' });
    expect(claude.seen).toMatchObject([
      {
        path: '/v1/messages?v=1',
        headers: { 'x-team': 'a', 'x-api-key': 'secret' },
        body: { output_config: { effort: 'low' }, metadata: { user_id: 'u' } },
      },
    ]);
    const gemini = await serve(() => reply('google-genai'));
    await ask('google-genai', gemini.url, { ...more, apiKey: 'secret' });
    expect(gemini.seen).toMatchObject([
      {
        path: '/v1beta/models/gemini-3-flash:generateContent',
        headers: { 'x-team': 'a', 'x-goog-api-key': 'secret' },
        body: { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
      },
    ]);
  });

  it("Azure gets the deployment's address, its version and its key in a header of its own", async () => {
    const { url, seen } = await serve(() => chat('yes'));
    const settings = { model: 'my-gpt', apiKey: 'secret', query: { 'api-version': '2025-01-01' }, ...ALL };
    const transport = createTransport({ provider: 'azure_openai', baseUrl: url.replace('/v1', ''), ...settings });
    expect((await transport.send(REQUEST)).texts).toEqual(['yes']);
    expect(seen).toMatchObject([
      {
        path: '/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01',
        headers: { 'api-key': 'secret' },
        body: { temperature: 0.3, top_p: 0.9, max_tokens: 77 },
      },
    ]);
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it('a repair is sampled more freely, up to what every provider takes', async () => {
    const { url, seen } = await serve(() => reply('anthropic'));
    const transport = createTransport({ provider: 'anthropic', baseUrl: url, temperature: 0.2 });
    for (const repair of [0, 1, 2]) await transport.send({ ...REQUEST, repair });
    expect(seen.map(({ body }) => body['temperature'])).toEqual([0.2, 0.7, 1]);
  });

  it('with systemRole "user" the prompt precedes the first user message', async () => {
    const { url, seen } = await serve(() => reply('ollama'));
    await ask('ollama', url, { systemRole: 'user' });
    expect(seen[0]?.body['messages']).toEqual([{ role: 'user', content: 'Be brief.\n\nq' }]);
  });

  it('n completions are requested one by one, each with its own seed', async () => {
    const { url, seen } = await serve((_, i) => ollamaReply(`s${i}`));
    const { texts } = await ask('ollama', url, { seed: 10 }, { n: 3 });
    expect(texts.toSorted()).toEqual(['s0', 's1', 's2']);
    const seeds = seen.map(({ body }) => (body['options'] as { seed: number }).seed);
    expect(seeds.toSorted((a, b) => a - b)).toEqual([10, 11, 12]);
  });
});

const toErrorBody = (provider: Tried, message: string): object =>
  provider === 'ollama' ? { error: message } : { error: { type: 'invalid_request_error', code: 400, message } };

describe('what an endpoint or a class refuses', () => {
  it('Claude that takes no sampling is sent none: no request is refused, and the note says so', async () => {
    for (const model of ['claude-opus-4-7', 'claude-sonnet-5', 'claude-opus-5']) {
      const { url, refused, seen } = await createAnthropicServer(() => 'yes');
      const { texts, adjusted, totals } = await ask('anthropic', url, {
        model,
        temperature: 0,
        topP: 0.95,
        maxTokens: 9,
      });
      expect([texts, adjusted.toSorted(), refused, seen.length]).toEqual([['yes'], ['temperature', 'top_p'], [], 1]);
      expect(totals.sent.judge).toBe(1);
    }
  });

  it('Claude of which the class does not know that yet is asked again without it, once for each parameter', async () => {
    const { url, refused } = await createAnthropicServer(() => 'yes');
    const { texts, adjusted } = await ask('anthropic', url, {
      model: 'claude-new',
      temperature: 0,
      topP: 0.9,
      maxTokens: 9,
    });
    expect([texts, adjusted, refused.length]).toEqual([['yes'], ['temperature', 'top_p'], 2]);
  });

  it('of two that exclude each other one is sent', async () => {
    const { url, refused } = await createAnthropicServer(() => 'yes');
    const { adjusted } = await ask('anthropic', url, { temperature: 0, topP: 0.9, maxTokens: 9 });
    expect([adjusted, refused.length]).toEqual([['top_p'], 1]);
  });

  it('a deployment of Azure that refuses max_tokens gets max_completion_tokens', async () => {
    const { url, seen } = await serve(({ body }) =>
      'max_tokens' in body
        ? refusal(
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          )
        : chat('yes'),
    );
    const settings = { model: 'my-gpt', apiKey: 'k', query: { 'api-version': '1' }, maxTokens: 9 };
    const transport = createTransport({ provider: 'azure_openai', baseUrl: url.replace('/v1', ''), ...settings });
    const judge = new Gateway().manage('judge', transport);
    expect((await judge.invoke(PROMPT)).text).toBe('yes');
    expect(seen.map(({ body }) => [body['max_tokens'], body['max_completion_tokens']])).toEqual([
      [9, undefined],
      [undefined, 9],
    ]);
  });

  it('Gemma without a system prompt gets it before the first user message', async () => {
    const { url, seen } = await serve(({ body }) =>
      'systemInstruction' in body
        ? geminiError(400, 'Developer instruction is not enabled for models/gemma-3-27b-it')
        : geminiReply([{ text: 'yes' }]),
    );
    const { texts, adjusted } = await ask('google-genai', url);
    expect([texts, adjusted, seen.length]).toEqual([['yes'], ['system'], 2]);
    expect(seen[1]?.body['contents']).toEqual([{ role: 'user', parts: [{ text: 'Be brief.\n\nq' }] }]);
  });

  it.each<[Tried, string, string]>([
    ['anthropic', 'max_tokens: 77 > 50, which is the maximum allowed number of output tokens for m', 'max_tokens'],
    ['anthropic', 'This model does not support the effort parameter.', 'reasoning_effort'],
    [
      'google-genai',
      'Unable to submit request because it has a maxOutputTokens value of 77 but the supported range is from 1 (inclusive) to 50 (exclusive). Update the value and try again.',
      'max_tokens',
    ],
    ['google-genai', 'Thinking level is not supported for this model.', 'reasoning_effort'],
    ['ollama', '"llama3.3" does not support thinking', 'reasoning_effort'],
  ])('%s: "%s" is a refusal', async (provider, message, parameter) => {
    const { url, seen } = await serve((_, i) =>
      i ? WHOLE[provider] : { status: 400, body: toErrorBody(provider, message) },
    );
    const { texts, adjusted } = await ask(provider, url, { maxTokens: 77, reasoningEffort: 'low' });
    expect([texts, adjusted, seen.length]).toEqual([['one two'], [parameter], 2]);
    const text = JSON.stringify(seen[1]?.body);
    expect(parameter === 'max_tokens' ? text : text.toLowerCase()).not.toMatch(
      parameter === 'max_tokens' ? /77/ : /"low"/,
    );
  });

  it('the preset "reference" fails instead, without a request', async () => {
    const { url, seen } = await createAnthropicServer(() => 'yes');
    const failing = ask(
      'anthropic',
      url,
      { model: 'claude-opus-5', temperature: 0 },
      { options: { isReference: true } },
    );
    await expect(failing).rejects.toThrow(/refuses temperature, which the preset "reference" always sends/);
    expect(seen).toEqual([]);
  });
});

describe('failures of any provider', () => {
  const failures: Record<Tried, (status: number, headers?: Record<string, string>) => object> = {
    anthropic: (status, headers) => refusal(status, 'no', headers),
    'google-genai': (status, headers) => geminiError(status, 'no', headers),
    ollama: (status, headers) => ({ status, headers, body: { error: 'no' } }),
  };

  it.each(TRIED.flatMap((provider) => [429, 500, 503].map((status) => [provider, status] as const)))(
    '%s: a %d is retried by drpo alone',
    async (provider, status) => {
      const answer: Answering = (_, i) => (i < 1 ? failures[provider](status) : WHOLE[provider]);
      const { url, seen } = await serve(answer);
      const { texts, retried } = await ask(provider, url);
      expect([texts, retried, seen.length]).toEqual([['one two'], [status], 2]);
    },
  );

  it.each(['anthropic', 'ollama'] as const)('%s: the wait that a 429 names is obeyed', async (provider) => {
    const waits: (number | null)[] = [];
    const onEvent = (e: GatewayEvent): void => void (e.type === 'failure' && waits.push(e.wait));
    const { url } = await serve((_, i) => (i ? WHOLE[provider] : failures[provider](429, { 'retry-after-ms': '60' })));
    await ask(provider, url, {}, { options: { onEvent } });
    expect(waits).toEqual([60]);
  });

  it.each<[Tried, object]>([
    ['anthropic', { error: { type: 'overloaded_error', message: 'busy' } }],
    ['anthropic', { error: 'Unexpected endpoint or method.' }],
    ['ollama', { error: 'llama runner process has terminated' }],
    ['google-genai', {}],
  ])('%s: 200 without an answer in it is a failure, never an answer: %j', async (provider, body) => {
    const { url } = await serve((_, i) => (i || provider === 'google-genai' ? body : { body }));
    const transport = createTransport({ model: MODELS[provider], provider, baseUrl: url });
    const error: unknown = await transport.send(REQUEST).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).not.toBeNull();
    const { kind, retryable } = classifyFailure(error, 0);
    expect([kind, retryable]).toEqual(provider === 'google-genai' ? ['other', false] : ['server', true]);
  });

  it('a page of a proxy and a stream that was cut are failures that may pass', async () => {
    const cut = await serve(() => ({ message: { role: 'assistant', content: 'on' }, done: false }));
    const page = createServer((_, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in</p>'));
    await new Promise<void>((wake) => page.listen(0, '127.0.0.1', wake));
    const { port } = page.address() as AddressInfo;
    for (const provider of ['anthropic', 'ollama'] as const) {
      const transport = createTransport({ provider, baseUrl: `http://127.0.0.1:${port}` });
      const error: unknown = await transport.send(REQUEST).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect([provider, classifyFailure(error, 0).retryable]).toEqual([provider, true]);
    }
    page.closeAllConnections();
    page.close();
    const ollama = createTransport({ provider: 'ollama', baseUrl: cut.url });
    const error: unknown = await ollama.send(REQUEST).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(classifyFailure(error, 0)).toMatchObject({ kind: 'connection', retryable: true });
  });

  it.each(TRIED)('%s: a 404 is "not found", a 401 says which key to check', async (provider) => {
    const missing = await serve(() => failures[provider](404));
    await expect(ask(provider, missing.url)).rejects.toMatchObject({
      name: 'RoleDownError',
      kind: 'not-found',
      status: 404,
    });
    const closed = await serve(() => failures[provider](401));
    const denied = ask(provider, closed.url, { keyName: 'MY_KEY', apiKey: 'sk-secret' });
    await expect(denied).rejects.toThrow(/answered 401: .*check the key in the environment variable MY_KEY$/);
    expect(closed.seen).toHaveLength(1);
  });

  it.each(TRIED)('%s: a call ends after timeoutSeconds, and with the signal', async (provider) => {
    const { url, seen } = await serve(() => new Promise<object>(() => undefined));
    const transport = createTransport({ provider, baseUrl: url, timeoutSeconds: 0.2 });
    await expect(transport.send(REQUEST)).rejects.toMatchObject({ name: 'TimeoutError' });
    const controller = new AbortController();
    const endless = createTransport({ provider, baseUrl: url });
    const sending = endless.send(REQUEST, controller.signal);
    while (seen.length < 2) await new Promise((wake) => setTimeout(wake, 5));
    controller.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
  });

  it('one call of Ollama that ends leaves the others alone', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((wake) => (open = wake));
    const { url, seen } = await serve(async (_, i) =>
      i === 0 ? new Promise<object>(() => undefined) : opened.then(() => ollamaReply('b')),
    );
    const transport = createTransport({ provider: 'ollama', baseUrl: url });
    const controller = new AbortController();
    const first = transport.send(REQUEST, controller.signal);
    while (seen.length < 1) await new Promise((wake) => setTimeout(wake, 5));
    const second = transport.send(REQUEST);
    while (seen.length < 2) await new Promise((wake) => setTimeout(wake, 5));
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    open();
    expect((await second).texts).toEqual(['b']);
  });
});

describe('the identity of a model', () => {
  it('comes from the settings asked for: another provider, model, address or sampling has other answers', () => {
    const settings: (Partial<ProviderSettings> & { provider: ProviderName })[] = [
      { provider: 'anthropic', temperature: 0 },
      { provider: 'anthropic', temperature: 1 },
      { provider: 'anthropic', model: 'claude', temperature: 0 },
      { provider: 'google-genai', temperature: 0 },
      { provider: 'ollama', temperature: 0 },
      { provider: 'ollama', temperature: 0, baseUrl: 'http://here:1' },
      { provider: 'anthropic', temperature: 0, baseUrl: 'http://here:1' },
      { provider: 'anthropic', temperature: 0, maxTokens: 5 },
      { provider: 'anthropic', temperature: 0, reasoningEffort: 'low' },
      { provider: 'anthropic', temperature: 0, extraBody: { top_k: 1 } },
    ];
    const keys = settings.map((s) => hashRequest(createTransport(s), REQUEST));
    expect(new Set(keys).size).toBe(settings.length);
    const [first] = keys;
    expect(hashRequest(createTransport({ provider: 'anthropic', temperature: 0, apiKey: 'other' }), REQUEST)).toBe(
      first,
    );
  });
});

describe('a config that names a provider', () => {
  const make = (optimizer: object, env: Record<string, string> = {}) =>
    createModels(ModelsConfig.parse({ optimizer }), { gateway: new Gateway(), env });

  it('all names of LangChain are known, with their packages', () => {
    const listPackages = (table: Record<string, { package: string }>): Record<string, string> =>
      Object.fromEntries(Object.entries(table).map(([name, provider]) => [name, provider.package]));
    const { openai: _, ...theirs } = listPackages(MODEL_PROVIDER_CONFIG);
    expect(listPackages(PROVIDERS)).toEqual(theirs);
    expect(() => ModelsConfig.parse({ optimizer: { provider: 'antropic', model: 'm' } })).toThrow(/provider/);
  });

  it('asks the provider for each role, with the key of its usual variable', async () => {
    const { url, seen } = await createAnthropicServer((messages) => messages.at(-1)?.content ?? '');
    const address = { baseUrl: `${url}/v1/`, apiKeyEnv: 'MINE' };
    const models = make({ provider: 'anthropic', model: 'claude-haiku-4-5', topP: 1, ...address }, { MINE: 'k' });
    expect((await models.judge.invoke(PROMPT)).text).toBe('q');
    expect((await models.base.invoke([new HumanMessage('r')])) as object).toMatchObject({ content: 'r' });
    expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual(['k', 'k']);
    expect(() => make({ provider: 'anthropic', model: 'm' })).toThrow(/^models\.base\.apiKeyEnv: .* ANTHROPIC_API_KEY/);
    expect(() => make({ provider: 'google-genai', model: 'm' }, { GEMINI_API_KEY: 'k' })).not.toThrow();
  });

  it('no key of the environment goes to an address for which no key was named', async () => {
    const { url, seen } = await serve(() => claudeReply('x'));
    process.env['ANTHROPIC_API_KEY'] = 'sk-real';
    process.env['ANTHROPIC_AUTH_TOKEN'] = 'token-real';
    try {
      await make({ provider: 'anthropic', model: 'm', baseUrl: url }).judge.invoke(PROMPT);
    } finally {
      delete process.env['ANTHROPIC_API_KEY'];
      delete process.env['ANTHROPIC_AUTH_TOKEN'];
    }
    expect(JSON.stringify(seen)).not.toContain('real');
    expect(seen).toHaveLength(1);
  });

  it('says in one line which packages to install', () => {
    expect(() => make({ provider: 'cohere', model: 'm' })).toThrow(
      /^models\.base\.provider: expected the packages for the provider "cohere" .* run: npm install langchain @langchain\/cohere$/,
    );
  });

  it('refuses what the provider cannot be sent, and a completion model', () => {
    expect(() => make({ provider: 'anthropic', model: 'm', seed: 1 }, { ANTHROPIC_API_KEY: 'k' })).toThrow(
      /^models\.base\.seed: expected no such key for the provider "anthropic"/,
    );
    const base = { provider: 'ollama', model: 'm', api: 'completions' };
    expect(() => ModelsConfig.parse({ optimizer: 'simulated', base })).toThrow(/the provider \\"ollama\\" only chats/);
    const judge = { provider: 'simulated', output: 'json_schema' };
    expect(() => ModelsConfig.parse({ optimizer: 'simulated', judge })).toThrow(/drpo requests no form of a simulated/);
  });

  it('finds packages in the folder of a config', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drpo-project-'));
    expect(findChatModelModule('cohere')).toBeUndefined();
    for (const name of ['langchain', '@langchain/cohere']) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true });
      const exports = { '.': './index.js', './chat_models/universal': './index.js' };
      writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, exports }));
      writeFileSync(join(folder, 'node_modules', name, 'index.js'), '');
    }
    addPackageFolder(folder);
    expect(findChatModelModule('cohere')).toContain('drpo-project-');
    expect(isProviderName('__proto__')).toBe(false);
  });

  it('a class that cannot be made ends the run as a mistake in the config', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'drpo-module-')), 'universal.mjs');
    writeFileSync(file, "export const initChatModel = () => Promise.reject(new Error('Please set the region.'));");
    const transport = createProviderChat(
      { provider: 'bedrock', model: 'm' },
      pathToFileURL(file).href,
      'models.base.provider',
    );
    const error: unknown = await new Gateway()
      .manage('base', transport)
      .invoke(PROMPT)
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(error).toMatchObject({
      name: 'ModelsConfigError',
      message: 'models.base.provider: LangChain\'s class for "bedrock" cannot be made: Please set the region.',
    });
    expect([isFatal(error), getExitCode(error)]).toEqual([true, 2]);
  });

  it('no file imports a provider, so it is loaded only if a config names it', () => {
    const root = resolve(import.meta.dirname, '../../..');
    const files = ['models', 'run', 'cli'].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((name) => join(root, room, name)),
    );
    const sources = files.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8'));
    const packages = ['langchain', ...Object.values(PROVIDERS).map((p) => p.package)].filter(
      (p) => p !== '@langchain/openai',
    );
    const imported = sources.flatMap((text) => packages.filter((name) => new RegExp(`from '${name}['/]`).test(text)));
    expect(sources.length).toBeGreaterThan(100);
    expect(imported).toEqual([]);
  });
});
