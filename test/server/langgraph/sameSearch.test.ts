import { expect, it } from '@jest/globals';
import { MemorySaver } from '@langchain/langgraph';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drpo } from '../../../graphs/index.ts';
import type { OptimizeEvent } from '../../../run/events.ts';
import { loadConfig, type Config } from '../../../run/config/loadConfig.ts';
import { readData } from '../../../run/config/readData.ts';
import { optimize } from '../../../run/optimize.ts';
import { toRunOptions } from '../../../run/remote/remoteOptions.ts';
import { StreamEvent } from '../../../run/remote/threadEvents.ts';
import { Hypothesis } from '../../../state/hypothesis.ts';
import { serveDrpo } from '../../../server/langgraph/graphs.ts';
import { ServedGraphs } from '../../../server/langgraph/servedGraphs.ts';

/** What a search judged and rejected, in an order that does not depend on who answers first. */
interface Trail {
  nodes: Hypothesis[];
  rejected: string[];
  bestPrompt: string;
}

const toTrail = (nodes: readonly Hypothesis[], rejected: readonly string[], bestPrompt: string): Trail => ({
  nodes: nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  rejected: rejected.toSorted(),
  bestPrompt,
});

/** The search of the command line. */
async function searchHere(config: Config): Promise<Trail> {
  const rejected: string[] = [];
  const onEvent = (event: OptimizeEvent): void => {
    if (event.type === 'rewriteRejected') rejected.push(`${event.parent}: ${event.reason}`);
  };
  const folder = mkdtempSync(join(tmpdir(), 'drpo-same-'));
  const { nodes, bestPrompt } = await optimize({ config, folder, onEvent });
  return toTrail(
    nodes.map((node) => Hypothesis.parse(node)),
    rejected,
    bestPrompt,
  );
}

/** The search of LangGraph's server, whose graph is driven as the server does it. */
const searchThere = (config: Config, configurable: Record<string, unknown>): Promise<Trail> =>
  drive(serveDrpo({ configurable }) as ReturnType<typeof drpo>, config, configurable);

async function drive(
  graph: ReturnType<typeof drpo>,
  config: Config,
  configurable: Record<string, unknown>,
): Promise<Trail> {
  const [nodes, rejected]: [Hypothesis[], string[]] = [[], []];
  let bestPrompt = '';
  const stream = await graph.stream(await readData(config), {
    streamMode: ['custom', 'values'],
    subgraphs: true,
    configurable,
  });
  for await (const [space, mode, chunk] of stream) {
    const { judged, rejected: newlyRejected } = StreamEvent.parse(mode === 'custom' ? chunk : {});
    if (judged) nodes.push(judged);
    rejected.push(...newlyRejected.map(({ parent, reason }) => `${parent}: ${reason}`));
    const prompt: unknown = Reflect.get(Object(chunk), 'bestPrompt');
    if (space.length === 0 && typeof prompt === 'string') bestPrompt = prompt;
  }
  return toTrail(nodes, rejected, bestPrompt);
}

const load = (...set: string[]): Config =>
  loadConfig({ roles: { optimizer: 'simulated' }, set: ['judge.reliabilityChecks=0', ...set] });
const SHORT = ['search.depth=8', 'search.maxDepthIncrease=0', 'queries.limit=30', 'final=null'];

it.each([
  ['with guards off', ['search.guards=false']],
  ['with guards on', ['search.guards=true']],
])('a run that brings its options makes the command line’s rewrites, rejections and nodes, %s', async (name, set) => {
  const config = load(...SHORT, ...set);
  const there = await searchThere(config, { drpo: toRunOptions(config, false), thread_id: name });
  expect(there).toEqual(await searchHere(config));
  expect(there.rejected.length > 0).toBe(name === 'with guards on');
});

/** An optimizer whose first rewrite of each request repeats a training query that it was not shown. */
async function serveLeakingOptimizer(leak: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { n = 1 } = JSON.parse(body) as { n?: number };
      const mark = createHash('sha256').update(body).digest('hex').slice(0, 8);
      const choices = Array.from({ length: n }, (_, index) => {
        const prompt = `You are a helpful assistant. Rule ${mark}, number ${index}. ${index === 0 ? leak : ''}`;
        const content = JSON.stringify({ analysis: '', thought: '', new_system_prompt: prompt });
        return { index, finish_reason: 'stop', message: { role: 'assistant', content } };
      });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices, usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`, close };
}

it('guards know the queries of the run, also of a thread that another process resumes', async () => {
  const { queries } = await readData(load(...SHORT));
  const leak = queries.map(({ text }) => text).find((text) => text.split(' ').length > 12 && text.length < 300) ?? '';
  const { url, close } = await serveLeakingOptimizer(leak);
  try {
    const roles = ['base', 'reward', 'judge'].map((role) => `models.${role}="simulated"`);
    const optimizer = [`models.optimizer.model="leaky"`, `models.optimizer.baseUrl="${url}"`];
    const config = loadConfig({ set: [...optimizer, ...roles, ...SHORT, 'judge.reliabilityChecks=0'] });
    const here = await searchHere(config);
    expect(here.rejected.join()).toMatch(/repeats a training query/);
    const own = new ServedGraphs(config, false);
    const run = own.createRunGraph(toRunOptions(config, false), 'run');
    expect(await drive(run, config, { thread_id: 'run' })).toEqual(here);
    const { nodes, options } = own.createNodesAndOptions();
    const studio = own.watchInput(drpo(nodes, options));
    expect(await drive(studio, config, { thread_id: 'studio' })).toEqual(here);
    // another process resumes the thread: there is no input, and the data comes with the request
    const [checkpointer, thread] = [new MemorySaver(), { configurable: { thread_id: 'resumed' } }];
    const first = new ServedGraphs(config, false).createRunGraph(toRunOptions(config, false), 'resumed');
    first.checkpointer = checkpointer;
    const judged = new Map<string, Hypothesis>();
    const custom = { streamMode: 'custom', subgraphs: true, ...thread } as const;
    for await (const [, chunk] of await first.stream(await readData(config), custom)) {
      const node = StreamEvent.parse(chunk).judged;
      if (node) judged.set(node.id, node);
      if (judged.size > 6) break;
    }
    const asked = toRunOptions(config, false, await readData(config));
    const second = new ServedGraphs(config, false).createRunGraph(asked, 'resumed');
    second.checkpointer = checkpointer;
    for await (const [, chunk] of await second.stream(null, custom)) {
      const node = StreamEvent.parse(chunk).judged;
      if (node) judged.set(node.id, node);
    }
    expect(toTrail([...judged.values()], here.rejected, here.bestPrompt)).toEqual(here);
  } finally {
    close();
  }
});

it('a run of the server’s own config does the same', async () => {
  const config = load();
  expect(await searchThere(config, { thread_id: 'studio' })).toEqual(await searchHere(config));
});
