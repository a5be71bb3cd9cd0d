import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { FileStore } from '../../../models/cache/fileStore.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import type { GatewayEvent, GatewayOptions } from '../../../models/gateway/gatewayOptions.ts';
import type { ManagedChatModel } from '../../../models/langchain/managedModels.ts';
import type { OpenAISettings } from '../../../models/openai/openaiSettings.ts';
import { createOpenAIChat, createOpenAICompletions } from '../../../models/openai/openaiTransports.ts';
import { chat, serve, type Seen } from '../fake.ts';

type Body = Record<string, unknown>;
/** A rule of a server: the error of a request that breaks it. */
type Rule = (body: Body) => { status: number; body: object } | undefined | false;

const ALL_PARAMETERS = { temperature: 0, topP: 0.9, maxTokens: 50, seed: 3 };
const getMessages = (body: Body) =>
  Array.isArray(body['messages']) ? (body['messages'] as { role: string; content: unknown }[]) : [];
const question = (text: string): BaseMessage[] => [new SystemMessage('Be brief.'), new HumanMessage(text)];

/** Creates a server with rules that echoes the last message, and counts what it refused. */
async function createStrictServer(...rules: Rule[]) {
  const refused: Body[] = [];
  const server = await serve(async ({ body }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const error = rules.map((rule) => rule(body)).find(Boolean);
    if (error) refused.push(body);
    const text = String(getMessages(body).at(-1)?.content);
    return error || chat(...Array.from({ length: Number(body['n'] ?? 1) }, (_, i) => `${text} ${i}`));
  });
  return {
    ...server,
    refused,
    accepted: () => server.seen.map((s: Seen) => s.body).filter((b) => !refused.includes(b)),
  };
}

function createJudge(url: string, options: GatewayOptions = {}, settings: Partial<OpenAISettings> = ALL_PARAMETERS) {
  const events: GatewayEvent[] = [];
  const gateway = new Gateway({ random: () => 0, concurrency: 8, onEvent: (e) => void events.push(e), ...options });
  const judge = gateway.manage('judge', createOpenAIChat({ model: 'm', baseUrl: url, ...settings }));
  return { gateway, judge, events };
}

const askEight = (judge: ManagedChatModel, options = {}) =>
  Promise.all(Array.from({ length: 8 }, (_, i) => judge.invoke(question(`q${i}`), options)));

const openaiError = (
  param: string | null,
  message = `Unsupported parameter: '${param}' is not supported with this model.`,
  code = 'unsupported_parameter',
) => ({
  error: { message, type: 'invalid_request_error', param, code },
});
const forbid =
  (parameter: string, status: number, body: object): Rule =>
  (sent) =>
    parameter in sent && { status, body };
const forbidRole =
  (role: string, body: object, status = 400): Rule =>
  (sent) =>
    getMessages(sent).some((m) => m.role === role) && { status, body };

