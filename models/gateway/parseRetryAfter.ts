import { toRecord, toText } from '../errorFields.ts';

/** A number of at least so many seconds is no wait of 31 years but a time, counted since 1970. */
const LEAST_UNIX_SECONDS = 1e9;
const DAY_MS = 86_400_000;
const UNITS: readonly [string, number][] = [
  ['d(?:ays?)?', DAY_MS],
  ['h(?:ours?)?', 3_600_000],
  ['m(?:in(?:ute)?s?)?', 60_000],
  ['s(?:ec(?:ond)?s?)?', 1000],
  ['ms', 1],
];
/** A duration such as "1m30s", "7.66s" or "120ms". */
const DURATION = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d*\\.?\\d+)${unit})?`).join('')}$`, 'i');
const LIMIT_RESET = /^(x-)?ratelimit-reset(-\w+)?$/;

/**
 * The wait that an endpoint asks for, in milliseconds; undefined if it names none, or one that is over. `retry-after-ms` goes
 * before `retry-after`. With `takesReset`, the reset of a rate limit of which nothing remains comes last. A value is a number
 * of seconds, a duration, a date, or by mistake the seconds or milliseconds since 1970. `now`: milliseconds since 1970.
 */
export function parseRetryAfter(headers: unknown, now: number, takesReset = false): number | undefined {
  const all = listHeaders(headers);
  // dates are read by the endpoint's own clock, which need not agree with this one
  const start = parseDate(all.get('date')) ?? now;
  const named = parseWait(all.get('retry-after-ms'), 1, start) ?? parseWait(all.get('retry-after'), 1000, start);
  const resets = takesReset && named === undefined ? listResets(all, start) : [];
  const wait = named ?? Math.max(0, ...resets);
  return wait > 0 ? wait : undefined;
}

/** The waits until the limits that are used up are reset, such as `x-ratelimit-reset-tokens`. */
function listResets(headers: ReadonlyMap<string, string>, start: number): number[] {
  return [...headers].flatMap(([name, text]) => {
    const remaining = headers.get(name.replace('reset', 'remaining'));
    const isUsedUp = LIMIT_RESET.test(name) && (remaining === undefined || Number(remaining) <= 0);
    return isUsedUp ? [parseWait(text, 1000, start) ?? 0] : [];
  });
}

/** The milliseconds of a header, negative if they are over. `unit`: those of a bare number. */
function parseWait(header: string | undefined, unit: number, start: number): number | undefined {
  const text = header?.replace(/\s+/g, ' ').trim() ?? '';
  if (text === '') return undefined;
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e\+?\d+)?$/i.test(text)) return parseNumber(Number(text), unit, start);
  const amounts = DURATION.exec(text.replaceAll(' ', ''))?.slice(1);
  if (amounts) return amounts.reduce((sum, amount, i) => sum + Number(amount ?? 0) * (UNITS[i]?.[1] ?? 0), 0);
  const date = parseDate(text);
  return date === undefined ? undefined : date - start;
}

function parseNumber(value: number, unit: number, start: number): number {
  const times = unit === 1 ? [value] : [value, value * 1000];
  const time = times.find((ms) => ms >= LEAST_UNIX_SECONDS * 1000 && ms >= start - DAY_MS);
  return time === undefined ? value * unit : time - start;
}

/** A date in any form of HTTP, which is in Greenwich time also where it does not say so. */
function parseDate(text: string | undefined): number | undefined {
  if (text === undefined || !/\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(/(GMT|UTC|Z|[-+]\d\d:?\d\d)$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}

const listHeaders = (headers: unknown): Map<string, string> =>
  new Map(
    headers instanceof Headers
      ? headers
      : Object.entries(toRecord(headers) ?? {}).map(([name, value]) => [name.toLowerCase(), toText(value)]),
  );
