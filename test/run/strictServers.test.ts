import { describe, expect, it } from '@jest/globals';
import { chat } from '../models/fake.ts';
import { createStrictServer, getWireMessages, ROLES, runOptimize, type StrictRule } from './strictServer.ts';

const isBase: (body: Record<string, unknown>) => boolean = (body) => body['model'] === 'base';
const openaiError = (message: string, fields: object = {}, status = 400): object => ({
  status,
  body: { error: { message, type: 'invalid_request_error', ...fields } },
});
/** The first query of a run, as its messages hold it. */
const getLastText = (body: Record<string, unknown>): string => getWireMessages(body).at(-1)?.content ?? '';

describe('a run at an endpoint of today ends well', () => {
  it.each<[string, StrictRule[], string[]]>([
    [
      'reasoning models of OpenAI',
      [
        (body) =>
          'max_tokens' in body &&
          openaiError('Unsupported parameter: use max_completion_tokens', { param: 'max_tokens' }),
        (body) =>
          body['temperature'] !== undefined &&
          body['temperature'] !== 1 &&
          openaiError('Unsupported value', { param: 'temperature', code: 'unsupported_value' }),
        (body) => 'top_p' in body && openaiError("Unsupported parameter: 'top_p'", { param: 'top_p' }),
      ],
      ['max_tokens', 'temperature', 'top_p'],
    ],
    [
      'a template without a system role',
      [
        (body) =>
          getWireMessages(body)[0]?.role === 'system' && {
            status: 400,
            body: { message: 'System role not supported' },
          },
        (body) =>
          getWireMessages(body)[0]?.role === 'developer' && {
            status: 400,
            body: { message: 'Unexpected role developer' },
          },
      ],
      ['system'],
    ],
    [
      'SGLang',
      [
        (body) =>
          Number(body['n']) > 1 && {
            status: 500,
            body: { error: { code: 500, message: 'Only one completion choice is allowed', type: 'server_error' } },
          },
      ],
      ['n'],
    ],
    [
      'DeepSeek, which wants no empty assistant message and no several choices',
      [
        (body) =>
          getWireMessages(body).some((m) => m.role === 'assistant' && !m.content) &&
          openaiError('Invalid assistant message: content or tool_calls must be set'),
        (body) => Number(body['n']) > 1 && openaiError('Invalid n value (currently only n = 1 is supported)'),
      ],
      ['n'],
    ],
  ])('%s', async (_, rules, parameters) => {
    const server = await createStrictServer(...rules);
    const run = await runOptimize(server.url);
    expect([run.status, run.stderr.split('\n').filter((line) => line.includes('Error'))]).toEqual([0, []]);
    const { adjustments } = run.readResult();
    expect(new Set(adjustments.map(({ parameter }) => parameter))).toEqual(new Set(parameters));
    expect(new Set(server.refused.map((body) => JSON.stringify(body))).size).toBe(server.refused.length);
  });

  it('Azure, with its key and version in a header and a parameter', async () => {
    const server = await createStrictServer((_, { path, headers }) =>
      !path.startsWith('/v1/openai/deployments/NAME/chat/completions?api-version=2025-01-01')
        ? { status: 404, body: { error: { code: '404', message: 'Resource not found' } } }
        : (headers['api-key'] !== 'azure-secret-4711' || headers.authorization !== undefined) && {
            status: 401,
            body: {
              error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' },
            },
          },
    );
    process.env['DRPO_TEST_AZURE'] = 'azure-secret-4711';
    const baseUrl = `${server.url}/openai/deployments/NAME`;
    const access = { headers: { 'api-key': { env: 'DRPO_TEST_AZURE' } }, query: { 'api-version': '2025-01-01' } };
    const run = await runOptimize(server.url, { role: { baseUrl, ...access } });
    expect([run.status, server.refused]).toEqual([0, []]);
    for (const file of ['config.json', 'calls.jsonl', 'result.json', 'report.html', 'events.jsonl', 'nodes.jsonl'])
      expect(run.read(file)).not.toContain('azure-secret-4711');
    expect(run.read('config.json')).toContain('DRPO_TEST_AZURE');
    delete process.env['DRPO_TEST_AZURE'];
    const unset = await runOptimize(server.url, { role: { baseUrl, ...access } });
    expect([unset.status, unset.stderr]).toEqual([2, expect.stringContaining('DRPO_TEST_AZURE, which is not set')]);
  });
});

