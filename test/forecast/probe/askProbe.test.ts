import { expect, it } from '@jest/globals';
import { createLandscapeWorld, type Landscape } from '../../../evals/landscapes/landscapes.ts';
import { makeSampleJudge } from '../../../evals/landscapes/landscapeRuns.ts';
import { askProbe } from '../../../forecast/probe/askProbe.ts';
import { describeProbe } from '../../../forecast/probe/describeProbe.ts';
import { resolveSearchOptions } from '../../../graphs/searchOptions.ts';

const WORLD: Landscape = { name: 'pull', kind: 'pull', strength: 0.5, target: 0.4, sd: 0.25 };
const queries = Array.from({ length: 30 }, (_, i) => ({ text: `query ${i}`, source: '' }));
const options = resolveSearchOptions({ initialPrompt: '0' });

async function probe(world: Partial<Landscape>, seed = 1) {
  const { nodes } = createLandscapeWorld({ ...WORLD, ...world } as Landscape, seed);
  let judged = 0;
  const judge: typeof nodes.judge = (...args) => (judged++, nodes.judge(...args));
  const seen = await askProbe(
    { nodes: { ...nodes, judge }, repeatJudge: makeSampleJudge(judge, 1) },
    { queries, examples: [] },
    options,
  );
  return { seen, judged };
}

it('a probe asks four prompts three queries, and has two answers judged twice', async () => {
  const { seen, judged } = await probe({});
  expect(seen.rewards.map((row) => row.length)).toEqual([3, 3, 3, 3]);
  expect(seen.repeats).toHaveLength(2);
  expect(judged).toBe(14);
  expect(seen).toMatchObject({ asked: 3, rejected: {}, judged: 12 });
});

it('a probe asks for the remarks on the answer that is rewritten, as the search does', async () => {
  const { nodes } = createLandscapeWorld(WORLD, 1);
  const explained: string[] = [];
  const read: string[] = [];
  await askProbe(
    {
      nodes: {
        ...nodes,
        explainScores: async ({ response, evaluation }) => {
          explained.push(response);
          const remarks = Object.entries(evaluation).map(([name, score]) => [name, { ...score, rationale: 'Why.' }]);
          return { evaluation: Object.fromEntries(remarks) };
        },
        rewriteSystemPrompt: (...args) => {
          read.push(...Object.values(args[0].evaluation).map(({ rationale }) => rationale));
          return nodes.rewriteSystemPrompt(...args);
        },
      },
      repeatJudge: null,
    },
    { queries, examples: [] },
    options,
  );
  expect(explained).toEqual(['0']);
  expect(new Set(read)).toEqual(new Set(['Why.']));
});

it('rejected rewrites are asked for again, at most three times', async () => {
  const { seen } = await probe({ usable: 0 });
  expect(seen.rewards).toHaveLength(1);
  expect(seen).toMatchObject({ asked: 9, rejected: { duplicate: 9 } });
});

/** The findings of several probes of a kind of world. */
const describeMany = async (world: Partial<Landscape>) =>
  Promise.all([1, 2, 3, 4, 5, 6].map(async (seed) => describeProbe((await probe(world, seed)).seen)));

it.each([
  ['optimizer-small', { usable: 0 }],
  ['queries-easy', { start: 7 }],
])('most probes name the obstacle %s', async (code, world) => {
  const found = await describeMany(world);
  expect(found.filter(({ helps }) => !helps).length).toBeGreaterThanOrEqual(4);
  expect(found.filter(({ reasons }) => reasons.some((r) => r.code === code)).length).toBeGreaterThanOrEqual(4);
});

it('a judge who contradicts himself lowers what a probe expects', () => {
  const answers = { judged: 12, perfect: 1, asked: 3, rejected: {} };
  const rewards = [
    [3, 4, 2],
    [3.5, 2, 3.5],
    [2, 4.5, 2.5],
    [4, 3, 1.5],
  ];
  const noisy = describeProbe({
    ...answers,
    rewards,
    repeats: [
      [1, 4.5],
      [5, 2],
    ],
  });
  const calm = describeProbe({
    ...answers,
    rewards: rewards.map((_, p) => [3 + p / 4, 4 + p / 4, 2 + p / 4]),
    repeats: [
      [3, 3],
      [4, 4],
    ],
  });
  expect(noisy.spread.judge).toBeGreaterThan(0.8);
  expect(calm.spread.judge).toBeLessThan(0.3);
  expect(noisy.gain.mean).toBeLessThan(calm.gain.mean);
});

it('most probes of a sound world expect a gain, with a range around it', async () => {
  const found = await describeMany({});
  expect(found.filter(({ helps }) => helps).length).toBeGreaterThanOrEqual(5);
  for (const { gain, helps, reasons } of found) {
    expect(gain.low).toBeLessThanOrEqual(gain.mean);
    expect(gain.high).toBeGreaterThan(gain.mean);
    expect(reasons.length > 0).toBe(!helps);
  }
});

it('a probe without a judged answer has no first reward, and no figure is made up', () => {
  const nothing = { rewards: [[null, null, null]], repeats: [], judged: 0, perfect: 0, asked: 0, rejected: {} };
  expect(describeProbe(nothing)).toMatchObject({ firstReward: null, answers: { judged: 0, perfect: 0 } });
});
