import { Agent, request } from 'undici';
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
]);

/** Forwards a request and streams the answer back. The answer does not show the key. */
export async function forwardRequest(
  upstream: Upstream,
  path: string,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Response> {
  const response = await request(`${upstream.url}${path}`, {
    method: 'POST',
    query: upstream.query,
    headers: { ...OWN_HEADERS, ...upstream.headers },
    body: JSON.stringify(body),
    signal,
    dispatcher: getAgent(upstream.timeoutSeconds * 1000),
  });
  const { statusCode: status } = response;
  const headers = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || DROPPED_HEADERS.has(name) ? [] : [[name, redactSecrets(String(value))]],
  );
  const chunks = response.headers['content-encoding'] === undefined ? redactChunks(response.body) : response.body;
  if (status < 400) return new Response(toReadableStream(chunks), { status, headers });
  return new Response(redactSecrets(await response.body.text()), { status, headers });
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

const agentsByTimeout = new Map<number, Agent>();

/** Node's default timeout, five minutes without a header, is too short for some models. */
function getAgent(timeout: number): Agent {
  const agent = agentsByTimeout.get(timeout) ?? new Agent({ headersTimeout: timeout, bodyTimeout: timeout });
  agentsByTimeout.set(timeout, agent);
  return agent;
}
