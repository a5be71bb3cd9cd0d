import { describe, expect, it } from '@jest/globals';
import { MemorySaver } from '@langchain/langgraph';
import fc from 'fast-check';
import {
  allRewardsPerfect,
  depthReached,
  minExpectedGain,
  patience,
  REFERENCE_SEARCH,
  searchSystemPrompt,
  type SearchOptions,
} from '../../graphs/index.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { fakeNodes, queriesUpTo } from './fakes.ts';

type Points = (prompt: string, query: string) => number | null;

async function run(points: Points, options: SearchOptions = {}, queries = 180) {
  const { nodes, counts } = fakeNodes(points);
  const journal: Hypothesis[] = [];
  const graph = searchSystemPrompt(nodes, { initialPrompt: '0', journal: (n) => journal.push(n), ...options });
  const out = await graph.invoke({ queries: queriesUpTo(queries) });
  return { out, counts, journal };
}

const levelOf = (query: string): number => Number(query.split(' ')[1]);

describe('the depth, by the reference’s rules', () => {
  const never: Points = () => 3;
  const always: Points = () => 5;
  /** Exactly one hypothesis of the beam is good enough at levels 1 to 10. */
  const oneSkip: Points = (prompt, query) =>
    levelOf(query) >= 1 && levelOf(query) <= 10 && prompt.endsWith('.0') ? 4.9 : 3;

  it.each([
    ['no skip', never, {}, 180, [20, 112, 37]],
    ['always skip', always, {}, 180, [30, 30, 0]],
    ['depth 2', never, { depth: 2 }, 180, [2, 4, 1]],
    ['depth 1', never, { depth: 1 }, 180, [1, 1, 0]],
    ['greedy', never, { beamWidth: 1 }, 180, [20, 58, 19]],
    ['five queries', never, {}, 5, [5, 22, 7]],
  ] as [string, Points, SearchOptions, number, number[]][])(
    'gives the states, responses and rewrites of the case "%s"',
    async (_, points, options, queries, wanted) => {
      const { out, counts } = await run(points, { ...REFERENCE_SEARCH, ...options }, queries);
      expect([out.levels + 1, counts.base, counts.optimizer]).toEqual(wanted);
      expect(counts.judge).toBe(counts.base);
    },
  );

  it('grows by ten if ten levels each keep a prompt', async () => {
    const { out } = await run(oneSkip, REFERENCE_SEARCH);
    expect(out.levels + 1).toBe(30);
  });

  it('is named as the reason to stop if it is reached', async () => {
    expect((await run(never, { depth: 3 })).out.stoppedBy).toBe('depth');
    expect((await run(never, {}, 3)).out.stoppedBy).toBe('queries');
    expect((await run(always, { stop: [allRewardsPerfect] })).out).toMatchObject({ stoppedBy: 'perfect', levels: 1 });
    expect((await run(always, { stop: [patience(4), depthReached] })).out).toMatchObject({
      stoppedBy: 'patience',
      levels: 4,
    });
    expect((await run(never, { stop: [minExpectedGain(0.01), depthReached] })).out).toMatchObject({
      stoppedBy: 'expected-gain',
      levels: 6,
    });
    const telling: Points = (prompt) => 3 + Number(prompt.at(-1)) / 2;
    expect(
      (await run(telling, { depth: 8, final: null, stop: [minExpectedGain(0.01), depthReached] })).out.stoppedBy,
    ).toBe('depth');
    expect((await run(never, { stop: [({ level }) => (level === 2 ? 'enough' : null)] })).out).toMatchObject({
      stoppedBy: 'enough',
      levels: 2,
    });
  });

  it('starts from the first prompt again in a second run on the same graph', async () => {
    const { nodes, counts } = fakeNodes(always);
    const graph = searchSystemPrompt(nodes, { initialPrompt: '0', final: null });
    for (const states of [30, 60]) {
      await graph.invoke({ queries: queriesUpTo(180) });
      expect(counts.base).toBe(states);
    }
  });
});

