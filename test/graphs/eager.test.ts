import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemorySaver } from '@langchain/langgraph';
import { searchSystemPrompt, type SearchOptions } from '../../graphs/index.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { fakeNodes, queriesUpTo } from './fakes.ts';

type Points = (prompt: string, query: string) => number | null;
const pause = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

/** A search whose calls, and whose graph's own steps between them, are told in their order. */
async function run(points: Points, options: SearchOptions = {}, delays: () => number = () => 0) {
  const { nodes, counts } = fakeNodes(points);
  const told: string[] = [];
  const journal: Hypothesis[] = [];
  const graph = searchSystemPrompt(
    {
      ...nodes,
      rewriteSystemPrompt: async (reads, config) => {
        told.push(`rewrite ${reads.prompt}`);
        await pause(delays());
        return nodes.rewriteSystemPrompt(reads, config);
      },
      respond: async (reads, config) => {
        told.push(`respond ${reads.prompt}`);
        await pause(delays());
        return nodes.respond(reads, config);
      },
      judge: async (reads, config) => (await pause(delays()), nodes.judge(reads, config)),
    },
    {
      initialPrompt: '0',
      depth: 6,
      checkpointer: new MemorySaver(),
      // the graph asks whether to stop when a level is ranked: what is told before it was begun ahead of it
      stop: [({ level, maxDepth }) => (told.push(`level ${level}`), level + 1 >= maxDepth ? 'depth' : null)],
      journal: (node) => void journal.push(node),
      ...options,
    },
  );
  const out = await graph.invoke({ queries: queriesUpTo(60) }, { configurable: { thread_id: 'a' } });
  return { out, counts, told, journal: journal.toSorted((a, b) => a.depth - b.depth || a.place - b.place) };
}

describe('search.eager', () => {
  it('asks for the very same, nothing more, and comes to the same result, whoever answers first', async () => {
    const score = fc.option(
      fc.integer({ min: 2, max: 10 }).map((half) => half / 2),
      { nil: null, freq: 9 },
    );
    const late = fc.infiniteStream(fc.integer({ min: 0, max: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.func(score), late, async (points, delays) => {
        const of = (prompt: string, query: string) => points([prompt, query]);
        const still = await run(of, { missingShare: 1 });
        const eager = await run(of, { missingShare: 1, eager: true }, () => delays.next().value);
        expect([eager.out, eager.journal, eager.counts]).toEqual([still.out, still.journal, still.counts]);
      }),
      { numRuns: 8 },
    );
  });

  it('begins a level before the graph has ranked the one before', async () => {
    // ahead of the graph the way on is asked for once, in the graph twice: as the level is ranked, and for the edge after it
    const asked = async (eager: boolean): Promise<string[]> => {
      const { told } = await run((prompt) => (prompt === '0.1' ? 5 : 3), {
        eager,
        depth: 3,
        beamWidth: 1,
        final: null,
      });
      return told;
    };
    const between = (told: string[]): number => {
      const begun = told.indexOf('rewrite 0');
      return told.slice(0, begun).filter((what) => what === 'level 0').length;
    };
    expect([between(await asked(true)), between(await asked(false))]).toEqual([1, 2]);
  });

  it('asks nothing beyond the end, and leaves failures to the graph', async () => {
    const { told } = await run(() => 3, { eager: true, depth: 2, final: null });
    expect(told.filter((what) => what.startsWith('rewrite'))).toEqual(['rewrite 0']);
    await expect(run(() => null, { eager: true, missingShare: 0.1, depth: 14 })).rejects.toThrow(
      'judgements could not be had',
    );
  });
});
