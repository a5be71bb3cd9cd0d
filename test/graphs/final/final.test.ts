import { describe, expect, it } from '@jest/globals';
import { REFERENCE_SEARCH, searchSystemPrompt, type SearchOptions } from '../../../graphs/index.ts';
import { resolveSearchOptions } from '../../../graphs/searchOptions.ts';
import { countFinalEvaluations } from '../../../graphs/finalOptions.ts';
import { pickHeldOut } from '../../../graphs/final/heldOutQueries.ts';
import { fakeNodes, queriesUpTo } from '../fakes.ts';

const numbered = (query: string): number => Number(query.split(' ')[1]);

async function run(
  points: (prompt: string, query: string) => number | null,
  options: SearchOptions = {},
  queries = 180,
) {
  const { nodes, counts } = fakeNodes(points);
  const seen: [string, string][] = [];
  const watched: typeof nodes = {
    ...nodes,
    respond: async (reads) => (seen.push([reads.prompt, reads.query]), nodes.respond(reads)),
  };
  const out = await searchSystemPrompt(watched, { initialPrompt: '0', ...options }).invoke({
    queries: queriesUpTo(queries),
  });
  return { out, counts, seen };
}

describe('the final', () => {
  /** Rewrites made by sample 2 are good on every other query of the search, and on all held out; the others of the search flatter sample 0. */
  const flattered = (prompt: string, query: string): number => {
    if (numbered(query) >= 100) return prompt.endsWith('.2') ? 4 : 2;
    return prompt.endsWith(numbered(query) % 2 ? '.2' : '.0') ? 4.25 : 3;
  };

  it('compares all prompts on the same queries, which the search has not used, and returns the winner', async () => {
    const { out, seen } = await run(flattered);
    expect(out.bestPrompt).toMatch(/\.2$/);
    expect(out.final?.winner).toBe(out.bestId);
    const held = [...(out.final?.queries ?? []), ...(out.final?.proof ?? [])];
    expect(new Set(held).size).toBe(12); // the proof is settled after its first look
    const before = seen.slice(
      0,
      seen.findIndex(([, query]) => held.includes(query)),
    );
    expect(before.some(([, query]) => held.includes(query))).toBe(false);
    for (const query of out.final?.proof ?? [])
      expect(
        seen
          .filter(([, q]) => q === query)
          .map(([p]) => p)
          .sort(),
      ).toEqual(['0', out.bestPrompt].sort());
    expect(out.final?.difference).toMatchObject({ mean: 2 });
    expect(out.final?.difference?.low).toBeGreaterThan(0);
  });

  it('asks only the last two prompts about a query on which the first prompt has full marks', async () => {
    const easy = (query: string): boolean => numbered(query) % 2 === 0;
    const { out, seen } = await run((prompt, query) => {
      if (numbered(query) < 100) return 3;
      return prompt === '0' ? (easy(query) ? 5 : 2) : 4;
    });
    const askedOf = (query: string): number => new Set(seen.filter(([, q]) => q === query).map(([p]) => p)).size - 1;
    const [firstAsked] = seen.filter(([, query]) => out.final?.queries.includes(query));
    expect(firstAsked?.[0]).toBe('0');
    const choosing = out.final?.queries ?? [];
    expect(choosing.filter(easy).map(askedOf)).toEqual(choosing.filter(easy).map(() => 2));
    expect(Math.max(...choosing.filter((q) => !easy(q)).map(askedOf))).toBe(6);
    const all = await run((prompt, query) => (numbered(query) < 100 ? 3 : prompt === '0' ? 5 : 4));
    expect(all.out).toMatchObject({ bestPrompt: '0', final: { winner: '0', challengerDifference: { mean: -1 } } });
  });

  it('returns the first prompt if none is better, and says so', async () => {
    const { out } = await run((prompt, query) => (numbered(query) < 100 ? 3 : prompt === '0' ? 4 : 2));
    expect(out).toMatchObject({ bestPrompt: '0', bestId: '0' });
    expect(out.final).toMatchObject({ winner: '0', difference: { mean: 0 }, challengerDifference: { mean: -2 } });
    expect(out.final?.notes.join()).toContain('no prompt was better than the first');
  });

  it('takes its calls out of the search’s, so that both cost no more than the paper’s search', async () => {
    const calls = async (options: SearchOptions): Promise<number> =>
      Object.values((await run(() => 3, options)).counts).reduce((a, b) => a + b, 0);
    expect(await calls({})).toBeLessThanOrEqual(await calls(REFERENCE_SEARCH));
  });

  it('does not take place if the search kept the first prompt or is too small', async () => {
    expect((await run(() => 5)).out.final).toBeNull();
    expect((await run(() => 3, { depth: 3 })).out.final).toBeNull();
  });

  it('keeps sizes of one’s own in a search of any size, which does as many levels as without a final', async () => {
    for (const [depth, proof] of [
      [6, 24],
      [20, 24],
      [20, 60],
    ] as const) {
      const options = { beamWidth: 2, actions: 2, depth, maxDepthIncrease: 0 };
      const final = { candidates: 3, selectionQueries: 5, proof: { minQueries: proof, maxQueries: proof } };
      const { out } = await run(flattered, { ...options, final }, 250);
      expect([out.final?.queries.length, out.final?.proof.length]).toEqual([5, proof]);
      expect(out.levels).toBe((await run(flattered, { ...options, final: null }, 250)).out.levels);
    }
  });

  it('takes no more calls out of a search than its share, whatever its sizes', async () => {
    const levels = async (options: SearchOptions): Promise<number> => (await run(() => 3, options)).out.levels;
    const own = { candidates: 6, selectionQueries: 6, proof: { maxQueries: 7 } };
    expect(await levels({ final: own })).toBeGreaterThan(0.6 * (await levels({ final: null })));
  });

  it('holds out fewer queries if there are too few, and says so', async () => {
    const { out } = await run(flattered, {}, 15);
    expect(out.final?.queries.length).toBe(3);
    expect(out.final?.notes[0]).toBe('only 5 queries were left to be held out, 14 were wanted');
    const held = [...(out.final?.queries ?? []), ...(out.final?.proof ?? [])];
    expect(held.map(numbered).toSorted((a, b) => a - b)).toEqual([10, 11, 12, 13, 14]);
  });

  it('counts a missing judgement neither as a zero nor as a gain', async () => {
    const { out } = await run((prompt, query) =>
      numbered(query) > 100 && prompt.endsWith('.2') && numbered(query) % 2 ? null : flattered(prompt, query),
    );
    expect(out.bestPrompt).toMatch(/\.2$/);
  });
});

