import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { FileStore } from '../../../models/cache/fileStore.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import type { GatewayOptions } from '../../../models/gateway/gatewayOptions.ts';
import type { ManagedChatModel } from '../../../models/langchain/managedModels.ts';
import { createOpenAIChat } from '../../../models/openai/openaiTransports.ts';
import type { OutputMode } from '../../../models/transport.ts';
import type { ReplyForm } from '../../../state/replyForm.ts';
import { chat, serve, type Seen } from '../fake.ts';

type Body = Record<string, unknown>;
interface Format {
  type: string;
  json_schema?: { name: string; strict: boolean; schema: unknown };
}

const schema = { type: 'object', properties: { a: { type: 'string', maxLength: 9 } }, required: ['a'] };
const form: ReplyForm = { name: 'judge', schema, isReadable: (text) => text.includes('{') };
const getFormat = (body: Body): Format | undefined => body['response_format'] as Format | undefined;
const getRung = (body: Body): string => getFormat(body)?.type ?? 'text';

async function createJudge(
  answer: (body: Body) => object | undefined,
  output: OutputMode = 'auto',
  options: GatewayOptions = {},
) {
  const { url, seen } = await serve(async ({ body }: Seen) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer(body) ?? chat(...Array.from({ length: Number(body['n'] ?? 1) }, () => '{"a": "b"}'));
  });
  const gateway = new Gateway({ random: () => 0, concurrency: 8, ...options });
  const judge = gateway.manage('judge', createOpenAIChat({ model: 'm', baseUrl: url, temperature: 0, output }));
  return { judge, gateway, seen, rungs: () => seen.map(({ body }) => getRung(body)) };
}

const ask = (judge: ManagedChatModel, text: string, more = {}) =>
  judge.generate([[new HumanMessage(text)]], { form, ...more });
const askEight = (judge: ManagedChatModel, more = {}) =>
  Promise.all(Array.from({ length: 8 }, (_, i) => ask(judge, `q${i}`, more)));
const count = (items: readonly string[], item: string): number => items.filter((i) => i === item).length;
const error = (status: number, body: object): object => ({ status, body });

describe('the form of a reply', () => {
  it('is a strict JSON schema with the lengths', async () => {
    const { judge, seen, gateway } = await createJudge(() => undefined);
    await ask(judge, 'q');
    expect(getFormat(seen[0]?.body ?? {})).toEqual({
      type: 'json_schema',
      json_schema: { name: 'judge', strict: true, schema },
    });
    expect(gateway.getUsageTotals().adjustments).toEqual([]);
  });

  it.each<[OutputMode, string]>([
    ['json_schema', 'json_schema'],
    ['json_object', 'json_object'],
    ['text', 'text'],
  ])('is what the output %s says', async (output, rung) => {
    const { judge, rungs } = await createJudge(() => undefined, output);
    await askEight(judge);
    expect(new Set(rungs())).toEqual(new Set([rung]));
  });

  it('is no part of a request that has none', async () => {
    const { judge, rungs } = await createJudge(() => undefined);
    await judge.invoke('q');
    expect(rungs()).toEqual(['text']);
  });
});

