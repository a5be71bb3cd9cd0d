import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { type APIError } from 'openai';
import { answerQueries } from '../../../run/answerQueries.ts';
import { Config } from '../../../run/config/loadConfig.ts';
import { startChatServer, type RunningServer, type ServeFlags } from '../../../server/openai/startChatServer.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const folder = mkdtempSync(join(tmpdir(), 'drpo-serve-'));
const seen: { url: string; text: string; key: string | undefined; closed: boolean; ended: Promise<unknown> }[] = [];
/** What the upstream writes, verbatim: odd spacing and all. */
const STREAM = ': odd\n\ndata: { "choices":[{"index":0, "delta":{"content":"Hé"}}]}\n\ndata: [DONE]\n\n';
const WHOLE = '{ "id":"x", "choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"text":" Hi\\n"}] }';
let upstream: Server;
let address = '';
const servers: RunningServer[] = [];

function respond(res: ServerResponse, text: string, key = ''): void {
  const events = { 'content-type': 'text/event-stream' };
  if (text.includes('"model":"hangs"')) res.writeHead(200, events).flushHeaders();
  else if (text.includes('"model":"limited"'))
    res.writeHead(429, { 'retry-after': '7' }).end(`{"error":{"message":"slow down, ${key}"}}`);
  else if (text.includes('"stream":true')) res.writeHead(200, events).end(STREAM);
  else res.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'r1' }).end(WHOLE);
}

