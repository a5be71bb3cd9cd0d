import { describe, expect, it } from '@jest/globals';
import { findRetryHint } from '../../../models/gateway/findRetryHint.ts';
import { classifyFailure } from '../../../models/gateway/retry.ts';

const createError = (body: unknown, status = 429): Error =>
  Object.assign(new Error(`${status} ${JSON.stringify(body)}`), { status, error: body });

const NOW = Date.parse('2026-11-30T12:00:00Z');

describe('the wait that a body asks for', () => {
  it.each<[string, unknown, number]>([
    [
      'Gemini',
      [
        {
          error: { code: 429, details: [{ '@type': 'x/QuotaFailure' }, { '@type': 'x/RetryInfo', retryDelay: '37s' }] },
        },
      ],
      37_000,
    ],
    ['fractions', { error: { details: [{ retryDelay: '0.5s' }] } }, 500],
    ['seconds and nanos', { details: [{ retryDelay: { seconds: 12, nanos: 0 } }] }, 12_000],
    [
      'OpenAI in ms',
      { message: 'Rate limit reached for m on tokens per min. Limit: 30000. Please try again in 20ms.' },
      20,
    ],
    ['OpenAI', { message: 'Rate limit reached. Please try again in 1m30s. Visit https://x' }, 90_000],
    ['OpenAI in hours', { message: 'Please try again in 2h1m0.5s.' }, 7_260_500],
    ['words', { message: 'try again in 37 s' }, 37_000],
    ['Gemini in words', { message: 'Please retry in 37.284s.' }, 37_284],
    [
      'Azure',
      { error: { code: '429', message: 'Requests have exceeded call rate limit. Please retry after 59 seconds.' } },
      59_000,
    ],
    ['a minute', { detail: 'Too many requests, wait 1 minute and 5 seconds' }, 65_000],
    ['milliseconds', { message: 'try again in 250 milliseconds' }, 250],
    ['days', { message: 'Limit reached. Try again in 2 days' }, 172_800_000],
    ['a date', { message: 'Quota exceeded. Retry after 2026-11-30T12:00:20Z' }, 20_000],
    ['a date in words', { message: 'Your limit resets at 2026-11-30 12:01:00 UTC.' }, 60_000],
    [
      'OpenRouter',
      { error: { metadata: { headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': `${NOW + 2500}` } } } },
      2_500,
    ],
    ['a field', { message: 'slow down', retry_after: 3 }, 3_000],
    ['a field in ms', { retry_after_ms: 1500 }, 1_500],
    ['Hugging Face', { error: 'Model x is currently loading', estimated_time: 20.5 }, 20_500],
    [
      'an inner error',
      { error: { message: 'Provider returned error', metadata: { raw: '{"error":{"message":"try again in 4s"}}' } } },
      4_000,
    ],
  ])('%s', (_, body, expected) => expect(findRetryHint(createError(body), NOW)).toBe(expected));

  it.each([
    { message: 'Rate limit reached: 60 requests per 1 minute' },
    { message: 'Try again later.' },
    { message: 'Retry after 2026-11-30T11:00:00Z' },
    { message: 'Try again in a few models' },
    { message: 'retry policy: 5 m used' },
  ])('$message asks for none', (body) => expect(findRetryHint(createError(body), NOW)).toBeUndefined());

  it('counts for an endpoint that has too much to do, and after a header', () => {
    const body = { message: 'try again in 37 s' };
    expect(classifyFailure(createError(body), 0).retryAfterMs).toBe(37_000);
    expect(classifyFailure(createError(body, 400), 0).retryAfterMs).toBeUndefined();
    const withHeader = Object.assign(createError(body), { headers: { 'retry-after': '2' } });
    expect(classifyFailure(withHeader, 0).retryAfterMs).toBe(2_000);
  });
});
