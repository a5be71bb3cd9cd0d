import { describe, expect, it } from '@jest/globals';
import { computeRetryDelay, classifyFailure } from '../../../models/gateway/retry.ts';
import { httpError } from '../fake.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');

describe('a failure', () => {
  it.each([
    [408, 'timeout', true],
    [409, 'server', true],
    [425, 'server', true],
    [429, 'rate-limit', true],
    [500, 'server', true],
    [502, 'server', true],
    [503, 'server', true],
    [504, 'server', true],
    [529, 'server', true],
    [400, 'bad-request', false],
    [401, 'auth', false],
    [402, 'quota', false],
    [403, 'auth', false],
    [404, 'not-found', false],
    [413, 'bad-request', false],
    [422, 'bad-request', false],
    [307, 'not-found', false],
    [407, 'auth', false],
  ])('status %d is %s, and retryable is %s', (status, kind, retryable) => {
    expect(classifyFailure(httpError(status), NOW)).toMatchObject({ status, kind, retryable });
  });

  it('an account without credit is out of quota, not rate limited', () => {
    expect(classifyFailure(httpError(429, { code: 'insufficient_quota' }), NOW)).toMatchObject({
      kind: 'quota',
      retryable: false,
      overloaded: false,
    });
    expect(classifyFailure(httpError(429, { error: { code: 'insufficient_quota' } }), NOW).kind).toBe('quota');
  });

  it.each([429, 503, 529])('status %d means that the endpoint is overloaded', (status) => {
    expect(classifyFailure(httpError(status), NOW).overloaded).toBe(true);
    expect(classifyFailure(httpError(500), NOW).overloaded).toBe(false);
  });

  it('without an answer, the innermost cause is read', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const error = new Error('Connection error.', { cause: new TypeError('fetch failed', { cause: refused }) });
    expect(classifyFailure(error, NOW)).toMatchObject({
      kind: 'connection',
      retryable: true,
      message: 'connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it.each([
    ['a timeout', Object.assign(new Error('x'), { name: 'TimeoutError' }), 'timeout', true],
    ['late headers', Object.assign(new Error('x'), { code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout', true],
    ['a closed socket', new TypeError('terminated', { cause: { code: 'UND_ERR_SOCKET' } }), 'connection', true],
    ['a reset connection', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'connection', true],
    ['a broken chunk', Object.assign(new Error('x'), { code: 'HPE_INVALID_CHUNK_SIZE' }), 'connection', true],
    ['an answer without HTTP', Object.assign(new Error('x'), { name: 'HTTPParserError' }), 'connection', true],
    ['an unknown authority', Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'not-found', false],
    ['a header that cannot be sent', Object.assign(new Error('x'), { code: 'UND_ERR_INVALID_ARG' }), 'other', false],
    ['JSON cut off', new SyntaxError('Unexpected end of JSON input'), 'server', true],
    [
      'a long context',
      Object.assign(new Error('too long'), { name: 'ContextOverflowError' }),
      'context-overflow',
      false,
    ],
    ['an abort', Object.assign(new Error('x'), { name: 'AbortError' }), 'aborted', false],
    ['an unknown error', new Error('who knows'), 'other', false],
    ['a string', 'a string', 'other', false],
  ])('%s without a status has the expected kind', (_, error, kind, retryable) => {
    expect(classifyFailure(error, NOW)).toMatchObject({ kind, retryable });
  });

  it('the message is that of a body which a client repeats', () => {
    const bodies = [
      { type: 'error', error: { message: 'too\nlong' } },
      [{ error: { code: 400, message: 'too long' } }],
    ];
    for (const body of bodies)
      expect(classifyFailure(httpError(400, { message: `400 ${JSON.stringify(body)}` }), NOW).message).toBe('too long');
  });

  it('the message is one line, without the status and LangChain’s advice', () => {
    const error = httpError(400, { message: '400 context\n  too long\n\nTroubleshooting URL: https://x' });
    expect(classifyFailure(error, NOW).message).toBe('context too long');
  });
});

describe('Retry-After', () => {
  it('the header is found on the error or on its response', () => {
    expect(classifyFailure(httpError(429, { headers: new Headers({ 'retry-after': '2' }) }), NOW).retryAfterMs).toBe(
      2000,
    );
    expect(classifyFailure(httpError(429, { response: { headers: { 'retry-after': '2' } } }), NOW).retryAfterMs).toBe(
      2000,
    );
  });
});

describe('the wait before another attempt', () => {
  it('it doubles from 0.5 s to 30 s, with full jitter', () => {
    const most = Array.from({ length: 9 }, (_, attempt) => computeRetryDelay(attempt, undefined, () => 1));
    expect(most).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    expect(computeRetryDelay(5, undefined, () => 0)).toBe(50);
  });

  it('it is never shorter than asked for, and at most 5 % and a second longer', () => {
    expect(computeRetryDelay(0, 1000, () => 0)).toBe(1000);
    expect(computeRetryDelay(5, 1000, () => 1)).toBe(1050);
    expect(computeRetryDelay(0, 600_000, () => 0)).toBe(600_000);
    expect(computeRetryDelay(0, 600_000, () => 1)).toBe(601_000);
    expect(computeRetryDelay(0, 0, () => 0)).toBe(50);
  });
});
