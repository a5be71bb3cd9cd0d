import * as http from 'node:http';
import * as https from 'node:https';

/** What is sent to an endpoint. */
export interface HttpRequest {
  method?: string;
  headers: Record<string, string>;
  body?: string | null | undefined;
  signal?: AbortSignal | null | undefined;
  /** Milliseconds until the headers, and then until the whole body (Node's own fetch would give up after five minutes). */
  timeout: number;
}

/** A whole answer; `headers` in lower case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Milliseconds until an endpoint must be reached, and for which a connection nobody uses is kept open. */
const CONNECT_TIMEOUT_MS = 10_000;
const AGENT_OPTIONS = { keepAlive: true, timeout: CONNECT_TIMEOUT_MS };
const HTTP_CLIENT = { request: http.request, agent: new http.Agent(AGENT_OPTIONS) };
const HTTPS_CLIENT = { request: https.request, agent: new https.Agent(AGENT_OPTIONS) };

/**
 * Asks over Node's own client: whole bodies instead of streams, for less than half of what a fetch costs.
 * @throws SyntaxError where an endpoint answers 200 with something else than JSON, such as a proxy's page
 */
export function sendHttpRequest(
  url: string,
  { method = 'POST', headers, body, signal, timeout }: HttpRequest,
): Promise<HttpResponse> {
  const { request, agent } = url.startsWith('https:') ? HTTPS_CLIENT : HTTP_CLIENT;
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent, timeout, ...(signal && { signal }) };
    const asked = request(url, options, (answer) => readResponse(answer, timeout, resolve, reject));
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(createTimeoutError(timeout)));
    asked.on('socket', ({ connecting }) => connecting && limitConnectTime(asked));
    asked.end(body ?? undefined);
  });
}

function readResponse(
  answer: http.IncomingMessage,
  timeout: number,
  resolve: (answered: HttpResponse) => void,
  reject: (error: Error) => void,
): void {
  const { statusCode: status = 0 } = answer;
  let text = '';
  // a server that keeps a line open with a byte now and then is not waited for
  const timer = setTimeout(
    () => answer.destroy(createTimeoutError(timeout, 'the answer was not whole within')),
    timeout,
  );
  answer.once('close', () => clearTimeout(timer));
  answer.setEncoding('utf8');
  answer.on('data', (part: string) => (text += part));
  answer.on('error', reject);
  answer.on('end', () => {
    const type = answer.headers['content-type'] ?? 'nothing of a known type';
    if (status < 300 && !type.includes('json')) return reject(new SyntaxError(`expected JSON, got ${type}`));
    const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    resolve({ status, headers: Object.fromEntries(told), text });
  });
}

function limitConnectTime(asked: http.ClientRequest): void {
  const timer = setTimeout(() => asked.destroy(createTimeoutError(CONNECT_TIMEOUT_MS)), CONNECT_TIMEOUT_MS);
  asked.socket?.once('connect', () => clearTimeout(timer));
  asked.once('close', () => clearTimeout(timer));
}

const createTimeoutError = (ms: number, what = 'nothing was heard for'): Error =>
  Object.assign(new Error(`${what} ${ms / 1000} s`), { code: 'ETIMEDOUT' });

/** The same as a fetch, for the SDK. Keyless: no Authorization header goes out. */
export function createLeanFetch(timeout: number, keyless: boolean): typeof fetch {
  return async (url, { method = 'GET', headers: given, body, signal } = {}) => {
    const headers = Object.fromEntries(new Headers(given));
    if (keyless) delete headers['authorization'];
    const asked = { method, headers, body: typeof body === 'string' ? body : null, signal, timeout };
    const {
      status,
      headers: told,
      text,
    } = await sendHttpRequest(url instanceof Request ? url.url : String(url), asked);
    return new Response(text === '' ? null : text, { status, headers: told });
  };
}
