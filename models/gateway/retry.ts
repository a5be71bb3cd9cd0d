import { listCauses, readStatus, toRecord, toText, type ErrorFields } from '../errorFields.ts';
import { parseRetryAfter } from './parseRetryAfter.ts';
import { RETRYABLE_KINDS, type FailureKind } from '../errors.ts';
import { listErrorObjects, readErrorText } from '../errorText.ts';
import { findPromptFault } from '../promptFaults.ts';
import { findRetryHint } from './findRetryHint.ts';
import type { RefusedParameters } from '../refusedParameters.ts';
import { redactSecrets } from '../secrets.ts';
import type { TokenUsage } from '../transport.ts';

/** A failed attempt, whichever provider's error it came from. */
export interface FailedAttempt {
  kind: FailureKind;
  /** HTTP status; undefined if there was no answer. */
  status: number | undefined;
  /** Whether another attempt may succeed. */
  retryable: boolean;
  /** Whether the endpoint has too much to do: it says so (429, 503, 529), or it did not answer in time. */
  overloaded: boolean;
  /** Whether the endpoint still loads its model. */
  isLoading?: boolean;
  /** The wait that the endpoint asked for. */
  retryAfterMs: number | undefined;
  /** One line of at most 500 characters, without secrets. */
  message: string;
  /** The parameters that the endpoint refused; left out if it named none. */
  refused?: RefusedParameters | undefined;
  /** Whether the endpoint ignored the form of the reply, so that the next form is tried. */
  isFormIgnored?: true;
  /** What a reply cost that was no answer. */
  usage?: TokenUsage;
  usd?: number;
  /** The key of the request, if a batch was asked. */
  row?: string;
}

/** If the endpoint asks for no wait, it is random between 0 and 0.5 s, doubled at each attempt up to 30 s. */
const BASE_RETRY_DELAY_MS = 500;
const MAX_BACKOFF_MS = 30_000;
const MIN_RETRY_DELAY_MS = 50;
/** A run ends instead of waiting longer than this. */
export const MAX_WAIT_MS = 3_600_000;
/** The jitter of a wait that the endpoint asked for. */
const MAX_JITTER_MS = 1000;

const OVERLOAD_STATUSES = new Set([429, 503, 529]);
const TIMEOUT_CODE = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT)$/;
const NETWORK_CODE = /^(ECONN\w+|EPIPE|EPROTO|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN|HPE_\w+|UND_ERR_(?!INVALID)\w+)$/;
/** A certificate that is not trusted, or a proxy that the environment does not name rightly: no call will go through. */
const NO_WAY_CODE = /^(\w*SELF_SIGNED_CERT\w*|CERT_\w+|UNABLE_TO_\w+|ERR_TLS_CERT\w*|ERR_PROXY_ADDRESS)$/;
/** What a 500 says if the same request would fail again. */
const INVALID_REQUEST =
  /invalid[_ ](request|argument|parameter|input|value)|request (was|is) (invalid|malformed)|bad ?request|validation ?error|not supported|unsupported|not (allowed|permitted)/i;

/** Reads the error of any provider's client. `now`: milliseconds since 1970, to resolve a Retry-After date. */
export function classifyFailure(error: unknown, now: number): FailedAttempt {
  const chain = listCauses(error);
  const status = chain.map(readStatus).find((s) => s !== undefined);
  const fault = findPromptFault(error, status);
  const kind = fault ? fault.kind : status === undefined ? classifyErrorChain(chain) : classifyStatus(status, chain);
  const headers = chain.map((e) => e['headers'] ?? toRecord(e['response'])?.['headers']).find((h) => h !== undefined);
  return {
    kind,
    status: status ?? (kind === 'bad-request' || kind === 'context-overflow' ? 400 : undefined),
    retryable: RETRYABLE_KINDS.has(kind),
    overloaded: (isOverload(status) && kind !== 'quota') || kind === 'timeout',
    isLoading: isLoading(error, status),
    retryAfterMs:
      parseRetryAfter(headers, now, status === 429) ?? (isOverload(status) ? findRetryHint(error, now) : undefined),
    message: (fault?.summary ?? '') + extractMessage(chain, status),
  };
}

