import { afterAll, describe, expect, it } from '@jest/globals';
import { Annotation, END, MemorySaver, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import { emptyCheckpoint, uuid6, type Checkpoint, type CheckpointTuple } from '@langchain/langgraph-checkpoint';
import type { RunnableConfig } from '@langchain/core/runnables';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteSaver } from '../../checkpoints/sqliteSaver.ts';

const opened: SqliteSaver[] = [];
afterAll(async () => void (await Promise.all(opened.map((saver) => saver.close()))));
const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'drpo-saver-')), 'checkpoints.sqlite');
function open(file = ':memory:'): SqliteSaver {
  const saver = new SqliteSaver(file);
  opened.push(saver);
  return saver;
}
async function reopened(saver: SqliteSaver, file: string): Promise<SqliteSaver> {
  await saver.close();
  opened.splice(opened.indexOf(saver), 1);
  return open(file);
}

const thread = (id: string, ns = ''): RunnableConfig => ({ configurable: { thread_id: id, checkpoint_ns: ns } });
const meta = (step: number) => ({ source: 'loop' as const, step, parents: {} });
let count = 0;
const holding = (values: Record<string, unknown>): Checkpoint => ({
  ...emptyCheckpoint(),
  id: uuid6(count++),
  channel_values: values,
});
async function all<T>(listed: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of listed) found.push(one);
  return found;
}
const stepsOf = (tuples: readonly CheckpointTuple[]): (number | undefined)[] => tuples.map((t) => t.metadata?.step);

describe('put and get', () => {
  it('returns what was put, the newest checkpoint if none is named, and its parent', async () => {
    const saver = open();
    const value = {
      text: 'ä\u0000"𝄞',
      list: [1, 2.5, null],
      map: new Map([['a', 1]]),
      set: new Set([1]),
      bytes: new Uint8Array([1, 2]),
    };
    const first = await saver.put(thread('t'), holding({ value }), meta(0));
    const second = await saver.put(first, holding({ value: 2 }), meta(1));
    expect((await saver.getTuple(first))?.checkpoint.channel_values['value']).toEqual(value);
    const newest = await saver.getTuple(thread('t'));
    expect([newest?.config, newest?.parentConfig, newest?.metadata?.step]).toEqual([second, first, 1]);
    expect(await saver.getTuple(thread('other'))).toBeUndefined();
  });

  it('two children of one checkpoint keep their own values, although LangGraph gives them the same versions', async () => {
    const saver = open();
    const at = (text: string, version: number): Checkpoint => ({
      ...holding({ text, same: 'same' }),
      channel_versions: { text: version, same: 1 },
    });
    const root = await saver.put(thread('t'), at('root', 1), meta(0));
    const children = [];
    for (const text of ['first', 'second']) children.push(await saver.put(root, at(text, 2), meta(1)));
    const grandchild = await saver.put(children[1] ?? root, at('third', 3), meta(2));
    for (const [i, config] of [root, ...children, grandchild].entries())
      expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({
        text: ['root', 'first', 'second', 'third'][i],
        same: 'same',
      });
  });

  it('keeps threads and namespaces separate', async () => {
    const saver = open();
    await Promise.all(
      ['', 'inner:1', 'inner:2'].flatMap((ns) =>
        ['a', 'b'].map((id) => saver.put(thread(id, ns), holding({ at: `${id} ${ns}` }), meta(0))),
      ),
    );
    for (const ns of ['', 'inner:1', 'inner:2'])
      for (const id of ['a', 'b'])
        expect((await saver.getTuple(thread(id, ns)))?.checkpoint.channel_values['at']).toBe(`${id} ${ns}`);
    await saver.deleteThread('a');
    expect(await saver.getTuple(thread('a', 'inner:1'))).toBeUndefined();
    expect(await saver.getTuple(thread('b', 'inner:1'))).toBeDefined();
  });
});

describe('put', () => {
  it('needs a thread, and a checkpoint for writes', async () => {
    const saver = open();
    await expect(saver.put({}, holding({}), meta(0))).rejects.toThrow('expected a text, found none');
    await expect(saver.putWrites(thread('t'), [['a', 1]], 'task')).rejects.toThrow('expected a thread_id and a');
  });

  it('keeps all values of a copy, though LangGraph calls none of them new', async () => {
    const saver = open();
    const copied = { ...holding({ a: 1 }), channel_versions: { a: 1 } };
    const config = await saver.put(thread('t'), copied, { ...meta(0), source: 'fork' }, {});
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ a: 1 });
  });
});

describe('list', () => {
  it('lists the newest first, with limit, before and filter', async () => {
    const saver = open();
    let config = thread('t');
    const configs: RunnableConfig[] = [];
    for (let step = 0; step < 5; step++)
      configs.push(
        (config = await saver.put(config, holding({ step }), { ...meta(step), source: step % 2 ? 'loop' : 'update' })),
      );
    expect(stepsOf(await all(saver.list(thread('t'))))).toEqual([4, 3, 2, 1, 0]);
    expect(stepsOf(await all(saver.list(thread('t'), { limit: 2 })))).toEqual([4, 3]);
    expect(stepsOf(await all(saver.list(thread('t'), { before: configs[2] ?? {} })))).toEqual([1, 0]);
    expect(stepsOf(await all(saver.list(thread('t'), { filter: { source: 'loop' }, limit: 1 })))).toEqual([3]);
  });
});

