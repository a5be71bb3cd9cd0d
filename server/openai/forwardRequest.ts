import { Agent, request } from 'undici';
import type { Upstream } from './upstreamModels.ts';

/** Headers that concern one connection, or what this server makes anew. */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'set-cookie', 'date']);

/** Sends a request on and hands the answer back as it comes; a failure's text without the key. */
export async function passOn(
  upstream: Upstream,
  path: string,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Response> {
  const answer = await request(`${upstream.url}${path}`, {
    method: 'POST',
    headers: headersFor(upstream),
    body: JSON.stringify(body),
    signal,
    dispatcher: agentFor(upstream.timeoutSeconds * 1000),
  });
  const { statusCode: status } = answer;
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || OWN.has(name) ? [] : [[name, String(value)]],
  );
  if (status < 400) return new Response(streamOf(answer.body), { status, headers });
  return new Response(withoutKey(await answer.body.text(), upstream), { status, headers });
}

/** The parts as they come; who stops reading stops the sender. */
function streamOf(parts: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
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

const headersFor = ({ key }: Upstream): Record<string, string> => ({
  'content-type': 'application/json',
  'accept-encoding': 'identity',
  ...(key !== undefined && { authorization: `Bearer ${key}` }),
});

/** A text in which the upstream's key does not show. */
export const withoutKey = (text: string, { key }: Upstream): string => (key ? text.replaceAll(key, '[key]') : text);

const agents = new Map<number, Agent>();

/** Node's own patience, five minutes without a header, is less than some models take. */
function agentFor(timeout: number): Agent {
  const agent = agents.get(timeout) ?? new Agent({ headersTimeout: timeout, bodyTimeout: timeout });
  agents.set(timeout, agent);
  return agent;
}