describe('the beam', () => {
  it('breaks ties by the earlier parent, then the earlier sample', async () => {
    const { journal } = await run(() => 3, { depth: 4 });
    const parents = new Set(journal.filter((n) => n.depth === 3).map((n) => n.parent));
    expect([...parents]).toEqual(['0.0.0', '0.0.1']);
  });

  it('follows the better prompts', async () => {
    const { out } = await run((prompt) => 1 + prompt.split('.').filter((s) => s === '2').length / 2, {
      depth: 6,
      final: null,
    });
    expect(out.bestPrompt).toBe('0.2.2.2.2.2');
  });

  it('keeps a prompt strictly above 4.5, and rewrites one at 4.5', async () => {
    const kept = (await run(() => 4.51, { depth: 2, maxDepthIncrease: 0 })).journal;
    expect(kept.map((n) => [n.id, n.prompt])).toEqual([
      ['0', '0'],
      ['0.0', '0'],
    ]);
    expect((await run(() => 4.5, { depth: 2 })).counts.optimizer).toBe(1);
  });

  it('never ranks a missing judgement as a zero, nor shows it as one', async () => {
    const points: Points = (prompt, query) => (levelOf(query) === 1 ? (prompt.endsWith('.0') ? null : 2) : 3);
    const { journal } = await run(points, { depth: 3 });
    expect(journal.find((n) => n.id === '0.0')).toMatchObject({ reward: null, evaluation: {}, missing: 'unreadable' });
    expect(journal.filter((n) => n.depth === 2).map((n) => n.parent)).toContain('0.0');
    const reference = await run(points, { depth: 3, ...REFERENCE_SEARCH });
    expect(reference.journal.find((n) => n.id === '0.0')).toMatchObject({ reward: 0, value: 0 });
    expect(reference.journal.filter((n) => n.depth === 2).map((n) => n.parent)).not.toContain('0.0');
  });

  it('keeps the prompt if no rewrite of it is usable', async () => {
    const { nodes } = fakeNodes();
    const graph = searchSystemPrompt(
      { ...nodes, rewriteSystemPrompt: async () => ({ prompts: [], rejected: [] }) },
      { initialPrompt: 'p', depth: 4 },
    );
    expect(await graph.invoke({ queries: queriesUpTo(9) })).toMatchObject({
      bestPrompt: 'p',
      bestId: '0.0.0.0',
      levels: 3,
    });
  });
});

describe('the order in which models answer', () => {
  it('does not change the result', async () => {
    const points: Points = (prompt, query) =>
      1 + ((prompt.length * 7 + levelOf(query) * 3 + Number(prompt.at(-1))) % 5);
    const still = await run(points, { depth: 7 });
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 3 })), async (delays) => {
        const { nodes } = fakeNodes(points);
        const wait = () => new Promise((done) => setTimeout(done, Number(delays.next().value)));
        const late: typeof nodes = {
          ...nodes,
          respond: async (reads) => (await wait(), nodes.respond(reads)),
          judge: async (reads) => (await wait(), nodes.judge(reads)),
          rewriteSystemPrompt: async (reads) => (await wait(), nodes.rewriteSystemPrompt(reads)),
        };
        const out = await searchSystemPrompt(late, { initialPrompt: '0', depth: 7 }).invoke({
          queries: queriesUpTo(180),
        });
        expect(out).toEqual(still.out);
      }),
      { numRuns: 5 },
    );
  });

  it('does not let one failed candidate end the run, but a path that stays without responses does', async () => {
    const { nodes } = fakeNodes();
    const missing = (which: RegExp) => ({
      ...nodes,
      respond: async (reads: { prompt: string }) =>
        which.test(reads.prompt) ? { response: '', missing: 'no response: 400' } : { response: reads.prompt },
    });
    const out = await searchSystemPrompt(missing(/^0\.1/), { initialPrompt: '0', depth: 3 }).invoke({
      queries: queriesUpTo(9),
    });
    expect(out.bestPrompt).not.toMatch(/^0\.1/);
    await expect(
      searchSystemPrompt(missing(/./), { initialPrompt: '0' }).invoke({ queries: queriesUpTo(9) }),
    ).rejects.toThrow('no response: 400');
  });
});

it('a search selects the rewards of a query once, at most five queries ahead', async () => {
  const { nodes } = fakeNodes();
  const asked: string[] = [];
  let reached = 0;
  const watched: typeof nodes = {
    ...nodes,
    respond: async (reads) => {
      reached = Math.max(reached, levelOf(reads.query));
      return nodes.respond(reads);
    },
    selectRewards: async (reads) => {
      await new Promise((done) => setTimeout(done, 1));
      expect(levelOf(reads.query)).toBeLessThanOrEqual(reached + 5);
      asked.push(reads.query);
      return nodes.selectRewards(reads);
    },
  };
  const options = { depth: 12, final: null, revisitAfter: null };
  await searchSystemPrompt(watched, options).invoke({ queries: queriesUpTo(180) });
  expect(asked.sort()).toEqual(queriesUpTo(12).sort());
});

