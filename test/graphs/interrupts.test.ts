import { describe, expect, it } from '@jest/globals';
import { Command, INTERRUPT, MemorySaver, type BaseCheckpointSaver } from '@langchain/langgraph';
import { drpo, searchSystemPrompt, type SearchOptions } from '../../graphs/index.ts';
import { askPerson, type Decision, type Question } from '../../graphs/approve.ts';
import { SqliteSaver } from '../../checkpoints/sqliteSaver.ts';
import { fakeNodes, queriesUpTo } from './fakes.ts';

const savers: [string, () => BaseCheckpointSaver][] = [
  ['MemorySaver', () => new MemorySaver()],
  ['SqliteSaver', () => new SqliteSaver(':memory:')],
];
const thread = (id: string) => ({ configurable: { thread_id: id } });
/** The later sample is the better one, so that what a person does shows. */
const points = (prompt: string): number => 2 + Number(prompt.at(-1)) / 10;
const SMALL: SearchOptions = { initialPrompt: '0', depth: 3, actions: 2, beamWidth: 2, final: null };

function search(checkpointer: BaseCheckpointSaver, options: SearchOptions = {}) {
  const { nodes, counts } = fakeNodes(points);
  return { counts, graph: searchSystemPrompt(nodes, { ...SMALL, checkpointer, ...options }) };
}

/** What the run asks, where it rests. */
const asked = (state: object): Question => {
  const [first] = Reflect.get(state, INTERRUPT) as { value: Question }[];
  if (!first) throw new Error('expected an interrupt');
  return first.value;
};

describe.each(savers)('a person in the loop, with %s', (_, saver) => {
  const start = async (options: SearchOptions = {}) => {
    const { graph, counts } = search(saver(), { approve: askPerson(), ...options });
    const question = asked(await graph.invoke({ queries: queriesUpTo(9) }, thread('a')));
    const answer = (decision: Decision | object) => graph.invoke(new Command({ resume: decision }), thread('a'));
    return { graph, counts, question, answer };
  };

  it('is asked about each judged level, and nothing is rewritten before the answer', async () => {
    const { counts, question, answer } = await start();
    expect(question).toMatchObject({ level: 0, query: 'query 0', candidates: [{ id: '0', prompt: '0' }] });
    expect([counts.judge, counts.optimizer]).toEqual([1, 0]);
    const first = asked(await answer('accept'));
    expect(first.candidates.map((c) => c.id)).toEqual(['0.0', '0.1']);
    expect([counts.judge, counts.optimizer]).toEqual([3, 1]);
    const second = asked(await answer('accept'));
    expect(second.level).toBe(2);
    expect(await answer('accept')).toMatchObject({ bestId: '0.1.1', stoppedBy: 'depth', levels: 2 });
    expect([counts.judge, counts.optimizer]).toEqual([7, 3]);
  });

  it('may leave candidates out, which then have no children', async () => {
    const { answer } = await start();
    await answer('accept');
    const { candidates } = asked(await answer({ veto: ['0.1'] }));
    expect(candidates.map((c) => c.id)).toEqual(['0.0.0', '0.0.1']);
    expect(await answer('accept')).toMatchObject({ bestId: '0.0.1' });
  });

  it('may edit a prompt, whose children are then rewritten from the new wording', async () => {
    const { answer } = await start();
    await answer('accept');
    const { candidates } = asked(await answer({ edit: { '0.1': 'mine' } }));
    expect(candidates.filter((c) => c.id.startsWith('0.1.')).map((c) => c.prompt)).toEqual(['mine.0', 'mine.1']);
    expect(await answer('accept')).toMatchObject({ bestPrompt: 'mine.1' });
  });

  it('may score by hand, which changes the reward, the path’s value and the ranking', async () => {
    const { graph, answer } = await start();
    await answer('accept');
    const { candidates } = asked(await answer({ score: { '0.0': { Clarity: 5, Warmth: 4 } } }));
    expect(candidates.map((c) => c.id)).toEqual(['0.0.0', '0.0.1', '0.1.0', '0.1.1']);
    expect(candidates.map((c) => c.value)).toEqual([3.25, 3.3, 2.05, 2.1].map((v) => expect.closeTo(v, 9)));
    expect(await answer('accept')).toMatchObject({ bestId: '0.0.1', value: expect.closeTo(3.3, 9) });
    expect((await graph.getState(thread('a'))).next).toEqual([]);
  });

  it('is asked again, with a complaint, if the answer cannot be used', async () => {
    const { answer, counts } = await start();
    const wrong = [{ veto: ['0.7'] }, { veto: ['0'] }, { score: { '0': { Clarity: 6 } } }, 'yes', { edits: {} }];
    for (const decision of wrong) expect(asked(await answer(decision as Decision)).complaint).toBeTruthy();
    expect(asked(await answer('accept'))).not.toHaveProperty('complaint');
    expect(counts.judge).toBe(3);
  });

  it('is asked within both stages too, although stage 2 is a graph in a graph', async () => {
    const { nodes } = fakeNodes(points);
    const whole = drpo(nodes, { ...SMALL, approve: askPerson(), checkpointer: saver() });
    let state = await whole.invoke({ queries: queriesUpTo(9), examples: [] }, thread('b'));
    for (const level of [0, 1, 2]) {
      expect(asked(state).level).toBe(level);
      state = await whole.invoke(new Command({ resume: 'accept' }), thread('b'));
    }
    expect(state).toMatchObject({ bestId: '0.1.1' });
  });
});
