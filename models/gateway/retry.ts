import type { FailureKind } from '../errors.ts';

/** A failed attempt, understood. */
export interface Fault {
  kind: FailureKind;
  status: number | undefined;
  /** Whether another attempt may succeed. */
  retry: boolean;
  /** Whether the endpoint said that it has too much to do: 429, 503, 529. */
  crowded: boolean;
  /** Milliseconds the endpoint asked to wait. */
  after: number | undefined;
  /** In one line; not yet freed of secrets. */
  message: string;
}

/** Backoff without a Retry-After: full jitter below 0.5 s doubled at each attempt, at most 30 s. */
const BASE = 500;
const CAP = 30_000;
/** No wait is shorter than this, in milliseconds, and none that was asked for is followed beyond two minutes. */
const LEAST = 50;
const MOST = 120_000;

const CROWDED = new Set([429, 503, 529]);
/** What another attempt may mend. */
export const RETRIED: ReadonlySet<FailureKind> = new Set(['rate-limit', 'server', 'timeout', 'connection']);
const TIMEOUT = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT)$/;
const NETWORK = /^(ECONN\w+|EPIPE|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+)$/;

/** What a thrown value says of an attempt, whichever provider threw it. `now`: milliseconds, for dates. */
export function faultOf(error: unknown, now: number): Fault {
  const chain = causes(error);
  const status = chain.map((e) => numeric(e['status']) ?? numeric(e['statusCode'])).find((s) => s !== undefined);
  const kind = status === undefined ? kindWithoutStatus(chain) : kindOfStatus(status, chain);
  const headers = chain.map((e) => e['headers'] ?? record(e['response'])?.['headers']).find((h) => h !== undefined);
  return {
    kind,
    status: status ?? (kind === 'bad-request' ? 400 : undefined),
    retry: RETRIED.has(kind),
    crowded: status !== undefined && CROWDED.has(status) && kind !== 'quota',
    after: retryAfter(headers, now),
    message: messageOf(chain, status),
  };
}

/** Milliseconds asked for by `retry-after-ms` or `retry-after`, the latter in (fractions of) seconds or as an HTTP date. */
export function retryAfter(headers: unknown, now: number): number | undefined {
  const ms = number(header(headers, 'retry-after-ms'));
  if (ms !== undefined) return Math.max(0, ms);
  const raw = header(headers, 'retry-after');
  const seconds = number(raw);
  if (seconds !== undefined) return Math.max(0, seconds * 1000);
  const date = raw === undefined ? Number.NaN : Date.parse(raw);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Milliseconds to wait before attempt number `attempt + 1`; `random` in [0, 1). */
export function delayOf(attempt: number, after: number | undefined, random: () => number): number {
  if (after !== undefined) return Math.min(MOST, Math.max(LEAST, after) * (1 + 0.05 * random()));
  return Math.max(LEAST, random() * Math.min(CAP, BASE * 2 ** attempt));
}

function kindOfStatus(status: number, chain: readonly Fields[]): FailureKind {
  if (status === 402 || chain.some(outOfMoney)) return 'quota';
  if (status === 429) return 'rate-limit';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 409 || status === 425 || status >= 500) return 'server';
  return status >= 400 ? 'bad-request' : 'other';
}

function kindWithoutStatus(chain: readonly Fields[]): FailureKind {
  const names = chain.map((e) => textOf(e['name']));
  const codes = chain.map((e) => textOf(e['code']));
  if (names.includes('ContextOverflowError')) return 'bad-request';
  if (names.includes('TimeoutError') || codes.some((c) => TIMEOUT.test(c))) return 'timeout';
  if (names.includes('AbortError')) return 'aborted';
  // an answer that is no JSON: cut off under way, or a proxy's page
  if (names.includes('SyntaxError')) return 'server';
  if (codes.some((c) => NETWORK.test(c))) return 'connection';
  const said = chain.some((e) => /connection error|fetch failed|socket hang up|terminated/i.test(textOf(e['message'])));
  return said ? 'connection' : 'other';
}

type Fields = Record<string, unknown>;

const outOfMoney = (e: Fields): boolean =>
  [e['code'], e['type'], record(e['error'])?.['code']].some(
    (c) => c === 'insufficient_quota' || c === 'billing_hard_limit_reached',
  );

/** The error and what caused it, as plain fields, at most five deep. */
function causes(error: unknown): Fields[] {
  const chain: Fields[] = [];
  for (let e = record(error); e && chain.length < 5; e = record(e['cause'])) chain.push(e);
  return chain.length ? chain : [{ message: String(error) }];
}

/** What the endpoint said, or without an answer what the network said (the innermost cause). */
function messageOf(chain: readonly Fields[], status: number | undefined): string {
  const said = status === undefined ? (chain.findLast((e) => e['message'] || e['code']) ?? chain[0]) : chain[0];
  const text = textOf(said?.['message'] || said?.['code']).split('Troubleshooting URL:')[0] ?? '';
  const line = text.replace(/\s+/g, ' ').trim();
  return (status !== undefined && line.startsWith(`${status} `) ? line.slice(4) : line).slice(0, 500) || 'no message';
}

function header(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(record(headers) ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return found === undefined || found === null ? undefined : textOf(found);
}

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
const numeric = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const record = (value: unknown): Fields | undefined => (isRecord(value) ? value : undefined);
