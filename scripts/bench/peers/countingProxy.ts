// What every tool of the peers' bench talks to: one OpenAI-compatible address before the two real servers, which counts tokens.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { RealServer } from '../../real/startRealServer.ts';

/** What was asked since the last reset. `input` counts cached tokens too, as a bill does. */
export interface ProxyCount {
  calls: number;
  input: number;
  output: number;
}

/** A proxy that runs. `url` ends in /v1. */
export interface CountingProxy {
  url: string;
  count: () => Promise<ProxyCount>;
  /** Counts from zero, and gives the seed to every request that has none. */
  reset: (seed: number) => Promise<void>;
  stop: () => void;
}

/** Scores an answer from 0 to 1, and says what it lacks. */
export type ScoreAnswer = (query: string, answer: string) => Promise<{ score: number; feedback: string }>;

const ChatRequest = z.looseObject({ model: z.string(), seed: z.number().optional() });
const Usage = z.looseObject({ usage: z.looseObject({ prompt_tokens: z.number() }).optional() });
const Answer = z.object({ query: z.string(), answer: z.string() });
/** The name under which tools ask for the model whose prompt is improved. Every other name is the optimizer. */
const BASE_NAME = 'base';
export const OPTIMIZER_TOKENS = 700;
/** More than 40 words take about 55 tokens, so an answer that is cut off here is too long. */
export const BASE_TOKENS = 80;

/**
 * Starts the proxy. Answers of the base model are the most likely ones (temperature 0), so that equal prompts are scored equally.
 * POST /score {query, answer} scores an answer, and GET /count has the counts.
 */
export async function startCountingProxy(
  base: RealServer,
  optimizer: RealServer,
  scoreAnswer: ScoreAnswer,
): Promise<CountingProxy> {
  let [calls, input, seed, writtenBefore] = [0, 0, 0, 0];
  // the servers' own counter, because a reply's usage holds one of several completions only
  const readWritten = async (): Promise<number> => {
    const metrics = await Promise.all([...new Set([base, optimizer])].map((server) => server.readMetrics()));
    return metrics.reduce((sum, one) => sum + (one['tokens_predicted_total'] ?? 0), 0);
  };
  const count = async (): Promise<ProxyCount> => ({ calls, input, output: (await readWritten()) - writtenBefore });

  async function forward(body: string): Promise<[status: number, body: string]> {
    const request = ChatRequest.parse(JSON.parse(body));
    const isBase = request.model === BASE_NAME;
    const limits = isBase ? { max_tokens: BASE_TOKENS, temperature: 0 } : { max_tokens: OPTIMIZER_TOKENS };
    const { max_completion_tokens: _, ...rest } = request;
    const response = await fetch(`${(isBase ? base : optimizer).url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ seed, ...rest, ...limits }),
    });
    const reply = await response.text();
    calls += 1;
    input += Usage.safeParse(JSON.parse(reply)).data?.usage?.prompt_tokens ?? 0;
    return [response.status, reply];
  }

  async function reply(request: IncomingMessage): Promise<[status: number, body: string]> {
    const body = Buffer.concat(await request.toArray()).toString();
    if (request.url === '/count') return [200, JSON.stringify(await count())];
    if (request.url !== '/score') return forward(body);
    const { query, answer } = Answer.parse(JSON.parse(body));
    return [200, JSON.stringify(await scoreAnswer(query, answer))];
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void reply(request)
      .catch((error: unknown): [number, string] => [500, JSON.stringify({ error: { message: String(error) } })])
      .then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const reset = async (next: number): Promise<void> => {
    [calls, input, seed, writtenBefore] = [0, 0, next, await readWritten()];
  };
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/v1`, count, reset, stop };
}
