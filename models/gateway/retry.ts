import { RETRYABLE_KINDS, type FailureKind } from '../errors.ts';

/** A failed attempt, understood. */
export interface FailedAttempt {
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
const BASE_RETRY_DELAY_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** No wait is shorter than this, in milliseconds, and none that was asked for is followed beyond two minutes. */
const MIN_RETRY_DELAY_MS = 50;
const MAX_RETRY_DELAY_MS = 120_000;

const OVERLOAD_STATUSES = new Set([429, 503, 529]);
const TIMEOUT_CODE = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT)$/;
const NETWORK_CODE = /^(ECONN\w+|EPIPE|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+)$/;

/** What a thrown value says of an attempt, whichever provider threw it. `now`: milliseconds, for dates. */
export function classifyFailure(error: unknown, now: number): FailedAttempt {
  const chain = listCauses(error);
  const status = chain.map((e) => toNumber(e['status']) ?? toNumber(e['statusCode'])).find((s) => s !== undefined);
  const kind = status === undefined ? classifyErrorChain(chain) : classifyStatus(status, chain);
  const headers = chain.map((e) => e['headers'] ?? toRecord(e['response'])?.['headers']).find((h) => h !== undefined);
  return {
    kind,
    status: status ?? (kind === 'bad-request' ? 400 : undefined),
    retry: RETRYABLE_KINDS.has(kind),
    crowded: status !== undefined && OVERLOAD_STATUSES.has(status) && kind !== 'quota',
    after: parseRetryAfter(headers, now),
    message: extractMessage(chain, status),
  };
}

/** Milliseconds asked for by `retry-after-ms` or `retry-after`, the latter in (fractions of) seconds or as an HTTP date. */
export function parseRetryAfter(headers: unknown, now: number): number | undefined {
  const ms = parseNumber(findHeader(headers, 'retry-after-ms'));
  if (ms !== undefined) return Math.max(0, ms);
  const raw = findHeader(headers, 'retry-after');
  const seconds = parseNumber(raw);
  if (seconds !== undefined) return Math.max(0, seconds * 1000);
  const date = raw === undefined ? Number.NaN : Date.parse(raw);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Milliseconds to wait before attempt number `attempt + 1`; `random` in [0, 1). */
export function computeRetryDelay(attempt: number, after: number | undefined, random: () => number): number {
  if (after !== undefined)
    return Math.min(MAX_RETRY_DELAY_MS, Math.max(MIN_RETRY_DELAY_MS, after) * (1 + 0.05 * random()));
  return Math.max(MIN_RETRY_DELAY_MS, random() * Math.min(MAX_BACKOFF_MS, BASE_RETRY_DELAY_MS * 2 ** attempt));
}

function classifyStatus(status: number, chain: readonly ErrorFields[]): FailureKind {
  if (status === 402 || chain.some(isQuotaExceeded)) return 'quota';
  if (status === 429) return 'rate-limit';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 409 || status === 425 || status >= 500) return 'server';
  return status >= 400 ? 'bad-request' : 'other';
}

function classifyErrorChain(chain: readonly ErrorFields[]): FailureKind {
  const names = chain.map((e) => toText(e['name']));
  const codes = chain.map((e) => toText(e['code']));
  if (names.includes('ContextOverflowError')) return 'bad-request';
  if (names.includes('TimeoutError') || codes.some((c) => TIMEOUT_CODE.test(c))) return 'timeout';
  if (names.includes('AbortError')) return 'aborted';
  // an answer that is no JSON: cut off under way, or a proxy's page
  if (names.includes('SyntaxError')) return 'server';
  if (codes.some((c) => NETWORK_CODE.test(c))) return 'connection';
  const said = chain.some((e) => /connection error|fetch failed|socket hang up|terminated/i.test(toText(e['message'])));
  return said ? 'connection' : 'other';
}

type ErrorFields = Record<string, unknown>;

const isQuotaExceeded = (e: ErrorFields): boolean =>
  [e['code'], e['type'], toRecord(e['error'])?.['code']].some(
    (c) => c === 'insufficient_quota' || c === 'billing_hard_limit_reached',
  );

/** The error and what caused it, as plain fields, at most five deep. */
function listCauses(error: unknown): ErrorFields[] {
  const chain: ErrorFields[] = [];
  for (let e = toRecord(error); e && chain.length < 5; e = toRecord(e['cause'])) chain.push(e);
  return chain.length ? chain : [{ message: String(error) }];
}

/** What the endpoint said, or without an answer what the network said (the innermost cause). */
function extractMessage(chain: readonly ErrorFields[], status: number | undefined): string {
  const said = status === undefined ? (chain.findLast((e) => e['message'] || e['code']) ?? chain[0]) : chain[0];
  const text = toText(said?.['message'] || said?.['code']).split('Troubleshooting URL:')[0] ?? '';
  const line = text.replace(/\s+/g, ' ').trim();
  return (status !== undefined && line.startsWith(`${status} `) ? line.slice(4) : line).slice(0, 500) || 'no message';
}

function findHeader(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(toRecord(headers) ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return found === undefined || found === null ? undefined : toText(found);
}

const parseNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
const toNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const toText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const isRecord = (value: unknown): value is ErrorFields => typeof value === 'object' && value !== null;
const toRecord = (value: unknown): ErrorFields | undefined => (isRecord(value) ? value : undefined);
