import { describe, expect, it } from '@jest/globals';
import { parseRetryAfter } from '../../../models/gateway/parseRetryAfter.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const date = (ms: number): string => new Date(NOW + ms).toUTCString();
const DAY = 86_400_000;

describe('Retry-After', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.2' }, 200],
    [{ 'retry-after': ' .5 ' }, 500],
    [{ 'Retry-After': '1' }, 1000],
    [{ 'retry-after-ms': '150', 'retry-after': '7' }, 150],
    [{ 'retry-after-ms': '', 'retry-after': '7' }, 7000],
    [{ 'retry-after-ms': 'soon', 'retry-after': '7' }, 7000],
    [{ 'retry-after': '86400' }, DAY],
    [{ 'retry-after': '1000000000' }, 1e12],
    [{ 'retry-after': '1e9' }, 1e12],
    [{ 'retry-after-ms': '99999999999' }, 99_999_999_999],
    [{ 'retry-after': String(NOW / 1000 + 90) }, 90_000],
    [{ 'retry-after': String(NOW / 1000 + 0.5) }, 500],
    [{ 'retry-after': String(NOW + 90_000) }, 90_000],
    [{ 'retry-after-ms': String(NOW + 90_000) }, 90_000],
    [{ 'retry-after': String(NOW / 1000 - 5) }, undefined],
    [{ 'retry-after': '30s' }, 30_000],
    [{ 'retry-after': '1m30s' }, 90_000],
    [{ 'retry-after': '2 minutes' }, 120_000],
    [{ 'retry-after': '120ms' }, 120],
    [{ 'retry-after': date(3000) }, 3000],
    [{ 'retry-after': 'Tue Nov 24 10:00:03 2026' }, 3000],
    [{ 'retry-after': 'Tuesday, 24-Nov-26 10:00:03 GMT' }, 3000],
    [{ 'retry-after': '2026-11-24T10:00:03Z' }, 3000],
    [{ 'retry-after': date(-3000) }, undefined],
    [{ 'retry-after': '0' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'in 5' }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('%j means %s ms', (headers, ms) => {
    expect(parseRetryAfter(headers, NOW)).toBe(ms);
    if (headers) expect(parseRetryAfter(new Headers(headers as Record<string, string>), NOW)).toBe(ms);
  });

  it('a date is read by the clock of the endpoint', () => {
    expect(parseRetryAfter({ date: date(DAY), 'retry-after': date(DAY + 5000) }, NOW)).toBe(5000);
    expect(parseRetryAfter({ date: date(DAY), 'retry-after': '5' }, NOW)).toBe(5000);
  });
});

describe('the reset of a rate limit', () => {
  it.each([
    [{ 'x-ratelimit-reset-tokens': '6m0s' }, 360_000],
    [{ 'x-ratelimit-reset-requests': '7.66s', 'x-ratelimit-remaining-requests': '0' }, 7660],
    [{ 'x-ratelimit-reset-tokens': '6m0s', 'x-ratelimit-remaining-tokens': '120' }, undefined],
    [{ 'x-ratelimit-reset': String(NOW + 5000) }, 5000],
    [{ 'ratelimit-reset': '30', 'x-ratelimit-reset-tokens': '1s' }, 30_000],
    [{ 'x-ratelimit-reset-tokens': '6m0s', 'retry-after': '2' }, 2000],
  ])('%j means %s ms, if the limit is used up', (headers, ms) => {
    expect(parseRetryAfter(headers, NOW, true)).toBe(ms);
    if (!('retry-after' in headers)) expect(parseRetryAfter(headers, NOW)).toBeUndefined();
  });
});