describe('what is no answer', () => {
  it.each<[string, object]>([
    ['null, at the limit', { choices: [{ message: { content: null }, finish_reason: 'length' }] }],
    ['white space', chat(' \n')],
    ['no choice', { choices: [] }],
  ])('a base model that says nothing ends the run after a few calls (%s)', async (_, said) => {
    const server = await createStrictServer((body) => isBase(body) && said);
    const run = await runOptimize(server.url);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/base \(model base at .*the reply is empty/);
    expect(server.refused.length).toBeLessThanOrEqual(6);
    expect(server.seen.filter(({ body }) => body['model'] === 'judge')).toEqual([]);
    expect(run.read('calls.jsonl')).not.toMatch(/"role":"base".*"texts"/);
  });

  it.each<[string, object, RegExp]>([
    ['as a text', { error: 'Unexpected endpoint or method.' }, /base .*Unexpected endpoint or method/],
    [
      'about money',
      { choices: null, base_resp: { status_msg: 'insufficient balance' } },
      /base .*insufficient balance.*credit/,
    ],
    ['as a detail', { detail: 'Not Found' }, /base .*Not Found/],
  ])('an error with status 200 ends the run (%s)', async (_, said, expected) => {
    const server = await createStrictServer((body) => isBase(body) && said);
    const run = await runOptimize(server.url, { role: { maxRetries: 1 } });
    expect([run.status, run.stderr]).toEqual([1, expect.stringMatching(expected)]);
    expect(run.read('calls.jsonl')).not.toMatch(/"role":"base".*"texts"/);
  });

  const FILTERS: [string, object][] = [
    ['OpenAI', openaiError('blocked', { code: 'content_filter' })],
    [
      'Azure',
      openaiError("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", {
        code: null,
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      }),
    ],
    [
      'OpenRouter',
      openaiError(
        'Your chosen model requires moderation and your input was flagged',
        { code: 403, metadata: { reasons: ['violence'] } },
        403,
      ),
    ],
    ['a finish reason', { choices: [{ finish_reason: 'content_filter', message: { content: null } }] }],
    ['half an answer', { choices: [{ finish_reason: 'content_filter', message: { content: 'One could' } }] }],
    ['Gemini', { choices: [{ finish_reason: 'content_filter: PROHIBITED_CONTENT', message: { role: 'assistant' } }] }],
    ['DeepSeek', openaiError('Content Exists Risk')],
  ];

  it.each(FILTERS)('a content filter skips one query and says so (%s)', async (_, said) => {
    let first: string | undefined;
    const server = await createStrictServer((body) => {
      if (!isBase(body)) return false;
      first ??= getLastText(body);
      return getLastText(body) === first && said;
    });
    const run = await runOptimize(server.url);
    expect(run.status).toBe(0);
    const { failures, missing, nodes, warnings } = run.readResult();
    expect(failures).toMatchObject({ calls: { base: { 'content-filter': server.refused.length } } });
    expect([missing.responses, nodes[0]?.reward, nodes[0]?.missing]).toEqual([
      1,
      null,
      expect.stringContaining('filter'),
    ]);
    expect(nodes.filter(({ reward }) => reward !== null).length).toBeGreaterThan(1);
    expect(warnings.map(({ code }) => code)).toContain('content-filtered');
    expect(run.stderr).toContain('base: a content filter blocked 1 call');
  });

  it.each(FILTERS)('a content filter on every query ends the run with a line (%s)', async (_, said) => {
    for (const limit of [8, 3]) {
      const server = await createStrictServer((body) => isBase(body) && said);
      const run = await runOptimize(server.url, { queries: { limit }, final: null });
      expect(run.status).toBe(1);
      expect(run.stderr).toMatch(/base \(model base at .*content filter blocked/);
      expect(server.refused.length).toBeLessThanOrEqual(8);
    }
  });

  it.each<[string, object, RegExp]>([
    [
      'llama.cpp',
      openaiError('the request exceeds the available context size. try increasing the context size', {
        code: 400,
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9000,
        n_ctx: 8192,
      }),
      /9000 tokens were sent, and the model takes 8192/,
    ],
    [
      'OpenAI',
      openaiError(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        { code: 'context_length_exceeded', param: 'messages' },
      ),
      /9000 tokens were sent, and the model takes 8192/,
    ],
    [
      'Anthropic',
      openaiError('prompt is too long: 210000 tokens > 200000 maximum'),
      /210000 tokens were sent, and the model takes 200000/,
    ],
    [
      'litellm',
      openaiError(
        'litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - the request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it',
        { code: '400', param: null },
      ),
      /9000 tokens were sent, and the model takes 8192/,
    ],
  ])('a context overflow names role, tokens and limit, and is not retried (%s)', async (_, said, expected) => {
    const server = await createStrictServer((body) => body['model'] === 'judge' && said);
    const run = await runOptimize(server.url);
    expect([run.status, run.stderr]).toEqual([1, expect.stringMatching(/judge \(model judge at /)]);
    expect(run.stderr).toMatch(expected);
    expect(server.refused.length).toBeLessThanOrEqual(8);
    expect(new Set(server.refused.map((body) => JSON.stringify(body))).size).toBe(server.refused.length);
  });

  it('a base model without a chat template is noticed', async () => {
    const server = await createStrictServer((body) => isBase(body) && chat('<|im_start|>assistant\nSure'));
    const run = await runOptimize(server.url);
    expect(run.status).toBe(1);
    expect(server.refused.length).toBeLessThanOrEqual(4); // some may be in flight
    expect(run.stderr).toMatch(/base \(model base at .* no chat template.*set models\.base\.api to "completions"/);
  });
});

describe('waiting', () => {
  it('a model that loads is waited for, longer than retries go', async () => {
    const server = await createStrictServer(
      (_body, _seen, i) => i < 2 && openaiError('Loading model', { type: 'unavailable_error', code: 503 }, 503),
    );
    const run = await runOptimize(server.url, { role: { maxRetries: 0 }, concurrency: 1 });
    expect([run.status, server.refused.length]).toEqual([0, 2]);
  });

  it('the wait in the body of a 429 is obeyed', async () => {
    const times: number[] = [];
    const server = await createStrictServer((body, _seen, i) => {
      if (body['model'] === 'base') times.push(performance.now());
      return i === 0 && { status: 429, body: [{ error: { code: 429, details: [{ retryDelay: '1.2s' }] } }] };
    });
    const run = await runOptimize(server.url, { concurrency: 1 });
    expect(run.status).toBe(0);
    expect(server.seen[1] && (times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1150);
  });

  it('what will not change is not asked again', async () => {
    for (const [status, message] of [
      [501, 'not implemented'],
      [500, 'invalid_request_error: images cannot be read'],
    ] as const) {
      const server = await createStrictServer((body) => isBase(body) && { status, body: { error: { message } } });
      const run = await runOptimize(server.url);
      expect([run.status, server.refused.length]).toEqual([1, 1]);
    }
  });
});

describe('the name of a model', () => {
  /** A rule of a server that lists models and answers under a name of its own. */
  const listModels =
    (listed: object, more: (body: Record<string, unknown>) => object): StrictRule =>
    (body, { path }) =>
      path === '/v1/models' ? listed : 'messages' in body && more(body);
  const answer = (model: string) => ({
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model,
    ...chat('Some answer.'),
  });
  const listed = { object: 'list', data: [{ id: 'served-model' }] };
  const countLists = (server: { seen: { path: string }[] }): number =>
    server.seen.filter(({ path }) => path === '/v1/models').length;
  const staticRun = { models: { optimizer: 'simulated' }, final: null };
  const baseAt = (baseUrl: string, model: string) => ({
    ...staticRun,
    models: { optimizer: 'simulated', base: { model, baseUrl } },
  });

  it.each([
    ['under a name of its own', 'served-model'],
    ['under any name', 'typo'],
  ])('that is not listed is a warning if the server answers %s', async (_, servedAs) => {
    const server = await createStrictServer(listModels(listed, () => answer(servedAs)));
    const run = await runOptimize(server.url, baseAt(server.url, 'typo'));
    expect(run.status).toBe(0);
    const text = expect.stringMatching(/^base: http.* does not list the model "typo", .*it lists served-model\./);
    expect(run.readResult().warnings).toContainEqual({ code: 'model-not-listed', text });
    expect(run.stderr.match(/Warning: base: http.* does not list the model "typo"/g)).toHaveLength(2); // at once and in the summary
    expect([countLists(server), run.readResult().calls?.['base']]).toEqual([1, server.seen.length - 1]);
  });

  it.each<[string, object, (model: string) => object]>([
    ['is listed', { data: [{ id: 'typo' }] }, answer],
    ['has no list', { status: 404, body: {} }, answer],
    ['has garbage as its list', { status: 200, body: { data: 'x' } }, answer],
    ['names no model in its replies', listed, () => chat('Some answer.')],
  ])('is no warning if it or its server %s', async (_, list, reply) => {
    const server = await createStrictServer(listModels(list, () => reply('typo')));
    const run = await runOptimize(server.url, baseAt(server.url, 'typo'));
    expect([run.status, run.readResult().warnings.map(({ code }) => code)]).toEqual([
      0,
      expect.not.arrayContaining(['model-not-listed']),
    ]);
    expect(countLists(server)).toBeLessThanOrEqual(1);
  });

  it('that the server refuses ends the run with the names that are there', async () => {
    const refusal = openaiError("The model 'typo' does not exist", { code: 'model_not_found' }, 404);
    const server = await createStrictServer(listModels(listed, () => refusal));
    const run = await runOptimize(server.url, baseAt(server.url, 'typo'));
    expect([run.status, run.stderr]).toEqual([
      1,
      expect.stringMatching(/base .*typo.* the endpoint lists served-model/),
    ]);
  });

  it('is looked up once for all roles of an endpoint, and counts as no call', async () => {
    const names = ROLES.map((id) => ({ id }));
    const server = await createStrictServer((_, { path }) => path === '/v1/models' && { data: names.slice(1) });
    const whole = await createStrictServer(
      (_, { path }) => path === '/v1/models' && { status: 200, headers: { 'content-type': 'text/html' }, body: [] },
    );
    for (const { url, seen } of [server, whole]) {
      const run = await runOptimize(url, { budget: { calls: 30 }, final: null });
      const asked = seen.filter(({ path }) => path === '/v1/models').length;
      const ended = run.status === 3 ? 0 : 1; // a budget asks nothing more
      expect([asked, seen.length - asked <= 30]).toEqual([ended, true]);
    }
  });

  it('can be left out if the endpoint lists one', async () => {
    const server = await createStrictServer(listModels(listed, ({ model }) => answer(String(model))));
    const run = await runOptimize(server.url, {
      ...staticRun,
      models: { optimizer: 'simulated', base: `@${server.url}` },
    });
    expect([run.status, run.readResult().warnings.map(({ code }) => code)]).toEqual([
      0,
      expect.not.arrayContaining(['model-not-listed']),
    ]);
    expect(
      server.seen.filter(({ body }) => 'messages' in body).every(({ body }) => body['model'] === 'served-model'),
    ).toBe(true);
    expect(JSON.parse(run.read('config.json'))).toMatchObject({ models: { base: { model: 'served-model' } } });
    const before = server.seen.length;
    expect(
      (
        await runOptimize(server.url, {
          ...staticRun,
          models: { optimizer: 'simulated', base: `@${server.url}` },
          out: run.out,
        })
      ).status,
    ).toBe(0);
    expect(server.seen).toHaveLength(before);
  });
});
