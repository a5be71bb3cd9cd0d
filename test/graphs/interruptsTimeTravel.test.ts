import { describe, expect, it } from '@jest/globals';
import { MemorySaver, type BaseCheckpointSaver } from '@langchain/langgraph';
import { drpo, searchSystemPrompt, type SearchOptions } from '../../graphs/index.ts';
import { SqliteSaver } from '../../checkpoints/sqliteSaver.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { fakeNodes, queriesUpTo } from './fakes.ts';

const savers: [string, () => BaseCheckpointSaver][] = [
  ['MemorySaver', () => new MemorySaver()],
  ['SqliteSaver', () => new SqliteSaver(':memory:')],
];
const SMALL: SearchOptions = { initialPrompt: '0', depth: 4, actions: 2, final: null };
const ids = (candidates: Candidate[]): string[] => candidates.map((c) => c.id);

/** Everything there is of a thread, oldest first. */
async function historyOf(graph: ReturnType<typeof searchSystemPrompt>, config: object) {
  const found = [];
  for await (const state of graph.getStateHistory(config)) found.unshift(state);
  return found;
}

describe.each(savers)('time travel, with %s', (_, saver) => {
  const finished = async () => {
    const { nodes, counts } = fakeNodes();
    const graph = searchSystemPrompt(nodes, { ...SMALL, checkpointer: saver() });
    const thread = { configurable: { thread_id: 'a' } };
    const out = await graph.invoke({ queries: queriesUpTo(9) }, thread);
    const history = await historyOf(graph, thread);
    const level1 = history.find((s) => s.next.includes('rewriteAndJudge') && s.values.levels === 1);
    if (!level1) throw new Error('expected a checkpoint at level 1');
    return { graph, counts, thread, out, history, level1 };
  };

  it('every level leaves a checkpoint', async () => {
    const { history } = await finished();
    const ranked = history.filter((s) => s.next.includes('rewriteAndJudge')).map((s) => ids(s.values.candidates));
    expect(ranked).toEqual([['0'], ['0.0', '0.1'], ['0.0.0', '0.0.1', '0.1.0', '0.1.1']]);
  });

  it('a search continues from a checkpoint without asking again for what came before', async () => {
    const { graph, counts, level1, out } = await finished();
    const before = { ...counts };
    expect(await graph.invoke(null, level1.config)).toEqual(out);
    expect([counts.optimizer - before.optimizer, counts.judge - before.judge]).toEqual([4, 8]);
  });

  it('a prompt that is edited at a checkpoint continues as a branch, and the first branch stays as it was', async () => {
    const { graph, thread, out, history, level1 } = await finished();
    const [first, ...others] = level1.values.candidates;
    if (!first) throw new Error('expected a candidate');
    const branch = await graph.updateState(level1.config, { candidates: [{ ...first, prompt: 'mine' }, ...others] });
    const branched = await graph.invoke(null, branch);
    expect(branched).toMatchObject({ bestPrompt: 'mine.0.0', bestId: '0.0.0.0', stoppedBy: 'depth' });
    expect((await graph.getState(thread)).values.bestPrompt).toBe('mine.0.0');

    const last = history.at(-1);
    if (!last) throw new Error('expected a last checkpoint');
    expect((await graph.getState(last.config)).values).toEqual(last.values);
    expect(last.values.bestPrompt).toBe(out.bestPrompt);
    const all = await historyOf(graph, thread);
    const byId = new Map(all.map((s) => [s.config.configurable?.['checkpoint_id'], s.values]));
    for (const { config, values } of history) expect(byId.get(config.configurable?.['checkpoint_id'])).toEqual(values);
  });

  it('LangGraph’s own interruptBefore pauses at a level', async () => {
    const { nodes, counts } = fakeNodes();
    const graph = searchSystemPrompt(nodes, { ...SMALL, checkpointer: saver() });
    const thread = { configurable: { thread_id: 'b' } };
    await graph.invoke({ queries: queriesUpTo(9) }, { ...thread, interruptBefore: ['rewriteAndJudge'] });
    expect([(await graph.getState(thread)).values.levels, counts.optimizer]).toEqual([0, 0]);
    await graph.invoke(null, { ...thread, interruptBefore: ['rewriteAndJudge'] });
    expect([(await graph.getState(thread)).values.levels, counts.optimizer]).toEqual([1, 1]);
    expect(await graph.invoke(null, thread)).toMatchObject({ stoppedBy: 'depth' });
  });

  it('a level of both stages together continues in a thread of its own', async () => {
    const { nodes } = fakeNodes();
    const checkpointer = saver();
    const whole = drpo(nodes, { ...SMALL, checkpointer });
    const run = { configurable: { thread_id: 'run' } };
    const out = await whole.invoke({ queries: queriesUpTo(9), examples: [] }, run);

    const search = searchSystemPrompt(nodes, { ...SMALL, checkpointer });
    const stage2 = await stageOf(checkpointer, 'run');
    const levels = await historyOf(search, { configurable: { ...run.configurable, checkpoint_ns: stage2 } });
    const level1 = levels.find((s) => s.values.levels === 1 && s.values.candidates.length === 2);
    if (!level1) throw new Error('expected a checkpoint at level 1');
    const [first, ...others] = level1.values.candidates as Candidate[];
    if (!first) throw new Error('expected a candidate');
    const branch = { configurable: { thread_id: 'branch' } };
    const values = { ...level1.values, candidates: [{ ...first, prompt: 'mine' }, ...others] };
    await search.updateState(branch, values, 'rankLevel');
    expect(await search.invoke(null, branch)).toMatchObject({ bestPrompt: 'mine.0.0', stoppedBy: 'depth' });
    expect((await whole.getState(run)).values.bestPrompt).toBe(out.bestPrompt);
  });
});

/** The namespace under which stage 2 of a whole run keeps its checkpoints. */
async function stageOf(checkpointer: BaseCheckpointSaver, thread: string): Promise<string> {
  for await (const { config } of checkpointer.list({ configurable: { thread_id: thread } })) {
    const space: unknown = config.configurable?.['checkpoint_ns'];
    if (typeof space === 'string' && space.startsWith('searchSystemPrompt:')) return space;
  }
  throw new Error('expected checkpoints of stage 2');
}
