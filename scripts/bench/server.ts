// A small OpenAI-compatible server whose answers depend on the request alone. Its first line of output is its address.
// GET /log returns the requests since the last GET.
//   node scripts/bench/server.ts [latency in ms, default 20]
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/** A request that the server answered; times are in milliseconds since the epoch. */
export interface LoggedRequest {
  model: string;
  body: string;
  start: number;
  end: number;
}
interface ChatRequest {
  model: string;
  n?: number;
  messages: unknown;
}

const PROSE_WORDS =
  'steady lantern answer detail context clear step example reader careful method simple garden number'.split(' ');
const getTimeMs = (): number => performance.timeOrigin + performance.now();

/** Writes as many words as a real reply has, drawn from a hash. */
function writeProse(key: string, words: number): string {
  const bytes = createHash('shake256', { outputLength: words }).update(key).digest();
  return Array.from(bytes, (byte) => PROSE_WORDS[byte % PROSE_WORDS.length]).join(' ');
}

const replyByRole: Record<string, (key: string, i: number) => unknown> = {
  base: (key) => writeProse(key, 250),
  reward: (key) => ({
    aspects_selection: { reasoning: writeProse(key, 40), selected_aspects: ['Clarity', 'Depth', 'Safety'] },
  }),
  judge: (key) =>
    Object.fromEntries(
      ['Clarity', 'Depth', 'Safety'].map((name, i) => {
        const isPerfect = Number.parseInt(key.slice(0, 2), 16) < 96;
        const score = isPerfect ? 5 : 1 + (Number.parseInt(key.slice(2 + 2 * i, 4 + 2 * i), 16) % 4);
        return [name, { rationale: writeProse(key + name, 30), score }];
      }),
    ),
  optimizer: (key, i) => ({
    analysis: writeProse(key, 60),
    thought: '',
    new_system_prompt: `${key.slice(0, 8)}-${i} ${writeProse(`${key}${i}`, 200)}`,
  }),
};

/** Creates the chat completion for a request. */
function createCompletion({ model, n = 1, messages }: ChatRequest): string {
  const key = createHash('sha256').update(JSON.stringify(messages)).digest('hex');
  const choices = Array.from({ length: n }, (_, index) => {
    const reply = replyByRole[model]?.(key, index);
    const content = typeof reply === 'string' ? reply : JSON.stringify(reply);
    return { index, finish_reason: 'stop', message: { role: 'assistant', content } };
  });
  return JSON.stringify({ choices, usage: { prompt_tokens: 500, completion_tokens: 200, total_tokens: 700 } });
}

/** Starts the server on a free port. */
function startServer(latencyMs: number): void {
  let log: LoggedRequest[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    const start = getTimeMs();
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      res.setHeader('content-type', 'application/json');
      if (req.method === 'GET') {
        res.end(JSON.stringify(log));
        log = [];
        return;
      }
      const body = Buffer.concat(chunks).toString();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the bench sends requests
      const request = JSON.parse(body) as ChatRequest;
      const answer = createCompletion(request);
      setTimeout(() => {
        res.end(answer);
        log.push({ model: request.model, body, start, end: getTimeMs() });
      }, latencyMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1\n`);
  });
}

if (import.meta.main) startServer(Number(process.argv[2] ?? 20));
