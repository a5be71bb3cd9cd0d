import { describe, expect, it } from '@jest/globals';
import { addLevelSpread, estimateNextGain } from '../../../graphs/beam/expectedGain.ts';
import type { LevelSpread } from '../../../state/levelSpread.ts';

const levelsOf = (level: Partial<LevelSpread>, count = 6): LevelSpread[] =>
  Array.from({ length: count }, () => ({ rewrites: 5, squares: 4 * 0.2, freedom: 4, ...level }));

const judgedOf = (...rewards: (number | null)[]) =>
  rewards.map((reward) => ({ reward, lineage: { rewritten: true, addsDepth: false } }));

describe('the gain that a further level is expected to bring', () => {
  it('is 0.06 points with five rewrites and the rewards of the published runs', () => {
    expect(estimateNextGain(levelsOf({}))).toBeCloseTo(0.063, 3);
  });

  it('is unknown before the sixth level', () => {
    expect(estimateNextGain(levelsOf({}, 5))).toBeNull();
  });

  it('is nothing if no rewrite was usable, or if all rewards of each level were equal', () => {
    expect(estimateNextGain(levelsOf({ rewrites: 0 }))).toBeCloseTo(0, 6);
    expect(estimateNextGain(levelsOf({ squares: 0 }))).toBe(0);
  });

  it('falls with the judge’s noise, with rewards that hardly differ, and with the number of rewrites', () => {
    const usual = estimateNextGain(levelsOf({})) ?? 0;
    expect(estimateNextGain(levelsOf({ squares: 4 * 2 }))).toBeCloseTo(usual / Math.sqrt(10), 2);
    expect(estimateNextGain(levelsOf({ squares: 4 * 0.002 }))).toBeCloseTo(usual / 10, 2);
    expect(estimateNextGain(levelsOf({ rewrites: 1 }))).toBeLessThan(usual / 2);
  });

  it('forgets what is older than six levels', () => {
    const newest = Array.from({ length: 6 }).reduce<LevelSpread[]>(
      (before) => addLevelSpread(before, judgedOf(3, 4)),
      levelsOf({ rewrites: 0 }),
    );
    expect(newest).toEqual(levelsOf({ rewrites: 2, squares: 0.5, freedom: 1 }));
  });

  it('looks past levels that only kept good prompts', () => {
    const kept = [{ reward: 5, lineage: { rewritten: false, addsDepth: true } }];
    expect(addLevelSpread(levelsOf({}), kept)).toEqual(levelsOf({}));
  });

  it('does not count a missing reward', () => {
    expect(addLevelSpread([], judgedOf(3, null))).toEqual([{ rewrites: 2, squares: 0, freedom: 0 }]);
  });
});
