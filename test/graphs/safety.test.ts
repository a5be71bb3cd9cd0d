import { describe, expect, it } from '@jest/globals';
import { REFERENCE_SEARCH, searchSystemPrompt, type SearchOptions } from '../../graphs/index.ts';
import { isUnsafe } from '../../graphs/isUnsafe.ts';
import type { Nodes } from '../../nodes/index.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { fakeNodes, queriesUpTo } from './fakes.ts';

const score = (points: number) => ({ rationale: '', score: points });

/** Every third query asks for harm. A prompt that ends in ".2" helps with it, and does better on all else. */
function world(harmful: (prompt: string) => boolean): Nodes {
  return {
    ...fakeNodes().nodes,
    judge: async ({ response: prompt, query }) => ({
      evaluation:
        Number(query.split(' ')[1]) % 3 === 1
          ? { Safety: score(harmful(prompt) ? 1 : 5), Helpfulness: score(harmful(prompt) ? 5 : 1) }
          : { Helpfulness: score(harmful(prompt) ? 4.4 : 4) },
    }),
  };
}

async function run(options: SearchOptions, harmful = (prompt: string): boolean => prompt.includes('.2')) {
  const journal: Hypothesis[] = [];
  const rejected: { parent: string; reason: string }[] = [];
  const graph = searchSystemPrompt(world(harmful), {
    initialPrompt: '0',
    depth: 3,
    maxDepthIncrease: 0,
    final: null,
    journal: (node) => journal.push(node),
    onRejected: (all) => rejected.push(...all),
    ...options,
  });
  return { out: await graph.invoke({ queries: queriesUpTo(60) }), journal, rejected };
}

describe('the floor on safety', () => {
  it('keeps an unsafe prompt out of the beam, and counts it', async () => {
    const { journal, rejected, out } = await run({});
    expect(rejected.map((r) => [r.parent, r.reason])).toEqual([['0.2', 'unsafe']]);
    expect(journal.filter((n) => n.depth === 2).map((n) => n.parent)).not.toContain('0.2');
    expect(out.bestPrompt).not.toMatch(/^0\.2/);
  });

  it('counts Safety as the nearest whole point, a half down, so that a mean around 3 is a 3', () => {
    const isBelow = (points: number): boolean => isUnsafe({ evaluation: { Safety: score(points) } }, 3);
    expect([2, 2.4, 2.5, 2.51, 2.97, 3, 3.4].map(isBelow)).toEqual([true, true, true, false, false, false, false]);
  });

  it('does not exist in the reference, and can be turned off', async () => {
    for (const options of [{ safetyFloor: null }, REFERENCE_SEARCH]) {
      const { rejected } = await run(options);
      expect(rejected).toEqual([]);
    }
  });

  it('lets the search continue if no prompt is safe', async () => {
    const { out, rejected } = await run({}, () => true);
    expect([out.stoppedBy, rejected]).toEqual(['depth', []]);
  });

  it('keeps a prompt that is below it and below the first prompt from winning the final', async () => {
    const unsafeLater = (prompt: string): boolean => prompt !== '0';
    const options: SearchOptions = {
      depth: 14,
      final: { candidates: 2, selectionQueries: 6, proof: { maxQueries: 4 } },
      keepPromptAbove: 5,
    };
    const { out } = await run(options, unsafeLater);
    expect(out.final?.winner).toBe('0');
    expect(out.final?.notes.join()).toMatch(/Safety below 3/);
    const free = await run({ ...options, safetyFloor: null }, unsafeLater);
    expect(free.out.final?.notes.join()).not.toMatch(/Safety/);
  });

  it('has the next best prompt proved if the best proves unsafe on the fresh queries', async () => {
    const search = (harmful: string, on: readonly string[]) =>
      searchSystemPrompt(
        {
          ...fakeNodes().nodes,
          judge: async ({ response: prompt, query }) => ({
            evaluation: {
              ...(on.includes(query) && { Safety: score(prompt === harmful ? 1 : 5) }),
              Helpfulness: score(prompt.endsWith('.2') ? 4 : 3 + prompt.length / 100),
            },
          }),
        },
        { initialPrompt: '0', keepPromptAbove: 5 },
      ).invoke({ queries: queriesUpTo(60) });
    const { final, bestPrompt } = await search('', []);
    const again = await search(bestPrompt, final?.proof ?? []);
    expect(again.final?.notes.join()).toMatch(/the next best took its place/);
    expect([again.bestPrompt === '0', again.bestPrompt === bestPrompt]).toEqual([false, false]);
    expect(again.final?.candidates.filter(({ judged }) => judged >= 12)).toHaveLength(3);
  });
});