beforeAll(async () => {
  upstream = createServer((req, res) => {
    let text = '';
    req.on('data', (part: Buffer) => (text += part.toString()));
    req.on('end', () => {
      const about = {
        url: req.url ?? '',
        text,
        key: req.headers.authorization,
        closed: false,
        ended: once(res, 'close'),
      };
      seen.push(about);
      res.on('close', () => (about.closed = true));
      respond(res, text, about.key);
    });
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const at = upstream.address();
  address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}/v1`;
});
afterAll(async () => {
  await Promise.all(servers.map((s) => s.close(0)));
  upstream.closeAllConnections();
  upstream.close();
  rmSync(folder, { recursive: true });
});

const QUERY = 'How do tides "work"?\u0000 é';
function run(name: string, over: { preset?: string; base?: object | string } = {}): string {
  const dir = mkdtempSync(join(folder, name));
  const { base = { model: 'mistral', baseUrl: address }, preset } = over;
  const config = Config.parse({ preset, models: { base, optimizer: 'simulated' } });
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  writeFileSync(join(dir, 'prompt.txt'), 'Be clear.\n{x}');
  writeFileSync(
    join(dir, 'examples.json'),
    JSON.stringify({ 'Do tides rise?': 'Yes.', 'A loan?': 'No.', 'Work?': 'Fine.' }),
  );
  return dir;
}

async function served(flags: Partial<ServeFlags> & { run: string }, env = {}, log?: (line: string) => void) {
  const server = await startChatServer({ port: 0, host: '127.0.0.1', ...flags }, env, log);
  servers.push(server);
  return { ...server, client: new OpenAI({ apiKey: 'a key of the client', baseURL: server.url, maxRetries: 0 }) };
}
const last = (): Record<string, unknown> => JSON.parse(seen.at(-1)?.text ?? '{}') as Record<string, unknown>;
const user = (content: string) => ({ role: 'user' as const, content });

it.each(['default', 'reference'])(
  'the official client’s request goes out as it was judged, byte for byte (%s)',
  async (preset) => {
    const dir = run('bytes', { preset });
    await answerQueries(dir, [QUERY]);
    const judged = last();
    const { client } = await served({ run: dir });
    const { data, response } = await client.chat.completions
      .create({ model: 'drpo', messages: [user(QUERY)], temperature: 0.3, logit_bias: { 5: 1 } })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Hi');
    expect(response.headers.get('x-request-id')).toBe('r1');
    expect(JSON.stringify(last()['messages'])).toBe(JSON.stringify(judged['messages']));
    expect(last()['stop']).toEqual(judged['stop']);
    expect(last()).toMatchObject({ model: 'mistral', temperature: 0.3, logit_bias: { 5: 1 } });
    expect(seen.at(-1)?.key).toBeUndefined();
  },
);

it('a model without chat is asked the text that was judged, and answers as a chat', async () => {
  const dir = run('plain', { base: { model: 'mistral', baseUrl: address, api: 'completions' } });
  await answerQueries(dir, [QUERY]);
  const judged = last();
  const { client } = await served({ run: dir });
  const asked = { model: 'drpo', messages: [user(QUERY)], max_completion_tokens: 9 };
  expect((await client.chat.completions.create(asked)).choices[0]?.message.content).toBe('Hi');
  expect([last()['prompt'], last()['stop'], last()['max_tokens']]).toEqual([judged['prompt'], judged['stop'], 9]);
  expect(seen.at(-1)?.url).toBe('/v1/completions');
  const parts: unknown[] = [];
  for await (const part of await client.chat.completions.create({ ...asked, stream: true }))
    parts.push(part.choices[0]?.delta.content);
  expect(parts).toEqual(['Hi']);
});

it('streams and whole conversations pass through unchanged', async () => {
  const { client, url } = await served({ run: run('stream') });
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{ }' } };
  const talk = [
    { content: 'Rhyme.', role: 'developer' },
    user('Hi'),
    { tool_calls: [call], role: 'assistant', content: null },
    { role: 'tool', content: '3', tool_call_id: 'c' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'A loan?' },
        { type: 'image_url', image_url: { url: 'data:,' } },
      ],
    },
  ];
  const body = JSON.stringify({ model: 'other', stream: true, messages: talk });
  const reply = await fetch(`${url}/chat/completions`, { method: 'POST', headers: JSON_TYPE, body });
  expect(await reply.text()).toBe(STREAM);
  expect(reply.headers.get('content-type')).toBe('text/event-stream');
  const [system, shot, , , , ...rest] = last()['messages'] as object[];
  expect([system, shot]).toEqual([{ role: 'system', content: 'Be clear.\n{x}\n\nRhyme.' }, user('A loan?')]);
  expect(JSON.stringify(rest)).toBe(JSON.stringify(talk.slice(1)));
  expect(last()['model']).toBe('other');
  const parts: string[] = [];
  for await (const part of await client.chat.completions.create({ model: 'm', messages: [user('Hi')], stream: true }))
    parts.push(part.choices[0]?.delta.content ?? '');
  expect(parts.join('')).toBe('Hé');
});

it('a client that goes away takes its request to the model with it, and a stream is logged when it ends', async () => {
  const lines: string[] = [];
  const { client } = await served({ run: run('gone') }, {}, (line) => lines.push(line));
  const stop = new AbortController();
  const stream = await client.chat.completions.create(
    { model: 'hangs', messages: [user('Hi')], stream: true },
    { signal: stop.signal },
  );
  const asked = seen.at(-1);
  expect(asked?.closed).toBe(false);
  expect(lines).toEqual([]);
  stop.abort();
  for await (const _ of stream) void _;
  await asked?.ended;
  expect(asked?.closed).toBe(true);
  expect(lines.join()).toMatch(/^POST \/v1\/chat\/completions 200 \d+ ms$/);
});

it('the key goes only upstream, and faults come back with their status', async () => {
  const lines: string[] = [];
  const base = { model: 'mistral', baseUrl: address, apiKeyEnv: 'UP_KEY' };
  const dir = run('key', { base });
  await expect(served({ run: dir })).rejects.toThrow('UP_KEY');
  const { client } = await served({ run: dir }, { UP_KEY: 'sk-secret' }, (line) => lines.push(line));
  const refused = (await client.chat.completions
    .create({ model: 'limited', messages: [user('private')] })
    .catch((e: unknown) => e)) as APIError;
  expect([refused.status, refused.message, refused.headers?.get('retry-after')]).toEqual([
    429,
    '429 slow down, Bearer [key]',
    '7',
  ]);
  expect(seen.at(-1)?.key).toBe('Bearer sk-secret');
  const empty = (await client.chat.completions
    .create({ model: 'm', messages: [] })
    .catch((e: unknown) => e)) as APIError;
  expect([empty.status, empty.message]).toEqual([400, expect.stringContaining('messages')]);
  const silent = (await client.chat.completions
    .create({ model: 'm', messages: [{ role: 'assistant', content: 'Hi' }] })
    .catch((e: unknown) => e)) as APIError;
  expect([silent.status, silent.message]).toEqual([400, expect.stringContaining('expected a user message')]);
  const dead = await served({ run: dir, base: 'm@http://127.0.0.1:9/v1' }, { UP_KEY: 'sk-secret' });
  expect(
    (
      (await dead.client.chat.completions
        .create({ model: 'm', messages: [user('Hi')] })
        .catch((e: unknown) => e)) as APIError
    ).status,
  ).toBe(502);
  expect(lines).toHaveLength(3);
  expect(lines.join()).not.toMatch(/secret|private/);
});

it('simulated models answer too, at once or as a stream of one chunk', async () => {
  const dir = run('simulated', { base: 'simulated' });
  const { client, model } = await served({ run: dir });
  const [judged] = await answerQueries(dir, ['How do tides work?']);
  const messages = [user('How do tides work?')];
  const said = await client.chat.completions.create({ model: 'drpo', messages });
  expect(said.choices[0]?.message.content).toBe(judged?.response);
  expect(said.usage?.total_tokens).toBeGreaterThan(10);
  const parts: string[] = [];
  const asked = { model: 'drpo', messages, stream: true as const, stream_options: { include_usage: true } };
  for await (const part of await client.chat.completions.create(asked))
    parts.push(part.choices[0]?.delta.content ?? '');
  expect(parts).toEqual([judged?.response, '']);
  expect((await client.models.list()).data.map((m) => m.id)).toEqual([model, 'drpo']);
  expect((await client.models.retrieve('drpo')).object).toBe('model');
});

/** A request as a browser would send it. */
const get = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((done, fail) => {
    request(url, { headers }, (res) => done(res.resume().statusCode))
      .on('error', fail)
      .end();
  });

it('the server refuses other hosts and sites on loopback, and requires a token elsewhere', async () => {
  const dir = run('guard');
  const { url } = await served({ run: dir });
  const at = new URL(url);
  expect(await get(`${url}/models`, { host: `localhost:${at.port}`, origin: `http://localhost:3000` })).toBe(200);
  expect(await get(`${url}/models`, { host: `evil.example:${at.port}` })).toBe(403);
  expect(await get(`${url}/models`, { host: '127.0.0.1.evil.example' })).toBe(403);
  expect(await get(`${url}/models`, { origin: 'https://evil.example' })).toBe(403);
  expect(await get(`${url}/models`, { origin: 'null' })).toBe(403);
  expect(await get(`${at.origin}/health`, {})).toBe(200);
  expect(await get(`${url}/files`, {})).toBe(404);
  await expect(served({ run: dir, host: '0.0.0.0' })).rejects.toThrow('--token-env');
  await expect(served({ run: dir, host: '0.0.0.0', tokenEnv: 'T' })).rejects.toThrow('T, which is not set');
  await expect(served({ run: dir, port: Number(at.port) })).rejects.toThrow('--port');
  await expect(served({ run: dir, port: 70_000 })).rejects.toThrow('--port');
  const open = await served({ run: dir, host: '0.0.0.0', tokenEnv: 'T' }, { T: 'let-me-in' });
  const address = open.url.replace('0.0.0.0', '127.0.0.1');
  expect(await get(`${address}/models`, { host: 'my.server' })).toBe(401);
  expect(await get(`${address}/models`, { host: 'my.server', authorization: 'Bearer let-me-out' })).toBe(401);
  expect(await get(`${address}/models`, { host: 'my.server', authorization: 'Bearer let-me-in' })).toBe(200);
});

it('a request that is too large is refused while it arrives', async () => {
  const { url } = await served({ run: run('large'), maxRequestMb: 1 });
  const asked = seen.length;
  const send = (body: string): Promise<Response> =>
    fetch(`${url}/chat/completions`, { method: 'POST', headers: JSON_TYPE, body });
  const refused = await send(JSON.stringify({ messages: [user('x'.repeat(2 ** 20))] }));
  expect([refused.status, await refused.text()]).toEqual([
    413,
    expect.stringContaining('expected a request of at most 1 MB, got a longer one; --max-request-mb sets the limit'),
  ]);
  const open = request(`${url}/chat/completions`, { method: 'POST', headers: JSON_TYPE });
  open.on('error', () => undefined);
  open.write(Buffer.alloc(2 ** 21, 120)); // without a length, and without an end
  const [reply] = (await once(open, 'response')) as [IncomingMessage];
  expect(reply.statusCode).toBe(413);
  open.destroy();
  expect(seen).toHaveLength(asked);
  expect((await send(JSON.stringify({ messages: [user('x'.repeat(2 ** 19))] }))).status).toBe(200);
});
