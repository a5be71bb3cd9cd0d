import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RemoteGraph } from '@langchain/langgraph/remote';
import { Client, type ThreadState } from '@langchain/langgraph-sdk';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question } from '../../graphs/approve.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { freePort, root } from '../shared/cli.ts';
import { queriesUpTo } from '../graphs/fakes.ts';

/** LangGraph's own dev server is 300 MB: it is tried where LANGGRAPH_CLI names its program (docs/studio.md). */
const cli = process.env['LANGGRAPH_CLI'] ?? '';
const served = existsSync(cli) ? describe : describe.skip;

const given = { queries: queriesUpTo(5), examples: [] };
type State = ThreadState<Record<string, unknown> & { candidates: Candidate[]; levels: number; bestPrompt: string }>;

it('langgraph.json names the three graphs where they are', async () => {
  const { graphs } = JSON.parse(readFileSync(join(root, 'langgraph.json'), 'utf8')) as {
    graphs: Record<string, string>;
  };
  expect(Object.keys(graphs)).toEqual(['drpo', 'searchSystemPrompt', 'rewriteExamples']);
  for (const [name, place] of Object.entries(graphs)) {
    const [file = '', exported = ''] = place.split(':');
    const module = (await import(join(root, file))) as Record<string, { getName: () => string }>;
    expect(module[exported]?.getName()).toBe(name);
  }
});

served('LangGraph’s own server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'studio-'));
  let url = '';
  let server: ChildProcess;
  let client: Client;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    // its state goes into the folder it is started in
    for (const name of ['langgraph.json', 'package.json', 'tsconfig.json', 'node_modules', 'data'])
      symlinkSync(join(root, name), join(folder, name));
    for (const name of ['scripts', 'graphs', 'nodes', 'models', 'prompts', 'state', 'evals', 'report'])
      symlinkSync(join(root, name), join(folder, name));
    const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
    const env = { ...process.env, PATH: path, LANGSMITH_TRACING: 'false', DRPO_APPROVE: '1', NODE_OPTIONS: '' };
    const args = ['dev', '--host', '127.0.0.1', '--port', String(port), '--no-browser'];
    server = spawn(process.execPath, [cli, ...args], { cwd: folder, env, stdio: 'ignore', detached: true });
    client = new Client({ apiUrl: url });
    while (
      !(await fetch(`${url}/ok`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(500);
  }, 60_000);

  afterAll(() => {
    if (server.pid !== undefined) process.kill(-server.pid);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Accepts every level until the run has ended. */
  const acceptAll = async (thread: string, graph: string): Promise<State> => {
    for (;;) {
      const state = (await client.threads.getState(thread)) as State;
      if (state.next.length === 0) return state;
      // the server goes on from where the last run of the thread was begun, unless it is told where
      const at = { checkpoint: state.checkpoint };
      await client.runs.wait(thread, graph, { command: { resume: 'accept' }, ...at });
    }
  };

  it('knows the graphs and what they are given', async () => {
    const graphs = (await client.assistants.search()).map((a) => a.graph_id);
    expect(graphs.toSorted()).toEqual(['drpo', 'rewriteExamples', 'searchSystemPrompt']);
    const { input_schema } = await client.assistants.getSchemas('drpo');
    expect(Object.keys(input_schema?.properties ?? {})).toEqual(['queries', 'examples']);
  });

  it('streams a run, which rests at each level, is resumed, and ends', async () => {
    const { thread_id: thread } = await client.threads.create();
    const judged: string[] = [];
    let asked: Question | undefined;
    const streamed = {
      input: given,
      streamMode: ['updates', 'custom'] as ('updates' | 'custom')[],
      streamSubgraphs: true,
    };
    for await (const { event, data } of client.runs.stream(thread, 'drpo', streamed)) {
      const { judged: node, __interrupt__: interrupts } = data as {
        judged?: { id: string };
        __interrupt__?: { value: Question }[];
      };
      if (event.startsWith('custom') && node) judged.push(node.id);
      asked ??= interrupts?.[0]?.value;
    }
    expect([judged, asked?.level]).toEqual([['0'], 0]);
    const { values } = await acceptAll(thread, 'drpo');
    expect(values).toMatchObject({ stoppedBy: 'queries', bestPrompt: expect.any(String) });
  }, 60_000);

  it('forks: a prompt edited at a level goes on as a branch, the first one untouched', async () => {
    const { thread_id: thread } = await client.threads.create();
    await client.runs.wait(thread, 'searchSystemPrompt', { input: given });
    const first = await acceptAll(thread, 'searchSystemPrompt');
    const history = (await client.threads.getHistory(thread, { limit: 100 })) as State[];
    const level1 = history.find((s) => s.values.levels === 1 && s.next.includes('rewriteAndJudge'));
    if (!level1) throw new Error('expected a checkpoint at level 1');
    const candidates = level1.values.candidates.map((c, i) => (i === 0 ? { ...c, prompt: 'Mine.' } : c));
    const { checkpoint } = level1;
    const fork = (await client.threads.updateState(thread, { values: { candidates }, checkpoint })) as unknown as State;
    await client.runs.wait(thread, 'searchSystemPrompt', { input: null, checkpoint: fork.checkpoint });
    const second = await acceptAll(thread, 'searchSystemPrompt');
    expect(second.values.levels).toBe(first.values.levels);
    const all = (await client.threads.getHistory(thread, { limit: 100 })) as State[];
    const histories = all.flatMap((s) => s.values.candidates ?? []).flatMap((c) => c.lineage.history);
    expect(histories.some((prompt) => prompt.startsWith('Mine.'))).toBe(true);
    expect(await client.threads.getState(thread, first.checkpoint)).toMatchObject({ values: first.values });
  }, 60_000);

  it('is a graph like any other through RemoteGraph', async () => {
    const remote = new RemoteGraph({ graphId: 'rewriteExamples', url });
    const { examples } = (await remote.invoke({ examples: [{ query: 'What is tea?', answer: 'A drink.' }] })) as {
      examples: { query: string; answer: string }[];
    };
    expect(examples).toEqual([{ query: 'What is tea?', answer: expect.any(String) }]);
    expect(examples[0]?.answer).not.toBe('A drink.');
  }, 60_000);
});