describe('a refused parameter is left out or renamed after one refused request', () => {
  const useCompletionTokens =
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  it.each<[string, Rule, string, string | null]>([
    [
      'error.param',
      forbid('temperature', 400, openaiError('temperature', 'no', 'unsupported_value')),
      'temperature',
      null,
    ],
    ['words', forbid('top_p', 400, openaiError(null, '`top_p` is not supported by this model')), 'top_p', null],
    [
      'a FastAPI detail',
      forbid('seed', 422, {
        detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted', input: 3 }],
      }),
      'seed',
      null,
    ],
    ['a detail in words', forbid('seed', 405, { detail: 'seed is not allowed' }), 'seed', null],
    [
      "serde's list of fields",
      forbid('seed', 422, {
        message: 'unknown field `seed`, expected one of `model`, `messages`, `temperature`, `top_p`',
      }),
      'seed',
      null,
    ],
    ['a text as the error', forbid('stop', 400, { error: 'Unsupported parameter stop' }), 'stop', null],
    [
      'status 500',
      forbid('top_p', 500, { error: { message: 'top_p: not supported', type: 'server_error' } }),
      'top_p',
      null,
    ],
    ['status 501', forbid('stop', 501, { error: { message: 'the field `stop` is not implemented' } }), 'stop', null],
    [
      'status 404',
      forbid('temperature', 404, { error: { message: 'unrecognized request argument supplied: temperature' } }),
      'temperature',
      null,
    ],
    ['status 415', forbid('temperature', 415, { message: 'temperature is unsupported' }), 'temperature', null],
    [
      'an array',
      forbid('seed', 400, [
        { error: { code: 400, message: 'Invalid JSON payload received. Unknown name "seed": Cannot find field.' } },
      ]),
      'seed',
      null,
    ],
    [
      'max_tokens',
      forbid('max_tokens', 400, openaiError('max_tokens', useCompletionTokens)),
      'max_tokens',
      'max_completion_tokens',
    ],
    [
      'max_tokens in words',
      forbid('max_tokens', 400, { message: useCompletionTokens }),
      'max_tokens',
      'max_completion_tokens',
    ],
    [
      'a limit that is too large',
      forbid(
        'max_tokens',
        400,
        openaiError(
          'max_tokens',
          'max_tokens is too large: 50. This model supports at most 40 completion tokens.',
          'invalid_value',
        ),
      ),
      'max_tokens',
      null,
    ],
    ['the system role', forbidRole('system', { message: 'System role not supported' }), 'system', 'developer'],
    [
      'messages[0].role',
      forbidRole(
        'system',
        openaiError(
          'messages[0].role',
          "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
          'unsupported_value',
        ),
      ),
      'system',
      'developer',
    ],
    [
      'a place in messages',
      forbidRole(
        'system',
        {
          detail: [{ loc: ['body', 'messages', 0, 'role'], msg: "Input should be 'user', 'assistant' or 'developer'" }],
        },
        422,
      ),
      'system',
      'developer',
    ],
    [
      'an argument',
      forbid('seed', 400, { error: { message: 'Unrecognized request argument supplied: seed' } }),
      'seed',
      null,
    ],
    [
      'stop sequences',
      forbid('stop', 400, { error: { message: 'Stop sequences are not supported by this model' } }),
      'stop',
      null,
    ],
    ['a field of errors', forbid('top_p', 422, { errors: [{ field: 'top_p', message: 'x' }] }), 'top_p', null],
    ['a detail that is an object', forbid('seed', 400, { detail: { error: 'bad', param: 'seed' } }), 'seed', null],
    [
      'an error with status 200',
      forbid('top_p', 200, { error: { message: 'top_p is not supported', param: 'top_p' } }),
      'top_p',
      null,
    ],
    [
      'a plain message',
      forbid('temperature', 422, { message: '`temperature` must be strictly positive', type: 'validation' }),
      'temperature',
      null,
    ],
    [
      "vLLM's body",
      forbid('max_tokens', 400, { object: 'error', message: 'not accepted', param: 'max_tokens', code: 400 }),
      'max_tokens',
      'max_completion_tokens',
    ],
    [
      'roles that must alternate',
      forbidRole(
        'system',
        { error: { message: 'Conversation roles must alternate user/assistant/user/assistant/...' } },
        500,
      ),
      'system',
      'developer',
    ],
    [
      'an instruction',
      forbidRole('system', [
        { error: { code: 400, message: 'Developer instruction is not enabled for models/gemma-3' } },
      ]),
      'system',
      'developer',
    ],
    [
      'a variant',
      forbidRole('system', { error: 'unknown variant `system`, expected `user` or `assistant`' }, 422),
      'system',
      'developer',
    ],
    [
      'a list of roles',
      forbidRole('system', { error: { message: "messages[0].role must be one of ['user', 'assistant']" } }),
      'system',
      'developer',
    ],
    [
      'the role at most',
      forbidRole('system', { error: { message: 'at most 0 system messages are supported' } }),
      'system',
      'developer',
    ],
  ])('%s', async (_, rule, parameter, sentAs) => {
    const server = await createStrictServer(rule);
    const { gateway, judge, events } = createJudge(server.url);
    const answers = await askEight(judge, { stop: ['<END>'] });
    expect(answers.map((a) => a.text)).toEqual(Array.from({ length: 8 }, (_, i) => `q${i} 0`));
    expect([server.refused.length, server.seen.length]).toEqual([1, 9]);
    expect(events.filter((e) => e.type === 'adjusted')).toEqual([
      { type: 'adjusted', role: 'judge', model: 'm', parameter, sentAs },
    ]);
    expect(gateway.getUsageTotals()).toMatchObject({
      adjustments: [{ role: 'judge', parameter, sentAs }],
      calls: { judge: 8 },
      sent: { judge: 9 },
      failed: { judge: {} },
    });
    const untouched = { temperature: 0, top_p: 0.9, max_tokens: 50, seed: 3, stop: ['<END>'] };
    const others = Object.entries(untouched).filter(([name]) => name !== parameter);
    for (const body of server.accepted()) {
      expect(body).toMatchObject(Object.fromEntries(others));
      if (parameter === 'max_tokens' && sentAs) expect(body[sentAs]).toBe(50);
    }
  });

  it('several parameters are refused once each, in one answer or one after the other', async () => {
    const server = await createStrictServer(
      (body) =>
        'temperature' in body &&
        'top_p' in body && {
          status: 422,
          body: {
            detail: ['temperature', 'top_p'].map((name) => ({
              loc: ['body', name],
              msg: 'Extra inputs are not permitted',
            })),
          },
        },
      forbid('max_tokens', 400, openaiError('max_tokens')),
      forbid('max_completion_tokens', 400, openaiError('max_completion_tokens')),
      forbidRole('system', { message: 'System role not supported' }),
      forbidRole('developer', { message: 'Conversation roles must alternate user/assistant/user/assistant/...' }),
    );
    const { gateway, judge } = createJudge(server.url);
    await askEight(judge);
    expect(server.refused).toHaveLength(5);
    expect(Object.keys(server.accepted()[0] ?? {}).toSorted()).toEqual(['messages', 'model', 'n', 'seed', 'stream']);
    expect(server.accepted()[0]?.['messages']).toEqual([{ role: 'user', content: 'Be brief.\n\nq0' }]);
    expect(gateway.getUsageTotals().adjustments).toEqual([
      { role: 'judge', parameter: 'temperature', sentAs: null },
      { role: 'judge', parameter: 'top_p', sentAs: null },
      { role: 'judge', parameter: 'max_tokens', sentAs: null },
      { role: 'judge', parameter: 'system', sentAs: 'user' },
    ]);
  });

  it('of two parameters that exclude each other the second is left out', async () => {
    const message = '`temperature` and `top_p` cannot both be specified for this model.';
    const server = await createStrictServer(
      (body) => 'temperature' in body && 'top_p' in body && { status: 400, body: { error: { message } } },
    );
    const { gateway, judge } = createJudge(server.url);
    await judge.invoke(question('q'));
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'top_p', sentAs: null }]);
  });

  it('a completion model has no refused parameter either', async () => {
    const { url, seen } = await serve(({ body }) =>
      'seed' in body
        ? { status: 400, body: { error: { message: 'seed is not supported' } } }
        : { choices: [{ text: 'x' }] },
    );
    const gateway = new Gateway();
    const base = gateway.manage('base', createOpenAICompletions({ model: 'm', baseUrl: url, seed: 1, maxTokens: 9 }));
    expect([await base.invoke('a'), await base.invoke('b')]).toEqual(['x', 'x']);
    expect(seen.map(({ body }) => [body['seed'], body['max_tokens']])).toEqual([
      [1, 9],
      [undefined, 9],
      [undefined, 9],
    ]);
  });

  it('each role learns by itself, and reasoning models get max_tokens if that is what their server knows', async () => {
    const server = await createStrictServer(forbid('max_completion_tokens', 400, openaiError('max_completion_tokens')));
    const { gateway, judge } = createJudge(server.url, {}, { model: 'o3-mini', maxTokens: 50 });
    const optimizer = gateway.manage('optimizer', createOpenAIChat({ model: 'm', baseUrl: server.url, maxTokens: 50 }));
    await Promise.all([judge.invoke('q'), optimizer.invoke('q')]);
    expect(gateway.getUsageTotals().adjustments).toEqual([
      { role: 'judge', parameter: 'max_completion_tokens', sentAs: 'max_tokens' },
    ]);
  });
});

