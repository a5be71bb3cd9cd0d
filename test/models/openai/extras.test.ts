import { HumanMessage, SystemMessage, AIMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { resolveEndpoint } from '../../../models/endpointAccess.ts';
import { Gateway } from '../../../models/gateway/gateway.ts';
import {
  createOpenAIChat,
  createOpenAICompletions,
  createOpenAIEmbeddings,
} from '../../../models/openai/openaiTransports.ts';
import { hashRequest } from '../../../models/transport.ts';
import { chat, serve, type Seen } from '../fake.ts';

const KEY = 'azure-secret-value';
const env = { AZURE_KEY: KEY };
const access = {
  headers: { 'api-key': { env: 'AZURE_KEY' }, 'X-Title': 'drpo' },
  query: { 'api-version': '2025-01-01' },
};
const messages = [new SystemMessage('Be brief.'), new HumanMessage('a'), new AIMessage('b'), new HumanMessage('c')];

/** Creates a server with the rules of Azure's deployments: a version, a key in its own header, no Authorization. */
const serveAzure = (answer: object) =>
  serve(({ path, headers }: Seen) => {
    if (!path.includes('api-version=2025-01-01'))
      return { status: 404, body: { error: { code: '404', message: 'Resource not found' } } };
    if (headers['api-key'] !== KEY || headers.authorization !== undefined)
      return {
        status: 401,
        body: {
          error: {
            code: '401',
            message: `Access denied due to invalid subscription key ${String(headers['api-key'])}`,
          },
        },
      };
    return answer;
  });

describe('headers, query and body of a request', () => {
  it('reach an Azure deployment in chats, completions and embeddings', async () => {
    const { url, seen } = await serveAzure({ ...chat('x'), data: [{ embedding: [1, 2] }] });
    const completing = await serveAzure({ choices: [{ text: 'y' }] });
    const at = (baseUrl: string) =>
      resolveEndpoint({ model: 'm', baseUrl, ...access, extraBody: { top_k: 40 }, reasoningEffort: 'low' }, env);
    const gateway = new Gateway();
    const deployment = `${url.replace('/v1', '')}/openai/deployments/NAME`;
    const judge = gateway.manage('judge', createOpenAIChat(at(deployment)));
    expect((await judge.invoke(messages)).text).toBe('x');
    const base = gateway.manage('base', createOpenAICompletions(at(completing.url)));
    expect(await base.invoke('q')).toBe('y');
    const embeddings = gateway.manage('embeddings', createOpenAIEmbeddings(at(url)));
    expect(await embeddings.embedDocuments(['t'])).toEqual([[1, 2]]);
    expect(seen[0]?.path).toBe('/openai/deployments/NAME/chat/completions?api-version=2025-01-01');
    expect(seen[0]?.headers['x-title']).toBe('drpo');
    expect(seen[0]?.body).toMatchObject({ model: 'm', top_k: 40, reasoning_effort: 'low' });
    expect(completing.seen[0]?.body).toMatchObject({ model: 'm', prompt: 'q', top_k: 40 });
    expect(seen[1]?.body).toEqual({ model: 'm', input: ['t'], encoding_format: 'base64', top_k: 40 });
  });

  it('a key that the server repeats is not shown', async () => {
    const { url } = await serveAzure({});
    const transport = createOpenAIChat(
      resolveEndpoint({ model: 'm', baseUrl: url, ...access }, { AZURE_KEY: 'wrong-key' }),
    );
    await expect(new Gateway().manage('judge', transport).invoke('q')).rejects.toThrow(/subscription key \[key\]/);
  });

  it('the request without extras is as before', async () => {
    const { url, seen } = await serve(() => chat('x'));
    await createOpenAIChat({ model: 'm', baseUrl: url, temperature: 0 }).send({
      prompt: { messages },
      n: 1,
      sample: 0,
    });
    expect(Object.keys(seen[0]?.body ?? {})).toEqual(['model', 'temperature', 'n', 'stream', 'messages']);
  });
});

describe('the role of the system prompt', () => {
  it.each([
    ['system', 'm', ['system:Be brief.', 'user:a', 'assistant:b', 'user:c']],
    ['developer', 'm', ['developer:Be brief.', 'user:a', 'assistant:b', 'user:c']],
    ['user', 'm', ['user:Be brief.\n\na', 'assistant:b', 'user:c']],
    ['system', 'o3', ['system:Be brief.', 'user:a', 'assistant:b', 'user:c']],
    ['user', 'o3', ['user:Be brief.\n\na', 'assistant:b', 'user:c']],
  ] as const)('"%s" for a model %s', async (systemRole, model, expected) => {
    const { url, seen } = await serve(() => chat('x'));
    await createOpenAIChat({ model, baseUrl: url, systemRole }).send({ prompt: { messages }, n: 1, sample: 0 });
    const sent = seen[0]?.body['messages'] as { role: string; content: string }[];
    expect(sent.map((m) => `${m.role}:${m.content}`)).toEqual(expected);
  });

  it('"developer" becomes the user turn if it is refused', async () => {
    const { url, seen } = await serve(({ body }) =>
      (body['messages'] as { role: string }[]).some((m) => m.role === 'developer')
        ? { status: 400, body: { error: { message: "Unsupported value: 'developer'", param: 'messages[0].role' } } }
        : chat('x'),
    );
    const gateway = new Gateway();
    const judge = gateway.manage('judge', createOpenAIChat({ model: 'm', baseUrl: url, systemRole: 'developer' }));
    await Promise.all([judge.invoke(messages), judge.invoke('q')]);
    expect(seen).toHaveLength(3);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'judge', parameter: 'developer', sentAs: 'user' }]);
  });
});

