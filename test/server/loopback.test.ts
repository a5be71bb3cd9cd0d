import { expect, it } from '@jest/globals';
import { Hono } from 'hono';
import { requireJsonRequest, requireToken } from '../../server/loopback.ts';

const app = new Hono();
app.use('/json', requireJsonRequest());
app.use('/token', requireToken('let me in'));
app.all('*', (c) => c.text('fine'));
const post = async (path: string, headers: Record<string, string>): Promise<number> =>
  (await app.request(path, { method: 'POST', headers, body: new Uint8Array([123, 125]) })).status;

const FORM = 'application/x-www-form-urlencoded';
it.each([
  [{ 'content-type': 'application/json' }, 200],
  [{ 'content-type': 'Application/JSON; charset=utf-8' }, 200],
  [{ 'content-type': 'application/vnd.api+json' }, 200],
  [{ 'content-type': 'application/json', origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }, 200],
  [{}, 200],
  [{ 'content-type': FORM, 'user-agent': 'curl/8' }, 200],
  [{ 'content-type': FORM, origin: 'http://localhost:3000' }, 415],
  [{ 'content-type': FORM, 'sec-fetch-site': 'cross-site' }, 415],
  [{ origin: 'null' }, 415],
  [{ 'content-type': 'text/plain' }, 415],
  [{ 'content-type': 'text/plain;charset=UTF-8', origin: 'https://evil.example' }, 415],
  [{ 'content-type': 'multipart/form-data; boundary=x' }, 415],
  [{ 'content-type': 'text/plain; application/json' }, 415],
])('a request with %j gets %d', async (headers, status) => {
  expect(await post('/json', headers as Record<string, string>)).toBe(status);
});

it.each([
  ['Bearer let me in', 200],
  ['bearer let me in', 200],
  ['BEARER  let me in', 200],
  ['let me in', 401],
  ['Bearer Let me in', 401],
  ['Basic let me in', 401],
  ['Bearer', 401],
  ['', 401],
])('the token "%s" gets %d', async (authorization, status) => {
  expect(await post('/token', { authorization })).toBe(status);
});
