import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpRequest {
  method?: string;
  headers: Record<string, string>;
  body?: string | null | undefined;
  signal?: AbortSignal | null | undefined;
  /** Milliseconds until the headers, and again until the end of the body. (Node's fetch gives up after five minutes.) */
  timeout: number;
}

/** A complete response. The names of `headers` are in lower case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Milliseconds to connect. An unused connection is kept open for the same time. */
const CONNECT_TIMEOUT_MS = 10_000;
const AGENT_OPTIONS = { keepAlive: true, timeout: CONNECT_TIMEOUT_MS };
const HTTP_CLIENT = { request: http.request, agent: new http.Agent(AGENT_OPTIONS) };
const HTTPS_CLIENT = { request: https.request, agent: new https.Agent(AGENT_OPTIONS) };

/**
 * Sends a request through Node's HTTP client. It reads whole bodies instead of streams, at less than half the cost of a fetch.
 * @throws SyntaxError if the status is 200 but the body is not JSON, such as the page of a proxy
 */
export function sendHttpRequest(
  url: string,
  { method = 'POST', headers, body, signal, timeout }: HttpRequest,
): Promise<HttpResponse> {
  const { request, agent } = url.startsWith('https:') ? HTTPS_CLIENT : HTTP_CLIENT;
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent, timeout, ...(signal && { signal }) };
    const outgoing = request(url, options, (response) => readResponse(response, timeout, resolve, reject));
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(createTimeoutError('no data for', timeout)));
    outgoing.on('socket', ({ connecting }) => connecting && limitConnectTime(outgoing));
    outgoing.end(body ?? undefined);
  });
}

function readResponse(
  response: http.IncomingMessage,
  timeout: number,
  resolve: (response: HttpResponse) => void,
  reject: (error: Error) => void,
): void {
  const { statusCode: status = 0 } = response;
  let text = '';
  // a server may keep the connection open with single bytes, so the whole body has a limit too
  const timer = setTimeout(() => response.destroy(createTimeoutError('no complete answer within', timeout)), timeout);
  response.once('close', () => clearTimeout(timer));
  response.setEncoding('utf8');
  response.on('data', (part: string) => (text += part));
  response.on('error', reject);
  response.on('end', () => {
    const type = response.headers['content-type'] ?? 'no content type';
    if (status < 300 && !type.includes('json')) return reject(new SyntaxError(`expected JSON, got ${type}`));
    const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    resolve({ status, headers: Object.fromEntries(headers), text });
  });
}

function limitConnectTime(outgoing: http.ClientRequest): void {
  const timer = setTimeout(
    () => outgoing.destroy(createTimeoutError('no connection within', CONNECT_TIMEOUT_MS)),
    CONNECT_TIMEOUT_MS,
  );
  outgoing.socket?.once('connect', () => clearTimeout(timer));
  outgoing.once('close', () => clearTimeout(timer));
}

const createTimeoutError = (text: string, ms: number): Error =>
  Object.assign(new Error(`${text} ${ms / 1000} s`), { code: 'ETIMEDOUT' });

/** Makes `sendHttpRequest` a fetch, for the SDK. `timeout`: milliseconds. `isKeyless`: no Authorization header is sent. */
export function createLeanFetch(timeout: number, isKeyless: boolean): typeof fetch {
  return async (url, { method = 'GET', headers: init, body, signal } = {}) => {
    const headers = Object.fromEntries(new Headers(init));
    if (isKeyless) delete headers['authorization'];
    const request = { method, headers, body: typeof body === 'string' ? body : null, signal, timeout };
    const { text, ...response } = await sendHttpRequest(url instanceof Request ? url.url : String(url), request);
    return new Response(text === '' ? null : text, response);
  };
}
