import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server whose answers depend on the question alone, so that a search is the same however it is disturbed. */
export interface ModelServer {
  /** A config of all roles at this server. */
  config: Record<string, unknown>;
  /** Requests answered. */
  count: () => number;
  reset: () => void;
  close: () => Promise<void>;
}

/** Answers a request in the server's place and says so, or leaves it to the server. */
export type Misbehaviour = (role: string, response: ServerResponse, count: number) => boolean;

interface ChatRequest {
  model: string;
  n?: number;
  messages: unknown;
}

/** Starts a server on a free port. `latencyMs`: until an answer. */
export async function startModelServer(latencyMs: number, misbehave: Misbehaviour = () => false): Promise<ModelServer> {
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest;
        count += 1;
        if (misbehave(asked.model, response, count)) return;
        response.setHeader('content-type', 'application/json');
        setTimeout(() => response.end(writeAnswer(asked)), latencyMs);
      });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = (name: string) => ({ model: name, baseUrl, timeoutSeconds: 3, maxRetries: 1 });
  return {
    config: {
      preset: 'reference',
      models: {
        ...Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((role) => [role, model(role)])),
        embeddings: { provider: 'lexical' },
      },
      search: { depth: 6, maxDepthIncrease: 2 },
      queries: { limit: 12 },
      concurrency: 8,
    },
    count: () => count,
    reset: () => void (count = 0),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** A good answer. */
function writeAnswer({ model, n = 1, messages }: ChatRequest): string {
  const asked = createHash('sha256').update(JSON.stringify(messages)).digest('hex');
  const score = 1 + (Number.parseInt(asked.slice(0, 4), 16) % 5);
  const replies: Record<string, (i: number) => unknown> = {
    base: () => `answer ${asked}`,
    reward: () => ({
      query_analysis: {},
      aspects_selection: { reasoning: 'so', selected_aspects: ['Clarity', 'Depth'] },
    }),
    judge: () => ({ Clarity: { rationale: 'so', score }, Depth: { rationale: 'so', score: Math.max(1, score - 1) } }),
    optimizer: (i) => ({ analysis: '', thought: '', new_system_prompt: `You are helper ${asked.slice(0, 12)} ${i}.` }),
  };
  const choices = Array.from({ length: n }, (_, index) => {
    const reply = replies[model]?.(index);
    const content = typeof reply === 'string' ? reply : JSON.stringify(reply);
    return { index, finish_reason: 'stop', message: { role: 'assistant', content } };
  });
  return JSON.stringify({ choices, usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
}
