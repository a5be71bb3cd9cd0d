import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { HumanMessage } from '@langchain/core/messages';
import { afterEach, describe, expect, it } from '@jest/globals';
import { classifyFailure, type FailedAttempt } from '../../../models/gateway/retry.ts';
import {
  createOpenAIChat,
  createOpenAICompletions,
  createOpenAIEmbeddings,
} from '../../../models/openai/openaiTransports.ts';
import type { Reply, Transport } from '../../../models/transport.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

/** A server that writes what it is told once a request has come. Its requests are in `seen`. */
async function startRawServer(answer: (socket: Socket) => void): Promise<{ baseUrl: string; seen: string[] }> {
  const seen: string[] = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (part) => {
      text += part.toString();
      const [head = '', body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || Buffer.byteLength(body) < length) return;
      seen.push(text);
      text = '';
      answer(socket);
    });
  });
  const listening = server;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  return { baseUrl: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/v1`, seen };
}

const PROMPT = { messages: [new HumanMessage('Hi')] };
const HI = {
  choices: [{ message: { content: 'Hé' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 2 },
};
const JSON_TYPE = 'content-type: application/json\r\n';

/** A whole answer. */
const write =
  (body: string | Uint8Array, headers = JSON_TYPE, status = '200 OK') =>
  (socket: Socket): void => {
    socket.write(`HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
    socket.write(body);
  };
const toChat = (baseUrl: string, timeoutSeconds = 60): Transport & { kind: 'chat' } =>
  createOpenAIChat({ model: 'm', baseUrl, apiKey: 'sk-secret', timeoutSeconds });
async function ask(answer: (socket: Socket) => void, timeoutSeconds?: number): Promise<Reply> {
  const { baseUrl } = await startRawServer(answer);
  return toChat(baseUrl, timeoutSeconds).send({ prompt: PROMPT, n: 1, sample: 0 });
}
const failing = async (answer: (socket: Socket) => void, timeoutSeconds?: number): Promise<FailedAttempt> =>
  ask(answer, timeoutSeconds).then(
    ({ texts }) => Promise.reject(new Error(`expected a failure, got ${texts.join()}`)),
    (error: unknown) => classifyFailure(error, 0),
  );

describe('a good answer is read', () => {
  const text = JSON.stringify(HI);
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  it.each([
    ['without a content type', write(text, '')],
    ['as text/plain', write(text, 'content-type: text/plain\r\n')],
    ['as text/html', write(text, 'content-type: text/html\r\n')],
    ['with a byte order mark', write(`\ufeff${text}`)],
    ['with white space around it', write(`\n ${text}\n\n`)],
    ['in UTF-16', write(utf16)],
    ['in big-endian UTF-16', write(Buffer.from(utf16).swap16())],
    ['in gzip', write(gzipSync(text), 'content-encoding: gzip\r\n')],
    ['in X-GZIP', write(gzipSync(text), 'content-encoding: X-GZIP\r\n')],
    ['in deflate', write(deflateSync(text), 'content-encoding: deflate\r\n')],
    ['in bare deflate', write(deflateRawSync(text), 'content-encoding: deflate\r\n')],
    ['in br', write(brotliCompressSync(text), 'content-encoding: br\r\n')],
    ['in zstd', write(zstdCompressSync(text), 'content-encoding: zstd\r\n')],
    ['in gzip and br', write(brotliCompressSync(gzipSync(text)), 'content-encoding: gzip, br\r\n')],
    ['as identity', write(text, 'content-encoding: identity\r\n')],
    ['after an early hint', (s: Socket) => (s.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'), write(text)(s))],
    ['until the connection ends', (s: Socket) => void s.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${text}`)],
    ['over HTTP/1.0', (s: Socket) => void s.end(`HTTP/1.0 200 OK\r\n\r\n${text}`)],
    [
      'in chunks that cut a character',
      (s: Socket) => {
        const bytes = Buffer.from(text);
        const cut = bytes.indexOf('é') + 1;
        s.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${cut.toString(16)}\r\n`);
        s.write(bytes.subarray(0, cut));
        s.write(`\r\n${(bytes.length - cut).toString(16)}\r\n`);
        s.write(bytes.subarray(cut));
        s.write('\r\n0\r\n\r\n');
      },
    ],
  ])('%s', async (_, answer) => {
    expect(await ask(answer)).toEqual({ texts: ['Hé'], finish: ['stop'], usage: { input: 7, output: 2 } });
  });

  it('by the SDK’s classes too', async () => {
    const completion = { choices: [{ text: 'Hi' }], usage: { prompt_tokens: '7', completion_tokens: '2' } };
    const completions = await startRawServer(write(gzipSync(JSON.stringify(completion)), 'content-encoding: gzip\r\n'));
    const request = { prompt: { text: 'Hi' }, n: 1, sample: 0 };
    const reply = await createOpenAICompletions({ model: 'm', baseUrl: completions.baseUrl }).send(request);
    expect(reply).toMatchObject({ texts: ['Hi'], usage: { input: 7, output: 2 } });
    server?.close();
    const vectors = { data: [{ index: 0, embedding: [1, 2] }] };
    const embeddings = await startRawServer(write(`\ufeff${JSON.stringify(vectors)}`, ''));
    const embedded = createOpenAIEmbeddings({ model: 'm', baseUrl: embeddings.baseUrl });
    expect((await embedded.send({ prompt: { texts: ['a'] }, n: 1, sample: 0 })).texts).toHaveLength(1);
  });
});

