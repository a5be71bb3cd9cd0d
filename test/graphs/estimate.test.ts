import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FIRST, observed, rewriteOf } from '../../graphs/estimate.ts';

const estimate = fc.record({
  mean: fc.double({ min: -2, max: 2, noNaN: true }),
  variance: fc.double({ min: 0, max: 1, noNaN: true }),
});
const reward = fc.option(
  fc.integer({ min: 2, max: 10 }).map((half) => half / 2),
  { freq: 4 },
);
const judged = fc.array(fc.tuple(estimate, reward), { minLength: 1, maxLength: 8 });
const after = (level: [typeof FIRST, number | null][]) =>
  observed(
    level.map(([e]) => e),
    level.map(([, r]) => r),
  );

describe('what is thought of prompts', () => {
  it('does not depend on how hard the query was', () =>
    fc.assert(
      fc.property(judged, fc.double({ min: -1, max: 1, noNaN: true }), (level, harder) => {
        const easier = after(level.map(([e, r]) => [e, r === null ? null : r + harder]));
        after(level).forEach((e, i) => {
          expect(easier[i]?.mean).toBeCloseTo(e.mean, 9);
          expect(easier[i]?.variance).toBe(e.variance);
        });
      }),
    ));

  it('is surer with a reward, and untouched without one', () =>
    fc.assert(
      fc.property(judged, (level) => {
        after(level).forEach((e, i) => {
          const [prior, got] = level[i] ?? [FIRST, null];
          if (got === null) expect(e).toBe(prior);
          else expect(e.variance).toBeLessThanOrEqual(prior.variance);
        });
      }),
    ));

  it('is the same in whatever order they stand', () =>
    fc.assert(
      fc.property(judged, (level) => {
        const there = after(level.toReversed()).toReversed();
        after(level).forEach((e, i) => expect(there[i]?.mean).toBeCloseTo(e.mean, 9));
      }),
    ));

  it('rises where a prompt did better than its sibling, by less than it did better', () => {
    const born = rewriteOf(FIRST);
    const [good, bad] = observed([born, born], [5, 4]);
    expect(good?.mean).toBeGreaterThan(0);
    expect((good?.mean ?? 0) - (bad?.mean ?? 0)).toBeLessThan(0.5);
    expect(rewriteOf(good ?? FIRST).mean).toBeLessThan(good?.mean ?? 0);
  });

  it('the first prompt is what all are measured from', () => expect(observed([FIRST], [1])).toEqual([FIRST]));
});