it('a checkpoint stays the same size at level 5 and at level 60', async () => {
  const sizes = async (depth: number): Promise<number> => {
    const { nodes } = fakeNodes();
    const saver = new MemorySaver();
    const long: typeof nodes = {
      ...nodes,
      rewriteSystemPrompt: async () => ({ prompts: ['a', 'b', 'c'].map((c) => c.repeat(500)), rejected: [] }),
    };
    const graph = searchSystemPrompt(long, { depth, checkpointer: saver });
    await graph.invoke({ queries: queriesUpTo(70) }, { configurable: { thread_id: 't' } });
    const { values } = await graph.getState({ configurable: { thread_id: 't' } });
    return JSON.stringify({ ...values, final: null }).length; // a final comes once, and holds the proof's answers
  };
  const [short, long] = [await sizes(8), await sizes(60)];
  expect(long).toBeLessThan(short * 1.15);
});

it('a search gives up on a judge that stays unreadable, but not in the reference', async () => {
  const mute: Points = (_, query) => (levelOf(query) > 1 ? null : 3);
  await expect(run(mute)).rejects.toThrow(/judgements are missing, the last because: unreadable/);
  expect((await run(mute, REFERENCE_SEARCH)).out.stoppedBy).toBe('depth');
});

it('a search starts from the first prompt again in a thread that is used again', async () => {
  const { nodes } = fakeNodes((prompt, query) => 1 + ((prompt.length + levelOf(query)) % 4));
  const graph = searchSystemPrompt(nodes, { initialPrompt: '0', depth: 8, checkpointer: new MemorySaver() });
  const thread = { configurable: { thread_id: 't' } };
  const once = await graph.invoke({ queries: queriesUpTo(60) }, thread);
  expect(await graph.invoke({ queries: queriesUpTo(60) }, thread)).toEqual(once);
});

describe('the prompts of a beam', () => {
  const atSecond: SearchOptions['stop'] = [({ level }) => (level === 2 ? 'enough' : null)];
  /** Children of each parent, level by level. */
  const broods = (journal: readonly Hypothesis[], depth: number): number[] => {
    const level = journal.filter((n) => n.depth === depth).toSorted((a, b) => a.index - b.index);
    return [...new Set(level.map((n) => n.parent))].map((parent) => level.filter((n) => n.parent === parent).length);
  };

  it.each([
    ['the best one M times and the others half as often if there is a final', {}, [3, 2]],
    ['the others as often as runnerUpActions says', { runnerUpActions: 1 }, [3, 1]],
    ['all of them M times if there is no final', { final: null }, [3, 3]],
    ['all of them M times in the reference', REFERENCE_SEARCH, [3, 3]],
    ['the best one of a wider beam M times', { beamWidth: 3, actions: 4 }, [4, 2, 2]],
    ['no prompt more often than M times', { runnerUpActions: 7 }, [3, 3]],
  ] as [string, SearchOptions, number[]][])('have the search rewrite %s', async (_, options, wanted) => {
    const { journal } = await run(() => 3, { ...options, stop: atSecond });
    expect(broods(journal, 2)).toEqual(wanted);
  });

  it('are rewritten M times if they are the best that is not kept', async () => {
    const { journal } = await run((prompt) => (prompt === '0.1' ? 4.9 : 3), { stop: atSecond });
    expect(broods(journal, 2)).toEqual([1, 3]);
  });

  it('are ranked by estimate also by their siblings’ rewards, and by value only by their own path', async () => {
    // the children of 0.1 do well, those of 0.0 but for one badly, and that one as well as the others
    const points: Points = (prompt, query) =>
      levelOf(query) < 2 ? 3 : prompt.startsWith('0.1') || prompt === '0.0.0' ? 4 : 1;
    const bestOf = async (rankBy: 'estimate' | 'value'): Promise<string> =>
      (await run(points, { depth: 3, final: null, rankBy })).out.bestId;
    expect([await bestOf('estimate'), await bestOf('value')]).toEqual(['0.1.0', '0.0.0']);
  });
});