describe('usage', () => {
  it.each([
    [
      { prompt_tokens: '12', completion_tokens: '5' },
      { input: 12, output: 5 },
    ],
    [{ prompt_tokens: 0, completion_tokens: 0 }, null],
    [{ prompt_tokens: -26_000, completion_tokens: 5 }, { output: 5 }],
    [{ prompt_tokens: '-26000', completion_tokens: 5 }, { output: 5 }],
    [{ prompt_tokens: 5, completion_tokens: '-1' }, { input: 5 }],
    [{ prompt_tokens: 'many', completion_tokens: 5 }, { output: 5 }],
    [{ prompt_tokens: '', completion_tokens: 5 }, { output: 5 }],
    [{ prompt_tokens: 1e300, completion_tokens: 5 }, { output: 5 }],
    [{ prompt_tokens: 1.5, completion_tokens: 5 }, { output: 5 }],
    [{ prompt_tokens: [7], completion_tokens: 5 }, { output: 5 }],
    [{}, null],
    ['none', null],
    [null, null],
  ])('%j is read as %j', async (usage, read) => {
    expect((await ask(write(JSON.stringify({ ...HI, usage })))).usage).toEqual(read);
  });
});

describe('a faulty answer fails with the right kind, in one line', () => {
  it.each([
    [
      'cut off',
      (s: Socket) => void s.end(`HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 99\r\n\r\n{"ch`),
      'connection',
    ],
    [
      'a broken chunk',
      (s: Socket) => void s.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n'),
      'connection',
    ],
    [
      'a chunk without an end',
      (s: Socket) => void s.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a"'),
      'connection',
    ],
    ['no HTTP', (s: Socket) => void s.end('SSH-2.0-OpenSSH_9\r\n'), 'connection'],
    [
      'another protocol',
      (s: Socket) => void s.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'connection',
    ],
    ['a bare 101', (s: Socket) => void s.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'), 'connection'],
    ['101 with more', (s: Socket) => void s.write('HTTP/1.1 101 S\r\nconnection: upgrade\r\n\r\n{}'), 'connection'],
    ['100 for ever', (s: Socket) => void s.end('HTTP/1.1 100 Continue\r\n\r\n'), 'connection'],
    ['nothing at all', (s: Socket) => void s.end(), 'connection'],
    ['damaged gzip', write(gzipSync('{}').subarray(0, 12), 'content-encoding: gzip\r\n'), 'server'],
    ['an unknown packing', write('{}', 'content-encoding: lzma\r\n'), 'server'],
    ['an empty body', write(''), 'server'],
    ['a page', write('<html>down</html>', 'content-type: text/html\r\n'), 'server'],
    ['half of its JSON', write('{"choices":[{"mess'), 'server'],
  ])('%s', async (_, answer, kind) => {
    const failure = await failing(answer);
    expect(failure).toMatchObject({ kind, retryable: true });
    expect(failure.message).not.toMatch(/\n|^no message$/);
  });

  it.each([
    [[], 'status 200 with an error: no choices in []'],
    ['a text', 'status 200 with an error: no choices in "a text"'],
    [{ code: 1002, msg: 'busy' }, 'status 200 with an error: no choices in {"code":1002,"msg":"busy"}'],
    [{ message: 'busy' }, 'status 200 with an error: busy'],
    [{ error: { message: null }, choices: [] }, 'status 200 with an error: {"message":null}'],
    [{ choices: [{ text: 'half', finish_reason: 'error' }] }, 'status 200 with an error: error'],
    [
      { choices: [{ message: { content: 'half' }, finish_reason: 'insufficient_system_resource' }] },
      'status 200 with an error: insufficient_system_resource',
    ],
    [
      { choices: [{ message: { content: 'a' } }, { error: { message: 'upstream' } }] },
      'status 200 with an error: upstream',
    ],
    [{ choices: 'many' }, 'expected a completion, but in choices: expected array, received string'],
    [{ choices: [7] }, 'expected a completion, but in choices.0: expected object, received number'],
    [
      { choices: [{ message: { content: 7 } }] },
      'expected a completion, but in choices.0.message.content: expected a text',
    ],
    [{ choices: { 0: {} } }, 'expected a completion, but in choices: expected array, received object'],
  ])('the wrong shape %j', async (body, message) => {
    expect(await failing(write(JSON.stringify(body)))).toMatchObject({ kind: 'server', message });
  });
});

describe('an answer that does not end', () => {
  const head = `HTTP/1.1 200 OK\r\n${JSON_TYPE}`;
  const drip = (s: Socket): void => {
    s.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    const timer = setInterval(() => s.write('1\r\n \r\n'), 20);
    s.on('close', () => clearInterval(timer));
  };
  it.each([
    ['no answer', () => undefined],
    ['headers that stop', (s: Socket) => void s.write('HTTP/1.1 200 OK\r\ncontent-type: app')],
    ['headers without a body', (s: Socket) => void s.write(`${head}content-length: 10\r\n\r\n`)],
    ['a body that stops', (s: Socket) => void s.write(`${head}content-length: 10\r\n\r\n{"a"`)],
    ['endless early hints', (s: Socket) => void s.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3))],
    ['single bytes for ever', drip],
  ])('%s: it ends at the timeout', async (_, answer) => {
    expect(await failing(answer, 0.2)).toMatchObject({ kind: 'timeout', message: 'no complete answer within 0.2 s' });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%d is named, ends the role and is not followed', async (status) => {
    const answer = write('moved', 'location: https://other.test/v1/chat?key=sk-other\r\n', `${status} Moved`);
    const { baseUrl, seen } = await startRawServer(answer);
    const error: unknown = await toChat(baseUrl)
      .send({ prompt: PROMPT, n: 1, sample: 0 })
      .catch((e: unknown) => e);
    const { kind, retryable, message } = classifyFailure(error, 0);
    expect([kind, retryable, message]).toEqual([
      'not-found',
      false,
      'the redirect to https://other.test/v1/chat was not followed, because a key must not go elsewhere; if that is your endpoint, name it in baseUrl',
    ]);
    expect(seen).toHaveLength(1);
  });

  it('of the other classes is named too', async () => {
    const { baseUrl } = await startRawServer(write('', 'location: /v2/embeddings\r\n', '308 Moved'));
    const asked = createOpenAIEmbeddings({ model: 'm', baseUrl }).send({ prompt: { texts: ['a'] }, n: 1, sample: 0 });
    const failure = classifyFailure(await asked.catch((e: unknown) => e), 0);
    expect(failure).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('/v2/embeddings was not followed'),
    });
  });
});

