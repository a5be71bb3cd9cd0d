import { expect, it } from '@jest/globals';
import { computeChanceOfLoss, MAX_CHANCE_OF_LOSS } from '../../../graphs/final/chanceOfLoss.ts';

const lead = { mean: 0.15, variance: 0.03, covariances: [] };
const repeat = (values: number[], times: number): number[] => Array.from({ length: times }, () => values).flat();

it('a clear gain on many queries leaves next to no chance of a loss', () => {
  expect(computeChanceOfLoss(lead, { fresh: repeat([0.8, 0.4], 4), chosenOn: repeat([0.7, 0.5], 3) })).toBeLessThan(
    MAX_CHANCE_OF_LOSS,
  );
});

it('a small gain among noisy queries may be luck', () => {
  const chance = computeChanceOfLoss(lead, { fresh: repeat([0.7, -0.6], 4), chosenOn: repeat([0.8, -0.5], 3) });
  expect(chance).toBeGreaterThan(MAX_CHANCE_OF_LOSS);
  expect(chance).toBeLessThan(0.5);
});

it('no query at all leaves what the search thought', () => {
  expect(computeChanceOfLoss({ ...lead, mean: 0 }, { fresh: [] })).toBeCloseTo(0.5, 6);
  expect(computeChanceOfLoss(lead, { fresh: [] })).toBeLessThan(0.5);
});

it('losses make a loss likely, whatever the search thought', () => {
  expect(computeChanceOfLoss(lead, { fresh: repeat([-0.6, -0.9], 6) })).toBeGreaterThan(0.95);
});

it('the lead counts less if the queries vary more than the search assumed', () => {
  const calm = computeChanceOfLoss(lead, { fresh: repeat([0.3, -0.3], 6) });
  const wild = computeChanceOfLoss(lead, { fresh: repeat([2, -2], 6) });
  expect(wild).toBeGreaterThan(calm);
});
