import { parseRetryAfter } from './parseRetryAfter.ts';
import { listErrorObjects, readErrorText } from '../errorText.ts';

/** Milliseconds of the units in which servers name a wait. */
const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const PART = String.raw`(\d+(?:\.\d+)?)\s*(milliseconds?|msecs?|ms|minutes?|mins?|m|seconds?|secs?|s|hours?|hrs?|h|days?|d)(?![a-z])`;
const WORDS = new RegExp(
  String.raw`(?:(?:try|retry|available|resets?)\b[^.\d]{0,40}?\b(?:in|after)|wait(?:ing)?(?: for)?)\s+(?:about |at least |approximately )?((?:${PART}[\s,]*(?:and )?)+)`,
  'i',
);

/** The end of a wait, such as "2026-01-31T23:59:59Z". */
const DATE =
  /\b(?:try|retry|available|resets?)\b[^.\d]{0,40}?\b(?:after|at|until)\s+(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s?(?:Z|UTC|GMT|[-+]\d\d:?\d\d)?)/i;

/**
 * The wait in milliseconds that the body of an error asks for, in a field, in the headers of a server behind (OpenRouter) or
 * in words; undefined if it asks for none. `now`: milliseconds since 1970.
 */
export function findRetryHint(error: unknown, now: number): number | undefined {
  for (const body of listErrorObjects(error)) {
    const wait = readFields(body) ?? parseRetryAfter(body['headers'], now, true);
    if (wait !== undefined) return wait;
  }
  const text = readErrorText(error);
  const words = WORDS.exec(text)?.[1];
  if (words !== undefined) return parseDuration(words);
  return parseRetryAfter({ 'retry-after': DATE.exec(text)?.[1]?.replace(/(?<=\d)T/i, ' ') }, now);
}

function readFields(body: Record<string, unknown>): number | undefined {
  const { retryDelay, retry_delay: delay = retryDelay, retry_after_ms: ms, retry_after_seconds: after } = body;
  const seconds = [after, body['retry_after'], body['retryAfter'], body['estimated_time']].find(isWait);
  if (isWait(ms)) return Number(ms);
  if (typeof delay === 'string') return parseDuration(delay);
  const parts: unknown = delay === undefined ? undefined : Reflect.get(Object(delay), 'seconds');
  if (isWait(parts)) return Number(parts) * 1000;
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Whether a field is a number of at least 0, perhaps as a text. */
const isWait = (value: unknown): value is number | string =>
  (typeof value === 'number' && value >= 0) || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));

/** The milliseconds of a text such as "37s", "1m30s" or "1 minute and 30 seconds". */
function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(new RegExp(PART, 'gi'))];
  if (parts.length === 0) return undefined;
  return parts.reduce((total, [, count, unit = '']) => {
    const name = /^(ms|msec|milli)/i.test(unit) ? 'ms' : unit.charAt(0).toLowerCase();
    return total + Number(count) * (UNITS[name] ?? 0);
  }, 0);
}