describe('n', () => {
  const refuseSeveral =
    (status: number, error: object): Rule =>
    (body) =>
      Number(body['n']) > 1 && { status, body: error };
  it.each<[string, Rule]>([
    [
      'SGLang, status 500',
      refuseSeveral(500, {
        error: { code: 500, message: 'Only one completion choice is allowed', type: 'server_error' },
      }),
    ],
    ['a 500 that calls the request invalid', refuseSeveral(500, { error: { message: 'invalid request' } })],
    [
      'multiple candidates',
      refuseSeveral(400, [{ error: { message: 'Multiple candidates is not enabled for this model' } }]),
    ],
    ['status 501', refuseSeveral(501, { error: { message: 'n > 1 is not implemented' } })],
    ['status 400 without a reason', refuseSeveral(400, { error: { message: 'bad request' } })],
    ['status 400 with error.param', refuseSeveral(400, openaiError('n', 'Invalid value', 'invalid_value'))],
  ])('is asked for once if it is refused (%s)', async (_, rule) => {
    const server = await createStrictServer(rule);
    const { gateway, judge } = createJudge(server.url);
    const results = await Promise.all(
      Array.from({ length: 4 }, (_, i) => judge.generate([question(`q${i}`)], { n: 3 })),
    );
    expect(results.map((r) => r.generations[0]?.length)).toEqual([3, 3, 3, 3]);
    expect([server.refused.length, server.seen.length]).toEqual([1, 13]);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'n', sentAs: null }]);
  });

  it('is asked for once if the server ignores it', async () => {
    const { url, seen } = await serve((_, i) => chat(`t${i}`));
    const { gateway, judge } = createJudge(url);
    await Promise.all(Array.from({ length: 4 }, (_, i) => judge.generate([question(`q${i}`)], { n: 3 })));
    expect(seen.filter(({ body }) => body['n'] === 3)).toHaveLength(1);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'n', sentAs: null }]);
  });

  it('is not sent at all to a server that does not know it', async () => {
    const server = await createStrictServer(
      forbid('n', 422, { detail: [{ loc: ['body', 'n'], msg: 'Extra inputs are not permitted' }] }),
    );
    const { judge } = createJudge(server.url);
    const result = await judge.generate([question('q')], { n: 3 });
    expect([result.generations[0]?.length, server.refused.length]).toEqual([3, 1]);
  });
});

