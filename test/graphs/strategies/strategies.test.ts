import { expect, it } from '@jest/globals';
import { MemorySaver } from '@langchain/langgraph';
import { drpo } from '../../../graphs/index.ts';
import { STRATEGIES, drawSurvivors } from '../../../graphs/strategies/index.ts';
import { pickMostPromisingChild } from '../../../graphs/strategies/uct.ts';
import type { Candidate, Hypothesis } from '../../../state/hypothesis.ts';
import { fakeNodes, queriesUpTo } from '../fakes.ts';

const all = Object.entries(STRATEGIES).map(([name, strategy]) => [name, strategy] as const);
const small = { depth: 5, beamWidth: 2, actions: 3, maxDepthIncrease: 0, final: null };
const queries = queriesUpTo(12);
/** The second rewrite (".1") is better than its siblings wherever it stands. */
const secondIsBetter = (prompt: string): number =>
  Math.min(4.4, 2 + prompt.split('.').filter((part) => part === '1').length);

it.each(all)('%s finds the better rewrites', async (_, strategy) => {
  const { nodes } = fakeNodes(secondIsBetter);
  const found = await strategy(nodes, { ...small, initialPrompt: '0' }).invoke({ queries });
  expect(found.bestPrompt).toContain('.1');
  expect(found.value).toBeGreaterThan(2);
});

it.each(all)('%s takes at most W·M·D judgements besides the root’s', async (_, strategy) => {
  const { nodes, counts } = fakeNodes(() => 3);
  await strategy(nodes, { ...small, initialPrompt: '0' }).invoke({ queries });
  expect(counts.judge).toBeLessThanOrEqual(2 * 3 * 5 + 1);
  expect(counts.base).toBe(counts.judge);
  expect(counts.reward).toBeLessThanOrEqual(7);
});

it.each(all)('%s writes every judged node to the journal once, after its parent', async (_, strategy) => {
  const nodes: Hypothesis[] = [];
  const { nodes: fakes, counts } = fakeNodes((prompt) => (prompt.endsWith('2') ? 5 : 3));
  const found = await strategy(fakes, { ...small, initialPrompt: '0', journal: (n) => void nodes.push(n) }).invoke({
    queries,
  });
  const ids = new Set(nodes.map((n) => n.id));
  expect(ids.size).toBe(counts.judge);
  expect(nodes.filter((n) => n.parent !== null && !ids.has(n.parent))).toEqual([]);
  expect(nodes.find((n) => n.id === found.bestId)).toMatchObject({ prompt: found.bestPrompt, value: found.value });
});

it.each(all)('%s gives the same result twice', async (_, strategy) => {
  const run = () =>
    strategy(fakeNodes(secondIsBetter).nodes, { ...small, initialPrompt: '0', seed: 3 }).invoke({ queries });
  expect(await run()).toEqual(await run());
});

it.each(all)('%s returns the first prompt if there is only one query', async (_, strategy) => {
  const found = await strategy(fakeNodes().nodes, { ...small, initialPrompt: '0' }).invoke({ queries: ['only'] });
  expect(found).toMatchObject({ bestPrompt: '0', bestId: '0', levels: 0 });
});

it.each(all)('%s never counts a failed judgement as a zero', async (_, strategy) => {
  const { nodes } = fakeNodes((prompt, query) => (prompt.endsWith('.1') && query !== 'query 0' ? null : 2));
  const found = await strategy(nodes, { ...small, initialPrompt: '0' }).invoke({ queries });
  expect(found.value === null || found.value === 2).toBe(true);
});

const large = {
  initialPrompt: '0',
  depth: 12,
  maxDepthIncrease: 0,
  final: { candidates: 4, selectionQueries: 4, proof: { maxQueries: 4 } },
};

