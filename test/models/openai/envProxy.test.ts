import { expect, it } from '@jest/globals';
import { findEnvProxy, hasEnvProxy } from '../../../models/openai/envProxy.ts';

const PROXY = 'http://proxy.test:3128';
const find = (target: string, env: Record<string, string>): string | undefined =>
  findEnvProxy(new URL(target), env)?.url.href;

it('the variable of the scheme decides, in lower case before upper case', () => {
  expect(find('http://a.test/v1', { HTTP_PROXY: PROXY })).toBe(`${PROXY}/`);
  expect(find('http://127.0.0.1:8000/v1', { http_proxy: PROXY })).toBe(`${PROXY}/`);
  expect(find('http://a.test/v1', { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:1' })).toBe('http://low:1/');
  expect(find('https://a.test/v1', { HTTPS_PROXY: PROXY, HTTP_PROXY: 'http://other:1' })).toBe(`${PROXY}/`);
  expect(find('https://a.test/v1', { HTTP_PROXY: PROXY })).toBe(`${PROXY}/`);
  expect(find('http://a.test/v1', { HTTPS_PROXY: PROXY })).toBeUndefined();
  expect(find('http://a.test/v1', { http_proxy: '', HTTP_PROXY: PROXY })).toBeUndefined();
  expect(find('http://a.test/v1', {})).toBeUndefined();
});

it('an address without a scheme is one of http', () => {
  expect(find('http://a.test/v1', { HTTP_PROXY: 'proxy.test:3128' })).toBe(`${PROXY}/`);
  expect(find('http://a.test/v1', { HTTP_PROXY: 'me:word@proxy.test:3128' })).toBe('http://me:word@proxy.test:3128/');
});

it.each(['ftp://proxy.test', 'http://', 'http://me:secret@', '://secret'])(
  '"%s" is refused without being shown',
  (text) => {
    expect(() => find('http://a.test', { HTTP_PROXY: text })).toThrow(/^HTTP_PROXY: expected the address of a proxy/);
    expect(() => find('http://a.test', { HTTP_PROXY: text })).not.toThrow(/secret/);
  },
);

it('NODE_USE_ENV_PROXY=0 turns proxies off, as in Node', () => {
  expect(find('http://a.test', { HTTP_PROXY: PROXY, NODE_USE_ENV_PROXY: '0' })).toBeUndefined();
  expect(find('http://a.test', { HTTP_PROXY: PROXY, NODE_USE_ENV_PROXY: '1' })).toBe(`${PROXY}/`);
  expect(hasEnvProxy({ NODE_USE_ENV_PROXY: '1', NO_PROXY: '*' })).toBe(false);
});

it.each([
  ['*', 'http://a.test', true],
  ['a.test', 'http://a.test', true],
  ['A.test.', 'http://a.TEST', true],
  ['a.test', 'http://a.test.', true],
  ['a.test', 'http://b.a.test', true],
  ['.a.test', 'http://b.a.test', true],
  ['*.a.test', 'http://b.a.test', true],
  ['a.test', 'http://ba.test', false],
  ['b.test, a.test', 'https://a.test', true],
  ['b.test a.test', 'https://a.test', true],
  ['localhost', 'http://127.0.0.1:8000', false],
  ['localhost,127.0.0.1', 'http://127.0.0.1:8000', true],
  ['a.test:8000', 'http://a.test:8000', true],
  ['a.test:8000', 'http://a.test', false],
  ['a.test:443', 'https://a.test', true],
  ['::1', 'http://[::1]:8000', true],
  ['[::1]', 'http://[::1]:8000', true],
  ['[::1]:8000', 'http://[::1]:8000', true],
  ['[::1]:8000', 'http://[::1]:8001', false],
  ['10.0.0.0/8', 'http://10.1.2.3', true],
  ['10.0.0.0/8', 'http://11.1.2.3', false],
  ['10.0.0.0/99', 'http://10.1.2.3', false],
  ['fd00::/8', 'http://[fd12::1]', true],
  ['0.0.1', 'http://127.0.0.1', false],
  [', ,', 'http://a.test', false],
])('NO_PROXY=%s lets %s pass directly: %s', (list, target, direct) => {
  expect(find(target, { HTTP_PROXY: PROXY, NO_PROXY: list }) === undefined).toBe(direct);
  expect(find(target, { HTTP_PROXY: PROXY, no_proxy: list, NO_PROXY: 'other' }) === undefined).toBe(direct);
});
