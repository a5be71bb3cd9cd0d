import { Agent, request } from 'undici';
import type { Upstream } from './upstreamModels.ts';

/** Headers that concern one connection, or what this server makes anew. */
const DROPPED_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'set-cookie',
  'date',
]);

/** Sends a request on and hands the answer back as it comes; a failure's text without the key. */
export async function forwardRequest(
  upstream: Upstream,
  path: string,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Response> {
  const answer = await request(`${upstream.url}${path}`, {
    method: 'POST',
    headers: createHeaders(upstream),
    body: JSON.stringify(body),
    signal,
    dispatcher: getAgent(upstream.timeoutSeconds * 1000),
  });
  const { statusCode: status } = answer;
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || DROPPED_HEADERS.has(name) ? [] : [[name, String(value)]],
  );
  if (status < 400) return new Response(toReadableStream(answer.body), { status, headers });
  return new Response(redactKey(await answer.body.text(), upstream), { status, headers });
}

/** The parts as they come; who stops reading stops the sender. */
function toReadableStream(parts: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const each = parts[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(out) {
      const { done, value } = await each.next();
      if (done) out.close();
      else out.enqueue(value);
    },
    async cancel() {
      await each.return?.();
    },
  });
}

const createHeaders = ({ key }: Upstream): Record<string, string> => ({
  'content-type': 'application/json',
  'accept-encoding': 'identity',
  ...(key !== undefined && { authorization: `Bearer ${key}` }),
});

/** A text in which the upstream's key does not show. */
export const redactKey = (text: string, { key }: Upstream): string => (key ? text.replaceAll(key, '[key]') : text);

const agentsByTimeout = new Map<number, Agent>();

/** Node's own patience, five minutes without a header, is less than some models take. */
function getAgent(timeout: number): Agent {
  const agent = agentsByTimeout.get(timeout) ?? new Agent({ headersTimeout: timeout, bodyTimeout: timeout });
  agentsByTimeout.set(timeout, agent);
  return agent;
}
