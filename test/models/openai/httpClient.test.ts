import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { sendHttpRequest, type HttpResponse } from '../../../models/openai/httpClient.ts';
import { classifyFailure } from '../../../models/gateway/retry.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());
afterEach(() => void server?.close());

/** Asks a server that does as told; `timeout`: milliseconds. */
async function asking(answer: (res: ServerResponse, body: string) => void, timeout = 60_000, signal?: AbortSignal) {
  server = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString()));
    req.on('end', () => answer(res, body));
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return (): Promise<HttpResponse> =>
    sendHttpRequest(`http://127.0.0.1:${port}/v1`, { headers: {}, body: '"ä𝄞"', timeout, ...(signal && { signal }) });
}
const kindOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => classifyFailure(error, 0).kind,
  );

it('it returns whole answers with headers in lower case, over connections that stay open', async () => {
  const ports = new Set<number | undefined>();
  const again = await asking((res, body) => {
    ports.add(res.socket?.remotePort);
    res.writeHead(201, { 'Content-Type': 'application/json', 'X-Asked': body.length });
    res.write(Buffer.from(body).subarray(0, 4)); // in the midst of a character
    setTimeout(() => res.end(Buffer.from(body).subarray(4)), 5);
  });
  for (let i = 0; i < 6; i++)
    expect(await again()).toMatchObject({ status: 201, text: '"ä𝄞"', headers: { 'x-asked': '5' } });
  expect(ports.size).toBe(1);
});

it('an answer that is cut off, late or missing fails with the right kind', async () => {
  const cut = await asking((res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
    res.write('{"half":');
    setTimeout(() => res.destroy(), 5);
  });
  expect(await kindOf(cut())).toBe('connection');
  server?.close();
  expect(await kindOf((await asking(() => undefined, 40))())).toBe('timeout');
  server?.close();
  expect(await kindOf((await asking((res) => res.destroy()))())).toBe('connection');
  server?.close();
  expect(await kindOf((await asking((res) => res.writeHead(200).end('<html>')))())).toBe('server');
});

it('an abort closes the connection', async () => {
  const stop = new AbortController();
  let close = (): void => undefined;
  const closed = new Promise<void>((done) => (close = done));
  const ask = await asking((res) => (res.on('close', close), stop.abort()), 60_000, stop.signal);
  expect(await kindOf(ask())).toBe('aborted');
  await closed;
});
