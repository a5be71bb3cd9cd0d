import { Agent, request } from 'undici';

/**
 * A fetch over undici's `request`: whole bodies instead of streams, for about half of what Node's own fetch costs.
 * `timeout`: milliseconds (Node's fetch would give up after five minutes without a header). Keyless: no Authorization
 * header goes out. @throws SyntaxError where an endpoint answers 200 with something else than JSON, such as a proxy's page
 */
export function leanFetch(timeout: number, keyless: boolean): typeof fetch {
  const dispatcher = agentFor(timeout);
  return async (url, { method = 'GET', headers, body, signal } = {}) => {
    const asked = Object.fromEntries(new Headers(headers));
    if (keyless) delete asked['authorization'];
    const answer = await request(addressOf(url), {
      method,
      headers: asked,
      ...(typeof body === 'string' && { body }),
      ...(signal && { signal }),
      dispatcher,
    });
    const type = String(answer.headers['content-type'] ?? 'nothing of a known type');
    const text = await answer.body.text();
    if (answer.statusCode < 300 && !type.includes('json')) throw new SyntaxError(`expected JSON, got ${type}`);
    return new Response(text === '' ? null : text, { status: answer.statusCode, headers: pairsOf(answer.headers) });
  };
}

const addressOf = (url: string | URL | Request): string => (url instanceof Request ? url.url : String(url));

const pairsOf = (headers: Record<string, string | string[] | undefined>): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] satisfies [string, string]],
  );

const agents = new Map<number, Agent>();

function agentFor(timeout: number): Agent {
  const agent = agents.get(timeout) ?? new Agent({ headersTimeout: timeout, bodyTimeout: timeout });
  agents.set(timeout, agent);
  return agent;
}