describe('the cache', () => {
  const hash = (settings: object): string =>
    hashRequest(createOpenAIChat({ model: 'm', baseUrl: 'http://host/v1', ...settings }), {
      prompt: { text: 'q' },
      n: 1,
      sample: 0,
    });

  it('tells apart what changes an answer, and no keys', () => {
    const kinds = [{}, { extraBody: { top_k: 1 } }, { reasoningEffort: 'low' }, { systemRole: 'user' as const }];
    expect(new Set(kinds.map(hash)).size).toBe(kinds.length);
    expect(hash({ headers: { 'api-key': 'a' }, query: { v: '1' }, secrets: ['a'] })).toBe(hash({}));
    expect(hash({ systemRole: 'system', seed: null })).toBe(hash({}));
  });
});

describe('embeddings', () => {
  it.each([
    ['encoding_format', { status: 400, body: { error: { message: 'encoding_format is not supported' } } }],
    ['encoding_format', { status: 422, body: { detail: [{ loc: ['body', 'encoding_format'], msg: 'Extra inputs' }] } }],
    [
      'dimensions',
      { status: 400, body: { error: { message: 'Model does not support matryoshka', param: 'dimensions' } } },
    ],
  ])('are asked for again without %s if it is refused', async (name, refusal) => {
    const { url, seen } = await serve(({ body }) =>
      name in body
        ? refusal
        : { data: (body['input'] as string[]).map((text, index) => ({ index, embedding: [text.length, 1] })) },
    );
    const gateway = new Gateway();
    const settings = { model: 'm', baseUrl: url, extraBody: { dimensions: 2 } };
    const embeddings = gateway.manage('embeddings', createOpenAIEmbeddings(settings));
    const texts = Array.from({ length: 130 }, (_, i) => 'x'.repeat(i + 1));
    expect(await embeddings.embedDocuments(texts)).toEqual(texts.map((t) => [t.length, 1]));
    expect(seen).toHaveLength(4);
    expect(gateway.getUsageTotals().adjustments).toEqual([{ role: 'embeddings', parameter: name, sentAs: null }]);
  });

  it('that are missing or an error with status 200 are no vectors', async () => {
    const { url } = await serve(({ body }) =>
      (body['input'] as string[])[0] === 'a' ? { error: 'no such path' } : { data: [] },
    );
    const embeddings = createOpenAIEmbeddings({ model: 'm', baseUrl: url });
    const ask = (text: string) => embeddings.send({ prompt: { texts: [text] }, n: 1, sample: 0 });
    await expect(ask('a')).rejects.toThrow('status 200 with an error: no such path');
    await expect(ask('b')).rejects.toThrow('expected 1 embeddings, got 0');
  });
});
