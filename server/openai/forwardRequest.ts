import { request, type Dispatcher } from 'undici';
import {
  describeConnectFailure,
  describeProxyRefusal,
  describeRedirect,
  toErrorBody,
} from '../../models/openai/describeHttpFailure.ts';
import { loadRouter } from '../../models/openai/loadRouter.ts';
import { collectBody, readBody } from '../../models/openai/readBody.ts';
import { redactSecrets } from '../../models/secrets.ts';
import { redactChunks } from './redactChunks.ts';
import type { Upstream } from './upstreamModels.ts';

/** Headers of a single connection, and those that this server sets itself. */
const DROPPED_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'set-cookie',
  'date',
  'proxy-authenticate',
]);
/** Headers of bytes that a text made of them does not have. */
const BYTE_HEADERS = new Set(['content-encoding', 'content-type']);

/**
 * Forwards a request and streams the answer back. The answer does not show the key. A redirect is an error, so that no client
 * sends its request to another address.
 */
export async function forwardRequest(
  upstream: Upstream,
  path: string,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Response> {
  const url = new URL(`${upstream.url}${path}`);
  const response = await sendUpstream(url, upstream, body, signal);
  const { statusCode: status } = response;
  const headers = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || DROPPED_HEADERS.has(name) ? [] : [[name, redactSecrets(String(value))]],
  );
  if (status < 300) {
    const chunks = response.headers['content-encoding'] === undefined ? redactChunks(response.body) : response.body;
    return new Response(toReadableStream(chunks), { status, headers });
  }
  if (status < 400) {
    await response.body.dump();
    const [location] = [response.headers.location].flat();
    const message = redactSecrets(`${upstream.url}: ${describeRedirect(url, location)}`);
    return new Response(toErrorBody(message), { status: 502, headers: { 'content-type': 'application/json' } });
  }
  const bytes = await collectBody(response.body);
  const text = redactSecrets(await readBody(bytes, String(response.headers['content-encoding'] ?? '')));
  const [type = 'application/json'] = [response.headers['content-type']].flat();
  const kept = headers.filter(([name]) => !BYTE_HEADERS.has(name));
  return new Response(text, { status, headers: [...kept, ['content-type', type]] });
}

/** @throws Error that names the proxy if that is what failed */
async function sendUpstream(
  url: URL,
  upstream: Upstream,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const findRoute = await loadRouter();
  const { dispatcher, proxy } = findRoute(url);
  const timeout = upstream.timeoutSeconds * 1000;
  try {
    return await request(url, {
      method: 'POST',
      query: upstream.query,
      headers: { ...OWN_HEADERS, ...upstream.headers },
      body: JSON.stringify(body),
      signal,
      dispatcher,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
  } catch (error) {
    const refusal = proxy && describeProxyRefusal(error, proxy);
    throw refusal ? new Error(refusal.message) : describeConnectFailure(error, proxy);
  }
}

/** Streams the chunks as they come. If the reader cancels, the sender stops. */
function toReadableStream(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

const OWN_HEADERS = { 'content-type': 'application/json', 'accept-encoding': 'identity' };