describe('a refused form is not asked for again', () => {
  const openai = (message: string, param: string | null = 'response_format'): object => ({
    error: { message, type: 'invalid_request_error', param, code: null },
  });
  const refusals: [string, number, object][] = [
    ['error.param', 400, openai('no')],
    ['a place in error.param', 400, openai('Invalid schema', 'response_format.json_schema.schema')],
    ['words', 400, { error: { message: 'json_schema is not supported' } }],
    ['a type that is unavailable', 400, { error: { message: 'This response_format type is unavailable now' } }],
    ['a place', 422, { detail: [{ loc: ['body', 'response_format', 'type'], msg: "Input should be 'text'" }] }],
    ['a variant', 422, { message: 'unknown variant `json_schema`, expected one of `text`, `json_object`' }],
    ['structured outputs', 501, { error: { message: 'Structured outputs are not implemented for this model' } }],
    ['a 404', 404, { error: { message: 'response format is not supported here' } }],
    ['a 405', 405, { detail: 'response_format is not allowed' }],
    ['a 415', 415, { message: 'json_schema: unsupported' }],
    [
      'a 500',
      500,
      {
        error: {
          message: "[{'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or 'json_object'\"}]",
        },
      },
    ],
    ['an error with status 200', 200, openai('response_format is not supported')],
    [
      'JSON that the endpoint could not make',
      400,
      { error: { message: "Failed to generate JSON. See 'failed_generation'.", code: 'json_validate_failed' } },
    ],
    ['a 400 that names nothing', 400, { error: { message: 'Bad Request' } }],
    ['a 500 that calls the request invalid', 500, { error: { message: 'invalid request' } }],
  ];

  it.each(refusals)('JSON is asked for instead of a schema (%s)', async (_, status, body) => {
    const { judge, gateway, rungs } = await createJudge((sent) =>
      getRung(sent) === 'json_schema' ? error(status, body) : undefined,
    );
    const replies = await askEight(judge);
    expect(replies.map((r) => r.generations[0]?.[0]?.text)).toEqual(Array.from({ length: 8 }, () => '{"a": "b"}'));
    expect([count(rungs(), 'json_schema'), count(rungs(), 'json_object')]).toEqual([1, 8]);
    expect(gateway.getUsageTotals()).toMatchObject({
      adjustments: [{ role: 'judge', parameter: 'output', sentAs: 'json_object' }],
      calls: { judge: 8 },
      sent: { judge: 9 },
    });
  });

  it.each(refusals)('text is asked for if neither is taken (%s)', async (_, status, body) => {
    const { judge, gateway, rungs } = await createJudge((sent) => (getFormat(sent) ? error(status, body) : undefined));
    await askEight(judge);
    expect([count(rungs(), 'json_schema'), count(rungs(), 'json_object'), count(rungs(), 'text')]).toEqual([1, 1, 8]);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'output', sentAs: 'text' }]);
  });

  it('a server that fails at it twice without a reason is asked for less', async () => {
    const { judge, gateway, rungs } = await createJudge((sent) =>
      getFormat(sent) ? error(500, { error: { message: 'Internal Server Error' } }) : undefined,
    );
    await ask(judge, 'q');
    expect(rungs()).toEqual(['json_schema', 'json_schema', 'json_object', 'text']);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'output', sentAs: 'text' }]);
    const once = await createJudge((sent) =>
      once.seen.length === 1 ? error(500, { error: { message: 'Internal Server Error' } }) : void sent,
    );
    await ask(once.judge, 'q');
    expect([once.rungs(), once.gateway.getUsageTotals().adjustments]).toEqual([['json_schema', 'json_schema'], []]);
  });

  it('only the lengths are left out if only they are refused', async () => {
    const message =
      "Invalid schema for response_format 'judge': In context=('properties', 'a'), 'maxLength' is not permitted.";
    const { judge, gateway, seen } = await createJudge((sent) =>
      JSON.stringify(sent).includes('maxLength') ? error(400, openai(message)) : undefined,
    );
    await askEight(judge);
    expect(seen).toHaveLength(9);
    expect(getFormat(seen.at(-1)?.body ?? {})?.json_schema?.schema).toEqual({
      ...schema,
      properties: { a: { type: 'string' } },
    });
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'maxLength', sentAs: null }]);
  });

  it('a failure that names nothing is no refusal of the form if requests without it fail too', async () => {
    const { judge, gateway, rungs } = await createJudge(() => error(400, { error: { message: 'Bad Request' } }));
    await expect(ask(judge, 'q')).rejects.toThrow('Bad Request');
    expect(rungs()).toEqual(['json_schema', 'json_object', 'text']);
    expect(gateway.getUsageTotals().adjustments).toEqual([]);
  });

  it('nor if the endpoint took the form before', async () => {
    const { judge, rungs } = await createJudge((sent) =>
      JSON.stringify(sent).includes('bad') ? error(400, { error: { message: 'Bad Request' } }) : undefined,
    );
    await ask(judge, 'good');
    await expect(ask(judge, 'bad')).rejects.toThrow('Bad Request');
    expect(rungs()).toEqual(['json_schema', 'json_schema']);
  });

  it('nor if only several completions fail', async () => {
    const { judge, gateway, rungs } = await createJudge((sent) =>
      Number(sent['n']) > 1 ? error(400, { error: { message: 'Bad Request' } }) : undefined,
    );
    const replies = await ask(judge, 'q', { n: 2 });
    expect(replies.generations[0]).toHaveLength(2);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'n', sentAs: null }]);
    expect(rungs().slice(-2)).toEqual(['json_schema', 'json_schema']);
  });

  it('an output that is asked for by name is not changed, and the error says what to do', async () => {
    const { judge, rungs } = await createJudge(
      () => error(400, { error: { message: 'json_schema is not supported' } }),
      'json_schema',
    );
    await expect(ask(judge, 'q')).rejects.toThrow(
      'refuses the output "json_schema"; set models.judge.output to "auto" or "text"',
    );
    expect(rungs()).toEqual(['json_schema']);
  });

  it('a run that continues starts with what it learned, and finds its answers', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'drpo-')), 'calls.jsonl');
    const sessions: string[][] = [];
    const answer = (sent: Body) => (getFormat(sent) ? error(400, openai('no')) : undefined);
    const { url, seen } = await serve(({ body }) => answer(body) ?? chat('{}'));
    for (const texts of [['a'], ['a', 'b']]) {
      const store = FileStore.open(file);
      const gateway = new Gateway({ store });
      const judge = gateway.manage('judge', createOpenAIChat({ model: 'm', baseUrl: url, output: 'auto' }));
      for (const text of texts) await ask(judge, text);
      sessions.push(seen.splice(0).map(({ body }) => getRung(body)));
      store.close();
    }
    expect(sessions).toEqual([['json_schema', 'json_object', 'text'], ['text']]);
  });
});