describe('pending writes', () => {
  it('are in the order of tasks and writes, and are there once even if they are put twice', async () => {
    const saver = open();
    const config = await saver.put(thread('t'), holding({}), meta(0));
    for (let twice = 0; twice < 2; twice++)
      for (const i of [2, 0, 1])
        await saver.putWrites(
          config,
          [
            ['x', `${i} first`],
            ['y', `${i} second`],
          ],
          `task-${i}`,
          `~__pregel_push, ${String(i).padStart(10, '0')}`,
        );
    const written = (await saver.getTuple(config))?.pendingWrites?.map(
      ([, channel, value]) => `${channel}: ${String(value)}`,
    );
    expect(written).toEqual([0, 1, 2].flatMap((i) => [`x: ${i} first`, `y: ${i} second`]));
  });
});

const State = Annotation.Root({ log: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }) });
/** Three steps; `ends`: steps that fail, once each. */
function stepped(checkpointer: BaseCheckpointSaver, failing: Set<string> = new Set()) {
  const step = (name: string) => async (): Promise<{ log: string[] }> => {
    if (failing.delete(name)) throw new Error(`${name} failed`);
    return { log: [name] };
  };
  return new StateGraph(State)
    .addNode('a', step('a'))
    .addNode('b1', step('b1'))
    .addNode('b2', async () => (await sleep(5), step('b2')()))
    .addNode('c', step('c'))
    .addEdge(START, 'a')
    .addEdge('a', 'b1')
    .addEdge('a', 'b2')
    .addEdge(['b1', 'b2'], 'c')
    .addEdge('c', END)
    .compile({ checkpointer });
}

describe('a graph with the saver', () => {
  it('continues after the file was closed and opened: only a failed step runs again', async () => {
    const file = newFile();
    const first = open(file);
    await expect(stepped(first, new Set(['b2'])).invoke({ log: [] }, thread('t'))).rejects.toThrow('b2 failed');
    const done: string[] = [];
    const again = stepped(await reopened(first, file));
    for await (const update of await again.stream(null, { ...thread('t'), streamMode: 'updates' }))
      done.push(...Object.keys(update));
    expect(done).toEqual(expect.arrayContaining(['b2', 'c']));
    expect((await again.getState(thread('t'))).values).toEqual({ log: ['a', 'b1', 'b2', 'c'] });
  });

  it('keeps the values of each branch of a fork', async () => {
    const graph = stepped(open());
    await graph.invoke({ log: [] }, thread('t'));
    const history = await all(graph.getStateHistory(thread('t')));
    const afterA = history.find((state) => state.next.includes('b1'));
    const fork = await graph.updateState(afterA?.config ?? {}, { log: ['forked'] }, 'a');
    const forked: unknown = await graph.invoke(null, fork);
    expect(forked).toEqual({ log: ['a', 'forked', 'b1', 'b2', 'c'] });
    expect((await graph.getState(history[0]?.config ?? {})).values).toEqual({ log: ['a', 'b1', 'b2', 'c'] });
  });

  it('keeps threads that run at the same time apart, and has the same history as MemorySaver', async () => {
    const [ours, theirs] = [stepped(open()), stepped(new MemorySaver())];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        Promise.all([ours, theirs].map((graph) => graph.invoke({ log: [`${i}`] }, thread(`t${i}`)))),
      ),
    );
    for (let i = 0; i < 20; i++) {
      const [a, b] = await Promise.all(
        [ours, theirs].map(async (graph) =>
          (await all(graph.getStateHistory(thread(`t${i}`)))).map(({ values, next }) => ({ values, next })),
        ),
      );
      expect(a).toEqual(b);
    }
  });
});

describe('on disk', () => {
  const prompt = (i: number): string => `prompt ${i} `.repeat(100);

  it('saves a long text once, even if many values and steps have it', async () => {
    const file = newFile();
    const saver = open(file);
    const states = Array.from({ length: 20 }, (_, step) => ({ step, history: [0, 1, 2, step].map(prompt) }));
    let config = thread('t');
    for (const [step, state] of states.entries()) config = await saver.put(config, holding({ state }), meta(step));
    const again = await reopened(saver, file);
    const found = await all(again.list(thread('t')));
    expect(found.map((t) => t.checkpoint.channel_values['state'])).toEqual(states.toReversed());
    const distinct = new Set(states.flatMap((s) => s.history)).size;
    const counted = new DatabaseSync(file, { readOnly: true }).prepare('select count(*) as n from text').get();
    expect(counted).toEqual({ n: distinct });
  });

  it.each([
    ['a value', `update value set data = replace(data, '"step":1', '"step":2')`],
    ['a long text', `update text set data = replace(data, 'prompt 1', 'prompt 2')`],
    ['the list of values', `update checkpoint set channels = replace(channels, 'state', 'stato')`],
    ['a lost value', `delete from value`],
    ['a task’s write', `update write set channel = 'state2'`],
  ])('reports %s that changed in the file', async (_, sql) => {
    const file = newFile();
    const saver = open(file);
    const config = await saver.put(thread('t'), holding({ state: { step: 1, text: prompt(1) } }), meta(0));
    await saver.putWrites(config, [['state', { step: 1 }]], 'task');
    await saver.flush();
    const other = new DatabaseSync(file);
    other.exec(sql);
    other.close();
    await expect(saver.getTuple(config)).rejects.toThrow(/are damaged: .*; run the same command again/);
  });

  it('reports a failed write at the next step, in one line that says what to do', async () => {
    const file = newFile();
    const saver = open(file);
    const other = new DatabaseSync(file);
    other.exec('drop table checkpoint');
    other.close();
    const config = await saver.put(thread('t'), holding({ a: 1 }), meta(0));
    await expect(saver.flush()).rejects.toThrow(/cannot save a checkpoint in .*: no such table.*free some disk space/);
    await expect(saver.put(config, holding({ a: 2 }), meta(1))).rejects.toThrow('no such table');
    opened.splice(opened.indexOf(saver), 1);
  });
});
