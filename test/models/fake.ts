import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { afterAll } from '@jest/globals';
import type { Reply, ModelRequest, Transport } from '../../models/transport.ts';

/** A request as a server saw it. */
export interface Seen {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** What a server answers: a body (status 200), or status, body and headers. */
export type Answering = (seen: Seen, i: number) => object | Promise<object>;

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

/** A tiny server on 127.0.0.1 that answers by a function; closed after the tests. */
export async function serve(answer: Answering): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => (text += String(chunk)));
    req.on('end', () => {
      const body: unknown = JSON.parse(text || '{}');
      const request = { path: req.url ?? '', headers: req.headers, body: typeof body === 'object' ? { ...body } : {} };
      seen.push(request);
      void Promise.resolve(answer(request, seen.length - 1)).then((said) => send(res, said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  closers.push(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`, seen };
}

/** An answer other than 200. */
export const refusal = (
  status: number,
  message = 'no',
  headers: Record<string, string> = {},
  code?: string,
): object => ({
  status,
  headers,
  body: { error: { message, code } },
});

/** A chat completion of these texts. */
export const chat = (...texts: (string | null)[]) => ({
  choices: texts.map((content, index) => ({ index, finish_reason: 'stop', message: { role: 'assistant', content } })),
  usage: { prompt_tokens: 10, completion_tokens: 5 * texts.length, total_tokens: 10 + 5 * texts.length },
});

function send(res: ServerResponse, said: object): void {
  const {
    status = 200,
    headers = {},
    body = said,
  } = said as { status?: number; headers?: Record<string, string>; body?: object };
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(JSON.stringify(body));
}

/** A transport without a network, and the requests it was given. */
export function scripted(
  answer: (request: ModelRequest, i: number) => Partial<Reply> | Promise<Partial<Reply>>,
  about: Partial<Transport> = {},
): Transport & { kind: 'chat'; sent: ModelRequest[] } {
  const sent: ModelRequest[] = [];
  return {
    endpoint: 'http://fake/v1',
    provider: 'fake',
    model: 'm',
    params: { temperature: 0 },
    takesN: true,
    ...about,
    kind: 'chat',
    sent,
    async send(request) {
      const reply = await answer(request, sent.push(request) - 1);
      return { texts: ['ok'], finish: ['stop'], usage: { input: 10, output: 5 }, ...reply };
    },
  };
}

/** An error as the SDK throws it. */
export const httpError = (status: number, more: object = {}): Error =>
  Object.assign(new Error(`${status} no`), { status, ...more });

/** A promise to be settled from outside. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const door = new EventEmitter();
  return { opened: once(door, 'open').then(() => undefined), open: () => void door.emit('open') };
}