it.each(all)('%s proves its winner on queries it has not used', async (_, strategy) => {
  const { nodes } = fakeNodes(secondIsBetter);
  const used = new Set<string>();
  const found = await strategy(nodes, { ...large, journal: (n) => void used.add(n.query) }).invoke({
    queries: queriesUpTo(60),
  });
  const { final } = found;
  if (!final) throw new Error('expected a final, got none');
  expect([...final.queries, ...final.proof].filter((q) => used.has(q))).toEqual([]);
  expect([final.queries.length, final.proof.length]).toEqual([4, 4]);
  expect(final.candidates.find((c) => c.id === final.winner)?.prompt).toBe(found.bestPrompt);
  const meanOf = (id: string): number => final.candidates.find((c) => c.id === id)?.mean ?? NaN;
  expect(meanOf(final.winner)).toBeGreaterThan(meanOf('0'));
  expect(found.bestId).toBe(final.winner);
  // the lead that the search saw counts for every entrant, those of the last level too
  expect(final.chanceOfLoss).toBeLessThan(0.01);
});

it.each(all)('%s with the default final costs no more than a beam', async (_, strategy) => {
  const { nodes, counts } = fakeNodes(secondIsBetter);
  const { final: _own, ...options } = large;
  const { final } = await strategy(nodes, options).invoke({ queries: queriesUpTo(60) });
  expect(final?.proof.length).toBeGreaterThan(1);
  expect(counts.judge).toBeLessThanOrEqual(2 * 3 * 12 + 1);
});

it.each(all)('%s returns the first prompt if that is better on the held-out queries', async (_, strategy) => {
  const held = (query: string): boolean => Number(query.slice(6)) > 40;
  const { nodes } = fakeNodes((prompt, query) => (held(query) ? (prompt === '0' ? 4 : 3) : secondIsBetter(prompt)));
  const found = await strategy(nodes, large).invoke({ queries: queriesUpTo(60) });
  expect(found).toMatchObject({ bestPrompt: '0', bestId: '0', final: { winner: '0', difference: { mean: 0 } } });
});

it.each(all)(
  '%s continues from its checkpoint after a fault, wherever it was, with the same result',
  async (_, strategy) => {
    const whole = await drpo(fakeNodes(secondIsBetter).nodes, { ...large, strategy }).invoke({
      queries: queriesUpTo(60),
    });
    const { nodes } = fakeNodes(secondIsBetter);
    let left = 1;
    const faulty = {
      ...nodes,
      judge: (...reads: Parameters<typeof nodes.judge>) =>
        left-- > 0 ? nodes.judge(...reads) : Promise.reject(new Error('the process dies here')),
    };
    const graph = drpo(faulty, { ...large, strategy, checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: 'a' } };
    const attempt = (input: { queries: string[] } | null) => graph.invoke(input, thread).catch(() => undefined);
    let found = await attempt({ queries: queriesUpTo(60) });
    for (let tries = 0; found === undefined && tries < 100; tries++) {
      left = 7;
      found = await attempt(null);
    }
    expect(found).toEqual(whole);
  },
);

it('drawSurvivors draws by value, the same for the same seed, and never more than the width', () => {
  const level = [4, 2, 2, 2].map((value, i) => ({ id: String(i), depth: 1, value }) as unknown as Candidate);
  const draws = Array.from({ length: 200 }, (_, seed) =>
    drawSurvivors(level, { width: 2, temperature: 0.5, seed }).map((c) => c.id),
  );
  expect(draws.every((ids) => ids.length === 2)).toBe(true);
  expect(draws.filter((ids) => ids.includes('0')).length).toBeGreaterThan(180);
  expect(new Set(draws.flat()).size).toBe(4);
  expect(drawSurvivors(level, { width: 2, temperature: 0.5, seed: 1 })).toEqual(
    drawSurvivors(level, { width: 2, temperature: 0.5, seed: 1 }),
  );
  expect(() => drawSurvivors(level, { width: 1, temperature: 0, seed: 0 })).toThrow('temperature');
});

it('UCT weighs known rewards against few visits', () => {
  const node = (id: string, reward: number): Candidate =>
    ({ id, parent: id === '0' ? null : '0', depth: id === '0' ? 0 : 1, reward }) as unknown as Candidate;
  const tree = [node('0', 3), node('0.0', 4), node('0.1', 3.5)];
  const rollouts = [1, 2, 3, 4].map(() => ['0', '0.0']);
  expect(pickMostPromisingChild({ tree, rollouts: [] }, '0', 1)?.id).toBe('0.0');
  expect(pickMostPromisingChild({ tree, rollouts }, '0', 1)?.id).toBe('0.1');
  expect(pickMostPromisingChild({ tree, rollouts }, '0', 0)?.id).toBe('0.0');
});
