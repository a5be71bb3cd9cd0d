import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeSampleQueries, allocateProportionally } from '../../nodes/sampleQueries.ts';
import { createMersenneTwister, shuffle } from '../../statistics/random.ts';

it('shuffles as numpy does with seed 42', () => {
  const first = shuffle(
    Array.from({ length: 180 }, (_, i) => i),
    createMersenneTwister(42),
  ).slice(0, 30);
  expect(first).toEqual([
    19, 42, 153, 78, 145, 15, 24, 68, 113, 118, 93, 159, 69, 142, 45, 16, 51, 125, 96, 56, 97, 120, 143, 30, 9, 172, 60,
    18, 148, 173,
  ]);
});

it('samples the sources in the reference’s order, the sequence of the nine published runs', async () => {
  const pool = (source: string, size: number) =>
    Array.from({ length: size }, (_, i) => ({ text: `${source}${i}`, source }));
  const sample = makeSampleQueries({ order: 'shuffled', seed: 42, limit: 180 });
  const { queries } = await sample({ queries: [...pool('A', 86), ...pool('L', 52), ...pool('M', 42)] });
  expect(
    queries
      .slice(0, 30)
      .map((q) => q.source)
      .join(''),
  ).toBe('MMLALALALAAAAAALMALLLLAALLAMAL');
});

it.each([
  [180, [86, 52, 42]],
  [100, [48, 29, 23]],
  [50, [24, 15, 11]],
  [25, [12, 8, 5]],
])('takes %i queries in the reference’s proportions', (wanted, counts) => {
  expect(allocateProportionally([86, 52, 42], wanted)).toEqual(counts);
});

it('keeps the order of the input, and cuts it at the limit', async () => {
  const { queries } = await makeSampleQueries({ limit: 2 })({ queries: ['c', 'a', 'b'] });
  expect(queries).toEqual([
    { text: 'c', source: 'input' },
    { text: 'a', source: 'input' },
  ]);
});

it('loses and doubles no query in a shuffle, which depends only on the seed', async () => {
  const sized = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.constantFrom('x', 'y', 'z')), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(sized, fc.nat(), async (pairs, seed) => {
      const given = pairs.map(([text, source]) => ({ text, source }));
      const sample = makeSampleQueries({ order: 'shuffled', seed });
      const once = (await sample({ queries: given })).queries;
      expect((await sample({ queries: given })).queries).toEqual(once);
      const key = (q: { text: string; source: string }): string => JSON.stringify(q);
      expect(once.map(key).sort()).toEqual(given.map(key).sort());
    }),
  );
});
