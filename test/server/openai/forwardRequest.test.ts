import { afterEach, expect, it } from '@jest/globals';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { addSecrets } from '../../../models/secrets.ts';
import { completeAsChat } from '../../../server/openai/completeAsChat.ts';
import { forwardRequest } from '../../../server/openai/forwardRequest.ts';
import { startRecordingProxy } from '../../shared/recordingProxy.ts';
import type { Upstream } from '../../../server/openai/upstreamModels.ts';

addSecrets(['sk-secret']);
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function startUpstream(answer: (res: ServerResponse, path: string) => void): Promise<Upstream> {
  const server = createServer((req, res) => void req.resume().on('end', () => answer(res, req.url ?? '')));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    model: 'm',
    headers: {},
    query: {},
    extraBody: {},
    systemRole: undefined,
    timeoutSeconds: 60,
    api: 'chat',
  };
}
const forward = (upstream: Upstream): Promise<Response> =>
  forwardRequest(upstream, '/chat/completions', { model: 'm' }, new AbortController().signal);

it.each([301, 302, 303, 307, 308])('a redirect with %d is named and not passed on', async (status) => {
  const paths: string[] = [];
  const upstream = await startUpstream((res, path) => {
    paths.push(path);
    res.writeHead(status, { location: '/v2/chat?key=sk-secret' }).end('moved');
  });
  const reply = await forward(upstream);
  expect([reply.status, reply.headers.get('location')]).toEqual([502, null]);
  const { error } = (await reply.json()) as { error: { message: string } };
  expect(error.message).toContain(`the redirect to ${upstream.url.replace('/v1', '')}/v2/chat was not followed`);
  expect(error.message).not.toContain('secret');
  expect(paths).toEqual(['/v1/chat/completions']);
});

it.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
])('an error in %s arrives readable and without the key', async (encoding, compress) => {
  const said = '{"error":{"message":"slow down, sk-secret"}}';
  const headers = { 'content-encoding': encoding, 'content-type': 'application/json', 'retry-after': '7' };
  const reply = await forward(await startUpstream((res) => res.writeHead(429, headers).end(compress(said))));
  expect([reply.status, reply.headers.get('content-encoding'), reply.headers.get('retry-after')]).toEqual([
    429,
    null,
    '7',
  ]);
  expect(await reply.text()).toBe('{"error":{"message":"slow down, [key]"}}');
});

it('a completion in gzip becomes a chat', async () => {
  const completion = JSON.stringify({ choices: [{ text: ' Hi' }], usage: { prompt_tokens: '3' } });
  const headers = { 'content-encoding': 'gzip' };
  const upstream = await startUpstream((res) => res.writeHead(200, headers).end(gzipSync(completion)));
  const aligned = {
    query: 'Hi',
    examples: [],
    prompt: 'p',
    turns: [{ role: 'user' as const, text: 'Hi', isTextOnly: true, original: {} }],
  };
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
  const reply = await completeAsChat(upstream, aligned, body, new AbortController().signal);
  expect(await reply.json()).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
});

it('a stream goes through the proxy of the environment, and its absence is told', async () => {
  const saved = { ...process.env };
  const proxy = await startRecordingProxy({ 'models.test': '127.0.0.1' });
  try {
    Object.assign(process.env, { HTTP_PROXY: proxy.url.replace('//', '//me:secret@'), NO_PROXY: '', no_proxy: '' });
    delete process.env['http_proxy'];
    const events = { 'content-type': 'text/event-stream' };
    const upstream = await startUpstream((res) => res.writeHead(200, events).end('data: 1\n\ndata: [DONE]\n\n'));
    const named = { ...upstream, url: upstream.url.replace('127.0.0.1', 'models.test') };
    expect(await (await forward(named)).text()).toBe('data: 1\n\ndata: [DONE]\n\n');
    expect(proxy.seen).toEqual([`Basic bWU6c2VjcmV0 POST ${named.url}/chat/completions`]);
    proxy.refusal = 407;
    await expect(forward(named)).rejects.toThrow(`the proxy ${proxy.url} (HTTP_PROXY) wants a user and a password`);
    proxy.close();
    await expect(forward(named)).rejects.toThrow(
      /^the proxy http:\S+ \(HTTP_PROXY\): (connect ECONNREFUSED|other side)/,
    );
  } finally {
    process.env = saved;
    proxy.close();
  }
});