describe('an answer of more than 64 MB', () => {
  const part = Buffer.alloc(1 << 20, 32);
  const size = 'an answer of more than 64 MB was refused';

  it('is refused at once if its length says so', async () => {
    const answer = (s: Socket): void => void s.write(`HTTP/1.1 200 OK\r\ncontent-length: ${100 << 20}\r\n\r\n{`);
    expect(await failing(answer)).toMatchObject({ kind: 'other', retryable: false, message: size });
  });

  it('is refused while it arrives', async () => {
    let sent = 0;
    const flood = (s: Socket): void => {
      s.write('HTTP/1.1 200 OK\r\n\r\n');
      const pour = (): void => {
        while (!s.destroyed && sent < 200 && s.write(part)) sent += 1;
        sent += 1;
        if (sent < 200) s.once('drain', pour);
      };
      pour();
    };
    expect(await failing(flood)).toMatchObject({ kind: 'other', retryable: false, message: size });
    expect(sent).toBeLessThan(120);
  });

  it('is refused if it only unpacks to that', async () => {
    const bomb = gzipSync(Buffer.alloc(65 << 20, 32));
    expect(bomb.length).toBeLessThan(1 << 20);
    expect(await failing(write(bomb, 'content-encoding: gzip\r\n'))).toMatchObject({ kind: 'other', message: size });
  });
});
