import { Agent, request, type Dispatcher } from 'undici';

/** What is sent to an endpoint. */
export interface Asking {
  method?: string;
  headers: Record<string, string>;
  body?: string | null | undefined;
  signal?: AbortSignal | null | undefined;
  /** Milliseconds until the headers, and then until the whole body (Node's own fetch would give up after five minutes). */
  timeout: number;
}

/** A whole answer; `headers` in lower case. */
export interface Answered {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Asks over undici's `request`: whole bodies instead of streams, for less than half of what a fetch costs.
 * @throws SyntaxError where an endpoint answers 200 with something else than JSON, such as a proxy's page
 */
export async function ask(url: string, { method = 'POST', headers, body, signal, timeout }: Asking): Promise<Answered> {
  const asked = { method, headers, body: body ?? null, signal: signal ?? null, dispatcher: agentFor(timeout) };
  const answer = await request(url, asked);
  const text = await within(timeout, answer.body);
  const type = String(answer.headers['content-type'] ?? 'nothing of a known type');
  if (answer.statusCode < 300 && !type.includes('json')) throw new SyntaxError(`expected JSON, got ${type}`);
  const told = Object.entries(answer.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return { status: answer.statusCode, headers: Object.fromEntries(told), text };
}

/** The whole body, in so many milliseconds: a server that keeps a line open with a byte now and then is not waited for. */
async function within(timeout: number, body: Dispatcher.ResponseData['body']): Promise<string> {
  const late = new DOMException(`the answer was not whole within ${timeout / 1000} s`, 'TimeoutError');
  const timer = setTimeout(() => void body.destroy(late), timeout);
  try {
    return await body.text();
  } finally {
    clearTimeout(timer);
  }
}

/** The same as a fetch, for the SDK. Keyless: no Authorization header goes out. */
export function leanFetch(timeout: number, keyless: boolean): typeof fetch {
  return async (url, { method = 'GET', headers: given, body, signal } = {}) => {
    const headers = Object.fromEntries(new Headers(given));
    if (keyless) delete headers['authorization'];
    const asked = { method, headers, body: typeof body === 'string' ? body : null, signal, timeout };
    const { status, headers: told, text } = await ask(url instanceof Request ? url.url : String(url), asked);
    return new Response(text === '' ? null : text, { status, headers: told });
  };
}

const agents = new Map<number, Agent>();

function agentFor(timeout: number): Agent {
  const agent = agents.get(timeout) ?? new Agent({ headersTimeout: timeout, bodyTimeout: timeout });
  agents.set(timeout, agent);
  return agent;
}