describe('what is remembered', () => {
  it('a run that continues asks for nothing that was refused before, and finds its answers', async () => {
    const server = await createStrictServer(
      forbid('temperature', 400, openaiError('temperature')),
      forbid('max_tokens', 400, openaiError('max_tokens')),
      forbidRole('system', { message: 'System role not supported' }),
      (body) =>
        Number(body['n']) > 1 && { status: 500, body: { error: { message: 'Only one completion choice is allowed' } } },
    );
    const file = join(mkdtempSync(join(tmpdir(), 'drpo-')), 'calls.jsonl');
    for (const texts of [['a'], ['a', 'b']]) {
      const store = FileStore.open(file);
      const { judge } = createJudge(server.url, { store });
      for (const text of texts) await judge.generate([question(text)], { n: 2 });
      store.close();
    }
    expect([server.refused.length, server.seen.length]).toEqual([4, 8]);
    expect(readFileSync(file, 'utf8')).not.toContain('Only one');
  });

  it('a preset that keeps its decoding fails, with role and parameter', async () => {
    const server = await createStrictServer(forbid('temperature', 400, openaiError('temperature')));
    const { judge } = createJudge(server.url, { isReference: true });
    await expect(judge.invoke(question('q'))).rejects.toMatchObject({
      name: 'RoleDownError',
      message: expect.stringMatching(
        /^judge \(model m .*answered 400: .*refuses temperature, which the preset "reference"/,
      ),
    });
    expect(server.seen).toHaveLength(1);
  });
});

describe('what is no refusal', () => {
  it.each([
    [
      'a context overflow',
      400,
      openaiError(
        'max_tokens',
        "'max_tokens' is too large: 50. This model's maximum context length is 40 tokens.",
        'context_length_exceeded',
      ),
    ],
    [
      "llama.cpp's context overflow",
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size',
          type: 'exceed_context_size_error',
        },
      },
    ],
    [
      'a content filter',
      400,
      { error: { code: 'content_filter', message: 'The response was filtered; temperature is not the reason' } },
    ],
    ['another fault', 400, { error: { message: 'The message has an invalid image' } }],
    [
      'a fault in another place',
      422,
      { detail: [{ loc: ['body', 'messages', 0, 'content'], msg: 'temperature and system must not be named' }] },
    ],
    ['a 500 of an invalid request', 500, { error: { message: 'invalid_request: images cannot be read' } }],
    [
      'a repeated request',
      400,
      {
        error: {
          message: `Invalid request: ${JSON.stringify({ model: 'm', messages: [{ role: 'system', content: 'x' }], temperature: 0, top_p: 1, max_tokens: 9, n: 1, seed: 3 })} cannot be parsed`,
        },
      },
    ],
    [
      'a repeated request that is cut off',
      400,
      { error: { message: 'not valid: {"model":"m","temperature":0,"messages":[{"role":"system","content":"Be br' } },
    ],
    [
      'a request as Python shows it',
      422,
      {
        detail:
          "unexpected error for {'model': 'm', 'messages': [{'role': 'system', 'content': \"it's\"}], 'temperature': 0.0, 'stop': None}",
      },
    ],
    [
      'the arguments of a call',
      500,
      {
        error: {
          message:
            "invalid request: create(model='m', messages=[{'role': 'system', 'content': 'a]b'}], temperature=0.0, top_p=1, max_tokens=9)",
        },
      },
    ],
    [
      'the request in a detail',
      422,
      {
        detail: [{ loc: ['body', 'tools'], msg: 'not supported', input: { temperature: 0, messages: [], model: 'm' } }],
      },
    ],
    [
      'the text of a message',
      400,
      {
        error: {
          message: 'The content "Be brief. Do not use max_tokens, temperature or a system prompt." is not allowed',
        },
      },
    ],
  ])('%s fails one call, and nothing is left out', async (_, status, body) => {
    const { url, seen } = await serve(() => ({ status, body }));
    const { gateway, judge } = createJudge(url);
    const asked = [
      new SystemMessage('Be brief. Do not use max_tokens, temperature or a system prompt.'),
      new HumanMessage('q'),
    ];
    await expect(judge.invoke(asked)).rejects.toMatchObject({ name: 'CallFailedError', status });
    expect([seen.length, gateway.getUsageTotals().adjustments]).toEqual([1, []]);
  });

  it('a refusal beside a repeated request is read', async () => {
    const server = await createStrictServer(
      forbid('top_p', 400, {
        error: {
          message: `\`top_p\` is not supported. Your request: ${JSON.stringify({ messages: [], temperature: 0, seed: 3, max_tokens: 5 })}`,
        },
      }),
      (body) =>
        'seed' in body && {
          status: 422,
          body: { detail: [{ loc: ['body', 'seed'], msg: 'Extra inputs', input: { messages: [], temperature: 0 } }] },
        },
      (body) =>
        'temperature' in body && {
          status: 400,
          body: {
            error: {
              message: 'Provider returned error',
              metadata: { raw: JSON.stringify({ error: { message: "Unsupported parameter: 'temperature'" } }) },
            },
          },
        },
    );
    const { gateway, judge } = createJudge(server.url);
    await judge.invoke(question('q'));
    expect(gateway.getUsageTotals().adjustments.map(({ parameter }) => parameter)).toEqual([
      'top_p',
      'seed',
      'temperature',
    ]);
  });

  it('an endpoint without such an address (501) takes its role down at once', async () => {
    const { url, seen } = await serve(() => ({
      status: 501,
      body: { error: { message: 'This server does not chat' } },
    }));
    await expect(createJudge(url).judge.invoke('q')).rejects.toMatchObject({ name: 'RoleDownError', status: 501 });
    expect(seen).toHaveLength(1);
  });
});