describe('a form that an endpoint ignores', () => {
  it('is given up after two replies that cannot be used, if there was none that can', async () => {
    const { judge, gateway, rungs } = await createJudge(() => chat('Here is my opinion.'));
    for (const text of ['a', 'b', 'c', 'd', 'e']) await ask(judge, text);
    const [schemas, objects] = [rungs().slice(0, 2), rungs().slice(2, 4)];
    expect([schemas, objects]).toEqual([
      ['json_schema', 'json_schema'],
      ['json_object', 'json_object'],
    ]);
    expect(rungs().slice(4)).toEqual(['text', 'text', 'text']);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'output', sentAs: 'text' }]);
  });

  it('costs few of the answers that were asked for at once: they are asked for again in the next form', async () => {
    const { judge, rungs } = await createJudge((sent) => chat(getFormat(sent) ? 'Here is my opinion.' : '{"b": 1}'));
    const asked = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => ask(judge, text)));
    const texts = asked.map(({ generations }) => generations[0]?.[0]?.text);
    expect(texts.filter((text) => text === '{"b": 1}').length).toBeGreaterThanOrEqual(4);
    expect(rungs().filter((rung) => rung !== 'text').length).toBeLessThanOrEqual(12);
  });

  it('is none if replies can be used, in the form or not, or are cut off', async () => {
    const replies = ['```json\n{"b": 1}\n```', 'no', 'no', 'no'];
    const { judge, rungs } = await createJudge(() => chat(replies.shift() ?? 'no'));
    for (const text of ['a', 'b', 'c', 'd']) await ask(judge, text);
    expect(new Set(rungs())).toEqual(new Set(['json_schema']));
    const cut = await createJudge(() => ({ choices: [{ finish_reason: 'length', message: { content: 'no' } }] }));
    for (const text of ['a', 'b', 'c']) await ask(cut.judge, text);
    expect(new Set(cut.rungs())).toEqual(new Set(['json_schema']));
  });
});

describe('the key of an answer', () => {
  it('depends on the form, on the output and on the repair', async () => {
    const { judge, seen } = await createJudge(() => undefined);
    const other = { ...form, schema: { type: 'object' } };
    for (const more of [{}, {}, { form: other }, { repair: 1 }, { repair: 2 }, { form: undefined }])
      await ask(judge, 'q', more);
    expect(seen).toHaveLength(5);
    expect(seen.map(({ body }) => body['temperature'])).toEqual([0, 0, 0.5, 1, 0]);
  });
});