it('countFinalEvaluations counts the judgements of a final', () => {
  expect(countFinalEvaluations({ candidates: 6, selectionQueries: 6, proof: { maxQueries: 6 } })).toBe(
    7 * 2 + 4 * 2 + 3 * 2 + 12,
  );
  const rules = { minQueries: 6, margin: 0.2 };
  expect(resolveSearchOptions({}).final).toEqual({
    candidates: 6,
    selectionQueries: 6,
    share: 0.4,
    cautious: true,
    shorten: false,
    proof: { ...rules, maxQueries: 8 },
  });
  expect(resolveSearchOptions({ depth: 9 }).final).toEqual({
    candidates: 2,
    selectionQueries: 2,
    share: 0.4,
    cautious: true,
    shorten: false,
    proof: { ...rules, maxQueries: 6 },
  });
});

it('pickHeldOut takes queries from the end, in the proportions of their sources', () => {
  const queries = Array.from({ length: 30 }, (_, i) => ({ text: `${i}`, source: i % 3 ? 'a' : 'b' }));
  const held = pickHeldOut(queries, 10, 9);
  expect(held.filter((i) => i % 3)).toHaveLength(7);
  expect(Math.min(...held)).toBeGreaterThan(15);
});

describe('the proof', () => {
  const proofOf = async (gain: number, noise: (query: string) => number, options: SearchOptions = {}) => {
    const points = (prompt: string, query: string): number =>
      numbered(query) < 100 ? 3 : prompt === '0' ? 3 : Math.min(5, Math.max(1, 3 + gain + noise(query)));
    const { out } = await run(points, options);
    return out.final;
  };

  it('ends at its first look if that settles it, and asks on if it does not', async () => {
    const options = { final: { candidates: 2, selectionQueries: 2, proof: { maxQueries: 12 } } };
    expect((await proofOf(2, () => 0, options))?.proof).toHaveLength(6);
    expect((await proofOf(0.3, (query) => (numbered(query) % 2 ? 1 : -1), options))?.proof).toHaveLength(12);
  });

  it('selects the rewards of no look that comes after the next one', async () => {
    const { nodes } = fakeNodes((prompt) => (prompt === '0' ? 2 : 4));
    const selected: string[] = [];
    const watched: typeof nodes = {
      ...nodes,
      selectRewards: async (reads, config) => (selected.push(reads.query), nodes.selectRewards(reads, config)),
    };
    const options = { depth: 4, final: { candidates: 2, selectionQueries: 2, proof: { maxQueries: 20 } } };
    const graph = searchSystemPrompt(watched, { initialPrompt: '0', maxDepthIncrease: 0, ...options });
    const { final } = await graph.invoke({ queries: queriesUpTo(90) });
    expect(final?.proof).toHaveLength(6);
    const heldOut = selected.filter((query) => numbered(query) >= 60);
    expect(heldOut).toEqual(expect.arrayContaining(final?.proof ?? []));
    // two that choose, six that prove, and the two of the look that might have followed
    expect(new Set(heldOut).size).toBe(heldOut.length);
    expect(heldOut).toHaveLength(2 + 6 + 2);
  });

  it('gives no interval below its minimum of queries', async () => {
    const proof = { minQueries: 6, maxQueries: 40 };
    const short = await run(
      (prompt) => (prompt === '0' ? 2 : 4),
      { final: { candidates: 2, selectionQueries: 2, proof } },
      14,
    );
    expect(short.out.final?.proof.length).toBeLessThan(6);
    expect(short.out.final).toMatchObject({ difference: null, challengerDifference: null });
  });

  it('hands on what both prompts answered to each fresh query', async () => {
    const final = await proofOf(1.5, () => 0);
    expect(final?.pairs?.map(({ query }) => query)).toEqual(final?.proof);
    expect(final?.pairs?.[0]).toMatchObject({
      first: { response: '0', reward: 3 },
      challenger: { response: final?.candidates.find((c) => c.id === final.challenger)?.prompt, reward: 4.5 },
    });
    expect(final?.chosenOn).toHaveLength(6);
  });
});
