import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { classifyFailure } from '../../../models/gateway/retry.ts';
import { sendHttpRequest, type HttpResponse } from '../../../models/openai/httpClient.ts';
import { startRecordingProxy, type RecordingProxy } from '../../shared/recordingProxy.ts';

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
const saved = new Map(NAMES.map((name) => [name, process.env[name]]));
let proxy: RecordingProxy;
let server: Server;
let host = '';

beforeEach(async () => {
  for (const name of NAMES) delete process.env[name];
  proxy = await startRecordingProxy({ 'models.test': '127.0.0.1' });
  server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json');
    setTimeout(
      () => res.end(JSON.stringify({ path: req.url, host: req.headers.host, key: req.headers.authorization })),
      5,
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host = `models.test:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const [name, value] of saved) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  proxy.close();
  server.closeAllConnections();
  server.close();
});

const ask = (url: string): Promise<HttpResponse> =>
  sendHttpRequest(url, { headers: { authorization: 'Bearer sk' }, body: '{}', timeout: 60_000 });

it('requests to http go through the proxy as they are, several at a time', async () => {
  process.env['HTTP_PROXY'] = proxy.url;
  const answers = await Promise.all([1, 2, 3].map((i) => ask(`http://${host}/v1/${i}?q=1`)));
  expect(answers.map(({ text }) => JSON.parse(text) as unknown)).toEqual(
    [1, 2, 3].map((i) => ({ path: `/v1/${i}?q=1`, host, key: 'Bearer sk' })),
  );
  expect(proxy.seen.toSorted()).toEqual([1, 2, 3].map((i) => `POST http://${host}/v1/${i}?q=1`));
});

it.each([
  ['me:p%40ss', 'me:p@ss'],
  ['me', 'me:'],
  ['me:50%off', 'me:50%off'],
])('user and password "%s" are sent to the proxy', async (written, sent) => {
  process.env['HTTP_PROXY'] = proxy.url.replace('//', `//${written}@`);
  await ask(`http://${host}/v1`);
  expect(proxy.seen).toEqual([`Basic ${Buffer.from(sent).toString('base64')} POST http://${host}/v1`]);
});

it('NO_PROXY goes past the proxy', async () => {
  Object.assign(process.env, { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' });
  const { text } = await ask(`http://127.0.0.1:${host.split(':')[1]}/v1`);
  expect(JSON.parse(text)).toMatchObject({ path: '/v1' });
  expect(proxy.seen).toEqual([]);
});

it('a request to https is a tunnel', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  await expect(ask(`https://${host}/v1`)).rejects.toThrow(); // the server speaks no TLS
  expect(proxy.seen).toEqual([`CONNECT ${host}`]);
});

it.each(['http', 'https'])('a proxy that wants a password is named without the wrong one, for %s', async (scheme) => {
  proxy.refusal = 407;
  process.env['HTTP_PROXY'] = proxy.url.replace('//', '//me:secret@');
  const { status, text } = await ask(`${scheme}://${host}/v1`);
  const said = (JSON.parse(text) as { error: { message: string } }).error.message;
  expect([status, said]).toEqual([
    407,
    `the proxy ${proxy.url} (HTTP_PROXY) wants a user and a password; write http://USER:PASSWORD@127.0.0.1:${proxy.port} into HTTP_PROXY`,
  ]);
});

it('a tunnel that is refused is an answer of the proxy', async () => {
  proxy.refusal = 503;
  process.env['HTTPS_PROXY'] = proxy.url;
  const { status, text } = await ask(`https://${host}/v1`);
  expect([status, text]).toEqual([
    503,
    expect.stringContaining(`${proxy.url} (HTTPS_PROXY) refused the connection with 503`),
  ]);
});

it.each(['http', 'https'])('a proxy that is down is named, for %s', async (scheme) => {
  proxy.close();
  process.env['HTTP_PROXY'] = proxy.url.replace('//', '//me:secret@');
  const error: unknown = await ask(`${scheme}://${host}/v1`).catch((e: unknown) => e);
  expect(classifyFailure(error, 0)).toMatchObject({
    kind: 'connection',
    message: expect.stringMatching(`^the proxy ${proxy.url} \\(HTTP_PROXY\\): connect ECONNREFUSED`),
  });
});
