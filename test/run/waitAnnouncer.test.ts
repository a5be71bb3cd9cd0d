import { expect, it } from '@jest/globals';
import type { CallRetriedEvent } from '../../run/events.ts';
import { WaitAnnouncer } from '../../run/waitAnnouncer.ts';

const START = new Date(2026, 10, 24, 14, 0).getTime();
const retried = (over: Partial<CallRetriedEvent>): CallRetriedEvent => ({
  type: 'callRetried',
  role: 'judge',
  kind: 'rate-limit',
  status: 429,
  waitMs: 300_000,
  isAskedFor: true,
  endpoint: 'https://a.test/v1',
  ...over,
});

it('a wait of more than ten seconds is told with its end and its length', () => {
  const waits = new WaitAnnouncer(() => START);
  expect(waits.announce(retried({ waitMs: 10_000 }))).toBeNull();
  expect(waits.announce(retried({}))).toBe(
    'judge: the endpoint https://a.test/v1 asks to wait until 14:05 (5 min 0 s).',
  );
  const unasked = { isAskedFor: false, kind: 'timeout' as const, status: undefined, endpoint: 'b', waitMs: 30_000 };
  expect(waits.announce(retried(unasked))).toBe(
    'judge: a call to b failed (timeout); the next attempt is at 14:00 (30 s).',
  );
});

it('calls that wait for the same are told once, and a longer wait again', () => {
  let now = START;
  const waits = new WaitAnnouncer(() => now);
  const told = [300_000, 299_000, 304_000, 20_000, 400_000].map(
    (waitMs) => waits.announce(retried({ waitMs })) !== null,
  );
  expect(told).toEqual([true, false, false, false, true]);
  expect(waits.announce(retried({ endpoint: 'other' }))).not.toBeNull();
  now += 400_000;
  expect(waits.announce(retried({ waitMs: 20_000 }))).not.toBeNull();
});