describe('what is no answer', () => {
  it.each([
    ['an error as a text', { error: 'Unexpected endpoint or method.' }],
    ['an error beside choices', { error: { message: 'overloaded' }, choices: [{ message: { content: 'half' } }] }],
    ['a detail', { detail: 'Not Found' }],
    ['null choices', { choices: null }],
    ['no choices', { id: 'x', usage: { prompt_tokens: 3 } }],
    ['a base response', { choices: null, base_resp: { status_code: 1000, status_msg: 'unknown error' } }],
    [
      'a base response beside choices',
      { choices: [{ message: { content: '' } }], base_resp: { status_code: 1002, status_msg: 'rate limit' } },
    ],
    ['an error in a choice', { choices: [{ error: 'the model crashed' }] }],
  ])('status 200 with %s is a failed call that no store keeps', async (_, body) => {
    const file = join(mkdtempSync(join(tmpdir(), 'drpo-')), 'calls.jsonl');
    const { url, seen } = await serve(() => body);
    const { gateway } = createJudge(url, { store: FileStore.open(file) });
    const judge = gateway.manage('judge', createOpenAIChat({ model: 'm', baseUrl: url }), { maxRetries: 1 });
    await expect(judge.invoke('q')).rejects.toMatchObject({ name: 'CallFailedError', kind: 'server' });
    expect([seen.length, gateway.getUsageTotals().failed.judge]).toEqual([2, { server: 1 }]);
    expect(readFileSync(file, 'utf8')).not.toContain('texts');
  });

  it('an account without money takes the role down', async () => {
    const { url, seen } = await serve(() => ({ choices: null, base_resp: { status_msg: 'insufficient balance' } }));
    await expect(createJudge(url).judge.invoke('q')).rejects.toMatchObject({ name: 'RoleDownError', kind: 'quota' });
    expect(seen).toHaveLength(1);
  });

  it('a base response that reports success is an answer', async () => {
    const { url } = await serve(() => ({ ...chat('x'), error: null, base_resp: { status_code: 0, status_msg: '' } }));
    expect((await createJudge(url).judge.invoke('q')).text).toBe('x');
  });
});

describe('empty messages of the assistant', () => {
  it.each([
    [
      'beside a complaint',
      [new HumanMessage('q'), new AIMessage(''), new HumanMessage('again')],
      [{ role: 'user', content: 'q\n\nagain' }],
    ],
    ['at the end', [new HumanMessage('q'), new AIMessage(' \n')], [{ role: 'user', content: 'q' }]],
    [
      'among others',
      [new HumanMessage('q'), new AIMessage('a'), new HumanMessage('b')],
      [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    ],
  ])('are not sent (%s)', async (_, messages, sent) => {
    const { url, seen } = await serve(() => chat('x'));
    await createJudge(url).judge.invoke(messages);
    expect(seen[0]?.body['messages']).toEqual(sent);
  });
});