/** Milliseconds to wait after failed attempt number `attempt` (from 0), never less than asked for. `random`: in [0, 1). */
export function computeRetryDelay(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined)
    return Math.max(MIN_RETRY_DELAY_MS, retryAfterMs) + Math.min(MAX_JITTER_MS, 0.05 * retryAfterMs) * random();
  return Math.max(MIN_RETRY_DELAY_MS, random() * Math.min(MAX_BACKOFF_MS, BASE_RETRY_DELAY_MS * 2 ** attempt));
}

const isOverload = (status: number | undefined): boolean => status !== undefined && OVERLOAD_STATUSES.has(status);

/** Whether a server answers that its model is not loaded yet. */
const isLoading = (error: unknown, status: number | undefined): boolean =>
  (status === 503 || status === 500 || status === 425) &&
  /\b(loading|warming up|starting up|initiali[sz]ing)\b|not (been )?loaded yet|not ready/i.test(readErrorText(error));

function classifyStatus(status: number, chain: readonly ErrorFields[]): FailureKind {
  if (status === 402 || chain.some(isQuotaExceeded)) return 'quota';
  if (status === 429) return 'rate-limit';
  if (status === 401 || status === 403 || status === 407) return 'auth';
  if (status === 404 || status === 501 || (status >= 300 && status < 400)) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 500 && INVALID_REQUEST.test(readErrorText(chain[0]))) return 'bad-request';
  if (status === 409 || status === 425 || status >= 500) return 'server';
  return status >= 400 ? 'bad-request' : 'other';
}

function classifyErrorChain(chain: readonly ErrorFields[]): FailureKind {
  const names = chain.map((e) => toText(e['name']));
  const codes = chain.map((e) => toText(e['code']));
  if (names.includes('ContextOverflowError')) return 'bad-request';
  if (chain.some(isQuotaExceeded)) return 'quota';
  if (names.includes('TimeoutError') || codes.some((c) => TIMEOUT_CODE.test(c))) return 'timeout';
  if (names.includes('AbortError')) return 'aborted';
  // an answer that is not JSON was cut off, or is the page of a proxy
  if (names.includes('SyntaxError') || names.includes('UnsentRowError')) return 'server';
  if (codes.some((c) => NO_WAY_CODE.test(c))) return 'not-found';
  if (names.includes('HTTPParserError') || codes.some((c) => NETWORK_CODE.test(c))) return 'connection';
  const isConnection = chain.some((e) =>
    /connection error|fetch failed|socket hang up|terminated|did not receive done/i.test(toText(e['message'])),
  );
  return isConnection ? 'connection' : 'other';
}

const isQuotaExceeded = (e: ErrorFields): boolean =>
  [e['code'], e['type'], toRecord(e['error'])?.['code']].some(
    (c) => c === 'insufficient_quota' || c === 'billing_hard_limit_reached',
  );

/** The endpoint's message, or without an answer that of the innermost cause. */
function extractMessage(chain: readonly ErrorFields[], status: number | undefined): string {
  const source = status === undefined ? (chain.findLast((e) => e['message'] || e['code']) ?? chain[0]) : chain[0];
  const text = toText(source?.['message'] || source?.['code']).split('Troubleshooting URL:')[0] ?? '';
  const line = text.replace(/\s+/g, ' ').trim();
  const body = status !== undefined && line.startsWith(`${status} `) ? line.slice(4) : line;
  const inner = /^[[{]/.test(body) ? listErrorObjects({ message: body }).map((e) => toText(e['message'])) : [];
  const message = inner.find(Boolean)?.replace(/\s+/g, ' ') ?? body;
  return redactSecrets(message.replace(/Bearer\s+[^\s"',]+/gi, 'Bearer [key]')).slice(0, 500) || 'no message';
}
