import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { updateEstimates, type Prior } from '../../../graphs/beam/qualityEstimate.ts';
import { ROOT_ESTIMATE } from '../../../state/estimate.ts';
import type { Estimate } from '../../../state/estimate.ts';

const CHILD: Prior = { parent: ROOT_ESTIMATE, rank: 0, rewritten: true };
const reward = fc.option(
  fc.integer({ min: 2, max: 10 }).map((half) => half / 2),
  { freq: 4 },
);

/** What is thought of a beam of two that a level has left, and a level of their children with its rewards. */
const level = fc
  .record({
    before: fc.array(fc.integer({ min: 2, max: 10 }), { minLength: 2, maxLength: 2 }),
    born: fc.array(fc.tuple(fc.nat({ max: 1 }), fc.boolean(), reward), { minLength: 1, maxLength: 8 }),
  })
  .map(({ before, born }) => {
    const beam = updateEstimates([CHILD, CHILD], before).qualities;
    return born.map(([rank, rewritten, got]): [Prior, number | null] => [
      { parent: beam[rank] ?? ROOT_ESTIMATE, rank, rewritten },
      got,
    ]);
  });
const after = (judged: readonly [Prior, number | null][]): Estimate[] =>
  updateEstimates(
    judged.map(([born]) => born),
    judged.map(([, got]) => got),
  ).qualities;
const meansOf = (estimates: readonly Estimate[]): number[] => estimates.map((e) => e.mean);

describe('the estimate of a prompt', () => {
  it('does not depend on how hard the query was', () =>
    fc.assert(
      fc.property(level, fc.double({ min: -1, max: 1, noNaN: true }), (judged, harder) => {
        const easier = after(judged.map(([born, r]) => [born, r === null ? null : r + harder]));
        after(judged).forEach((e, i) => {
          expect(easier[i]?.mean).toBeCloseTo(e.mean, 8);
          expect(easier[i]?.variance).toBe(e.variance);
        });
      }),
    ));

  it('has less variance after a reward, and stays as it was without one', () =>
    fc.assert(
      fc.property(level, (judged) => {
        const before = after(judged.map(([born]) => [born, null]));
        const afterwards = after(judged);
        afterwards.forEach((e, i) => expect(e.variance).toBeLessThanOrEqual((before[i]?.variance ?? 0) + 1e-12));
        judged.forEach(([{ parent, rewritten }], i) => {
          expect(before[i]?.mean).toBeCloseTo((rewritten ? 0.7 : 1) * parent.mean, 8);
        });
      }),
    ));

  it('is the same in whatever order the prompts are listed, and its covariances are symmetric', () =>
    fc.assert(
      fc.property(level, (judged) => {
        const here = after(judged);
        after(judged.toReversed())
          .toReversed()
          .forEach((e, i) => expect(e.mean).toBeCloseTo(here[i]?.mean ?? NaN, 8));
        here.forEach((e, i) =>
          e.covariances.forEach((c, j) => expect(c).toBeCloseTo(here[j]?.covariances[i] ?? NaN, 9)),
        );
      }),
    ));

  it('rises if a prompt did better than its sibling, by less than the difference', () => {
    const [good = 0, bad = 0] = meansOf(updateEstimates([CHILD, CHILD], [5, 4]).qualities);
    expect(good).toBeGreaterThan(0);
    expect(good - bad).toBeLessThan(0.5);
  });

  it('is equal to the last digit for equal siblings, so that the earlier one comes first', () => {
    const [a, b, c] = meansOf(updateEstimates([CHILD, CHILD, CHILD], [4.25, 3.1, 4.25]).qualities);
    expect([a, (a ?? 0) > (b ?? 0)]).toEqual([c, true]);
  });

  it('is higher for a prompt whose siblings did well than for one with the same reward whose siblings did not', () => {
    const [one, other] = updateEstimates([CHILD, CHILD], [4, 4]).qualities;
    const [good, , lone] = meansOf(
      updateEstimates(
        [
          { parent: one ?? ROOT_ESTIMATE, rank: 0, rewritten: true },
          { parent: one ?? ROOT_ESTIMATE, rank: 0, rewritten: true },
          { parent: other ?? ROOT_ESTIMATE, rank: 1, rewritten: true },
          { parent: other ?? ROOT_ESTIMATE, rank: 1, rewritten: true },
        ],
        [4, 5, 4, 2],
      ).qualities,
    );
    expect(good).toBeGreaterThan(lone ?? 0);
  });

  it('is zero for the first prompt', () =>
    expect(updateEstimates([{ parent: ROOT_ESTIMATE, rank: 0, rewritten: false }], [1]).qualities).toEqual([
      ROOT_ESTIMATE,
    ]));
});
