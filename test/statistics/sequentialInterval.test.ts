import { describe, expect, it } from '@jest/globals';
import { createMersenneTwister } from '../../statistics/random.ts';
import { computeSequentialInterval, estimateMorePairs } from '../../statistics/sequentialInterval.ts';

const draw = createMersenneTwister(7);
const unit = (): number => (draw() + 0.5) / 2 ** 32;
const gauss = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
const RUNS = 1000;

/** Looks after each of 40 pairs; what the first interval without zero says, and whether any misses the truth. */
function look(noise: () => number, truth: number): { outcome: string; pairs: number; missed: boolean } {
  const differences: number[] = [];
  let [outcome, pairs, missed] = ['open', 40, false];
  while (differences.length < 40) {
    differences.push(truth + noise());
    const interval = computeSequentialInterval(differences, 6);
    if (!interval) continue;
    if (interval.low > truth || interval.high < truth) missed = true;
    if (outcome === 'open' && (interval.low > 0 || interval.high < 0))
      [outcome, pairs] = [interval.low > 0 ? 'better' : 'worse', differences.length];
  }
  return { outcome, pairs, missed };
}
const lookOften = (noise: () => number, truth: number) => Array.from({ length: RUNS }, () => look(noise, truth));
const share = <T>(list: readonly T[], holds: (item: T) => boolean): number => list.filter(holds).length / list.length;

describe('the sequential interval', () => {
  it('is not given for one pair, nor for fewer than the minimum', () => {
    expect(computeSequentialInterval([2.33], 1)).toBeNull();
    expect(computeSequentialInterval([], 2)).toBeNull();
    expect(computeSequentialInterval([1, 1, 1, 1, 1], 6)).toBeNull();
    expect(computeSequentialInterval([1, 1, 1, 1, 1, 1], 6)).not.toBeNull();
  });
  it.each<[string, () => number]>([
    ['normal', () => 0.7 * gauss()],
    ['wide', () => 1.5 * gauss()],
    ['in fifths of a point with ties', () => (unit() < 0.7 ? 0 : Math.round(5 * gauss()) / 5)],
    ['skewed', () => 0.7 * (1 + Math.log(unit()))],
    ['a rare loss of 2 points', () => (unit() < 0.1 ? -2 : 2 / 9)],
    ['a rare gain of 2 points', () => (unit() < 0.1 ? 2 : -2 / 9)],
    ['a loss of 2 points in a quarter', () => (unit() < 0.25 ? -2 : 2 / 3)],
  ])('holds the truth at every look and seldom calls equals better if the noise is %s', (_name, noise) => {
    const runs = lookOften(noise, 0);
    expect(share(runs, (run) => run.missed)).toBeLessThan(0.06);
    expect(share(runs, (run) => run.outcome === 'better')).toBeLessThan(0.04); // 2.5 % and the luck of 1,000 runs
  });
  it('shows a gain of 0.5 at an sd of 0.7 in four of five cases, with fewer than 24 pairs on average', () => {
    const runs = lookOften(() => 0.7 * gauss(), 0.5);
    expect(share(runs, (run) => run.outcome === 'better')).toBeGreaterThan(0.85);
    expect(runs.reduce((sum, run) => sum + run.pairs, 0) / RUNS).toBeLessThan(24);
  });
  it('never has zero width, so that equal differences do not claim more than they can', () => {
    const interval = computeSequentialInterval(
      Array.from({ length: 6 }, () => 0.2),
      6,
    );
    expect(interval?.low).toBeLessThan(0);
    const none = computeSequentialInterval(
      Array.from({ length: 39 }, () => 0),
      6,
    );
    expect(none?.low).toBeLessThan(0);
    expect(none?.high).toBeLessThan(0.2);
  });
  it('is further off at the end that the pairs are skewed towards', () => {
    const differences = Array.from({ length: 24 }, (_, i) => (i % 8 === 0 ? -1.5 : 0.5));
    const { mean, low, high } = computeSequentialInterval(differences, 6) ?? { mean: NaN, low: NaN, high: NaN };
    expect(mean - low).toBeGreaterThan(1.2 * (high - mean));
  });
  it('takes the spread of other differences, but not their mean', () => {
    const differences = [0.2, 1.9, 0.4, 2.1, 0.1, 1.8, 0.2, 1.9, 0.4, 2.1, 0.1, 1.8];
    const alone = computeSequentialInterval(differences, 6);
    const helped = computeSequentialInterval(differences, 6, { others: [5, 5.4, 4.6, 5.2, 4.9, 4.9] });
    expect(helped?.mean).toBe(alone?.mean);
    expect(helped?.high).toBeLessThan(alone?.high ?? 0);
  });
});

describe('weighted pairs', () => {
  const differences = [1, 0, 2, 1, 0, 2, 1, 1];
  it('have the weighted mean, and count as the fewer equal pairs that tell as much', () => {
    const weights = [4, 1, 1, 1, 1, 1, 1, 1]; // (Σw)² / Σw² = 121 / 23, below six
    expect(computeSequentialInterval(differences, 6, { weights })).toBeNull();
    const interval = computeSequentialInterval(differences, 5, { weights });
    expect(interval?.mean).toBeCloseTo((4 + 7) / 11, 12);
    const plain = computeSequentialInterval(differences, 5);
    const width = (of: typeof plain): number => (of?.high ?? NaN) - (of?.low ?? NaN);
    expect(width(interval)).toBeGreaterThan(width(plain));
    expect(estimateMorePairs(0.5, differences, 5, { weights })).toBeGreaterThan(
      estimateMorePairs(0.5, differences, 5) ?? NaN,
    );
  });
  it('say what unweighted ones say if all weigh the same, whatever it is', () => {
    for (const weight of [1, 0.1, 7])
      expect(computeSequentialInterval(differences, 8, { weights: differences.map(() => weight) })?.low).toBeCloseTo(
        computeSequentialInterval(differences, 8)?.low ?? NaN,
        9,
      );
  });
  it('claim nothing because one pair outweighs the others, and seldom call equals better if heavy ones vary more', () => {
    expect(computeSequentialInterval(differences, 2, { weights: [999, 1, 1, 1, 1, 1, 1, 1] })).toBeNull();
    const runs = Array.from({ length: RUNS }, () => {
      const weights = Array.from({ length: 20 }, () => (unit() < 0.3 ? 4 : 1));
      const values = weights.map((weight) => (weight > 1 ? 1.5 : 0.4) * gauss());
      return computeSequentialInterval(values, 6, { weights });
    });
    expect(share(runs, (interval) => (interval?.low ?? 0) > 0)).toBeLessThanOrEqual(0.03);
    expect(share(runs, (interval) => (interval?.high ?? 0) < 0)).toBeLessThanOrEqual(0.03);
  });
});

describe('the pairs that are still needed', () => {
  it('are about those that the interval then takes', () => {
    const differences = [0.9, -0.4, 1.2, 0.1, 0.7, 0.5];
    const more = estimateMorePairs(0.5, differences, 6) ?? NaN;
    expect(more).toBeGreaterThan(15);
    expect(more).toBeLessThan(45);
    expect(estimateMorePairs(1, differences, 6)).toBeLessThan(more);
  });
  it('are at least one, at least the minimum, and none is named beyond 2,000', () => {
    expect(estimateMorePairs(9, [1, 1, 1, 1, 1, 1, 1], 6)).toBe(1);
    expect(estimateMorePairs(9, [], 6)).toBe(6);
    expect(estimateMorePairs(0.01, [1, -1, 1, -1, 1, -1], 6)).toBeNull();
  });
});
