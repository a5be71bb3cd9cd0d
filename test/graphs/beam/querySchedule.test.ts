import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { advanceQueue, pickNextQueries, type QuerySchedule } from '../../../graphs/beam/querySchedule.ts';
import { searchSystemPrompt } from '../../../graphs/index.ts';
import { EMPTY_QUEUE, type QueryQueue } from '../../../state/queryQueue.ts';
import { fakeNodes, queriesUpTo } from '../fakes.ts';

const DIFFICULTY = { mean: 3, variance: 0.2 };

/** Walks through levels. `informative` says which ones rewrite their whole beam. Returns their queries and the queue after each. */
function walkLevels(
  informative: readonly boolean[],
  schedule: QuerySchedule,
): { asked: number[]; queues: QueryQueue[] } {
  const [asked, queues]: [number[], QueryQueue[]] = [[], []];
  let queue = EMPTY_QUEUE;
  for (const [level, isInformative] of informative.entries()) {
    const [index] = pickNextQueries(queue, level - 1, 1, schedule);
    if (index === undefined) break;
    asked.push(index);
    queue = advanceQueue(queue, level, isInformative ? DIFFICULTY : null, schedule);
    queues.push(queue);
  }
  return { asked, queues };
}

describe('the order of queries', () => {
  const search = fc.record({
    informative: fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
    revisitAfter: fc.option(fc.integer({ min: 2, max: 6 })),
    queries: fc.integer({ min: 1, max: 40 }),
  });

  it('asks new queries in order, and asks one again only if it told prompts apart and has waited long enough', () =>
    fc.assert(
      fc.property(search, ({ informative, ...schedule }) => {
        const { asked } = walkLevels(informative, schedule);
        const firsts = asked.filter((index, level) => asked.indexOf(index) === level);
        expect(firsts).toEqual(firsts.map((_, i) => i));
        expect(Math.max(...asked)).toBeLessThan(schedule.queries);
        asked.forEach((index, level) => {
          const last = asked.slice(0, level).lastIndexOf(index);
          if (last < 0) return;
          expect([informative[last], last > 0]).toEqual([true, true]);
          expect(level - last).toBeGreaterThanOrEqual(schedule.revisitAfter ?? Infinity);
        });
      }),
    ));

  it('knows the queries of as many levels as a query waits', () =>
    fc.assert(
      fc.property(search, ({ informative, ...schedule }) => {
        const { asked, queues } = walkLevels(informative, schedule);
        const ahead = Math.min(schedule.revisitAfter ?? 5, 5);
        queues.forEach((queue, level) => {
          const coming = asked.slice(level + 1, level + 1 + ahead);
          expect(pickNextQueries(queue, level, ahead, schedule).slice(0, coming.length)).toEqual(coming);
        });
      }),
    ));

  it('lets few queries wait at a time, however long the search is', () =>
    fc.assert(
      fc.property(search, ({ informative, ...schedule }) => {
        for (const { waiting } of walkLevels(informative, schedule).queues)
          expect(waiting.length).toBeLessThanOrEqual(schedule.revisitAfter ?? 0);
      }),
    ));
});

describe('a search', () => {
  const queriesOf = async (points: number, options: object): Promise<string[]> => {
    const levels: string[] = [];
    const { nodes } = fakeNodes(() => points);
    await searchSystemPrompt(nodes, {
      depth: 9,
      final: null,
      journal: ({ depth, query }) => void (levels[depth] = query.replace('query ', '')),
      ...options,
    }).invoke({ queries: queriesUpTo(60) });
    return levels;
  };

  it('asks a query again after three levels if its whole beam is to be rewritten', async () =>
    expect(await queriesOf(3, {})).toEqual(['0', '1', '2', '3', '1', '2', '3', '1', '2']));

  it('does not ask a query again if a prompt was kept on it, nor any query in the paper’s search', async () => {
    expect((await queriesOf(5, {})).slice(0, 9)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    expect(await queriesOf(3, { revisitAfter: null })).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('selects the rewards of a query once', async () => {
    const { nodes, counts } = fakeNodes(() => 3);
    await searchSystemPrompt(nodes, { depth: 20, final: null }).invoke({ queries: queriesUpTo(60) });
    expect(counts.reward).toBe(4);
  });
});
