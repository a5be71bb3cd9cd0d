import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RemoteGraph } from '@langchain/langgraph/remote';
import { Client, type ThreadState } from '@langchain/langgraph-sdk';
import type { Question } from '../../graphs/approve.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { queriesUpTo } from '../graphs/fakes.ts';
import { canServe, devServer, type DevServer } from './devServer.ts';

const served = canServe ? describe : describe.skip;

const given = { queries: queriesUpTo(5), examples: [] };
type State = ThreadState<Record<string, unknown> & { candidates: Candidate[]; levels: number; bestPrompt: string }>;

served('LangGraph’s own server', () => {
  let server: DevServer;
  let client: Client;

  beforeAll(async () => {
    server = await devServer({ DRPO_APPROVE: '1' });
    client = new Client({ apiUrl: server.url });
  });
  afterAll(() => server.close());

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

  it('lists the graphs and the schema of their input', async () => {
    const graphs = (await client.assistants.search()).map((a) => a.graph_id);
    expect(graphs.toSorted()).toEqual(['drpo', 'rewriteExamples', 'searchSystemPrompt']);
    const { input_schema } = await client.assistants.getSchemas('drpo');
    expect(Object.keys(input_schema?.properties ?? {})).toEqual(['queries', 'examples']);
  });

  it('streams a run, which pauses at each level, is resumed, and ends', async () => {
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
    expect(values).toMatchObject({ stoppedBy: 'final', bestPrompt: expect.any(String) });
  });

  it('continues from an edited prompt as a branch, and leaves the first branch as it was', async () => {
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
    expect(second.values.levels).toBeGreaterThan(1);
    const all = (await client.threads.getHistory(thread, { limit: 100 })) as State[];
    const histories = all.flatMap((s) => s.values.candidates ?? []).flatMap((c) => c.lineage.history);
    expect(histories.some((prompt) => prompt.startsWith('Mine.'))).toBe(true);
    expect(await client.threads.getState(thread, first.checkpoint)).toMatchObject({ values: first.values });
  });

  it('is a graph like any other through RemoteGraph', async () => {
    const remote = new RemoteGraph({ graphId: 'rewriteExamples', url: server.url });
    const { examples } = (await remote.invoke({ examples: [{ query: 'What is tea?', answer: 'A drink.' }] })) as {
      examples: { query: string; answer: string }[];
    };
    expect(examples).toEqual([{ query: 'What is tea?', answer: expect.any(String) }]);
    expect(examples[0]?.answer).not.toBe('A drink.');
  });
});
