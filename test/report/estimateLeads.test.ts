import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { searchSystemPrompt } from '../../graphs/index.ts';
import { estimateLeads } from '../../report/estimateLeads.ts';
import { inferFates, groupNodesByLevel } from '../../report/tree.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { fakeNodes, queriesUpTo } from '../graphs/fakes.ts';

it('the page estimates each node as the search did, so no kept node is below a pruned one', async () => {
  const reward = fc.option(
    fc.integer({ min: 4, max: 20 }).map((quarter) => quarter / 4),
    { freq: 12 },
  );
  await fc.assert(
    fc.asyncProperty(fc.func(reward), fc.integer({ min: 1, max: 3 }), async (points, beamWidth) => {
      const nodes: Hypothesis[] = [];
      const { nodes: given } = fakeNodes((prompt, query) => points([prompt, query]));
      const { beam } = await searchSystemPrompt(given, {
        initialPrompt: '0',
        beamWidth,
        depth: 9,
        final: null,
        maxMissingShare: 1,
        safetyFloor: null,
        journal: (judged) => void nodes.push(judged),
      }).invoke({ queries: queriesUpTo(40) });
      const levels = groupNodesByLevel(nodes);
      const [thought, fate] = [estimateLeads(levels), inferFates(nodes, new Set(beam))];
      for (const level of levels.slice(1)) {
        const of = (what: string): number[] =>
          level.filter((n) => fate.get(n.id) === what).map((n) => thought.get(n.id) ?? NaN);
        const [kept, pruned] = [of('kept'), of('pruned')];
        if (pruned.length) expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...pruned));
      }
    }),
    { numRuns: 8 },
  );
});
