import { expect, it } from '@jest/globals';
import { isPerfect, computeReward } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { applyJudgement, makeRootDraft } from '../../state/hypothesis.ts';

const evaluation = (...points: number[]) =>
  Object.fromEntries(points.map((score, i) => [`a${i}`, { rationale: 'why', score }]));

it('a reward is the mean of the points, and null if nothing was judged', () => {
  expect(computeReward(evaluation(5, 4, 2))).toBe(11 / 3);
  expect(computeReward({})).toBeNull();
});

it('a mean is summed from left to right, as in the reference', () => {
  const rewards = [
    4.8, 1.8, 4.2, 3.25, 5, 4.4, 4.4, 3.2, 5, 4.5, 4.6, 4.8, 4.8, 5, 2.6, 5, 2, 5, 4.6, 5, 3.75, 3.6, 5, 4.8, 4.4, 4.5,
    5, 4.6, 4.8,
  ];
  expect(computeMean(rewards)).toBe(4.289655172413792);
});

it('an evaluation is perfect only if every aspect has full marks', () => {
  expect([isPerfect(evaluation(5, 5)), isPerfect(evaluation(5, 4.5)), isPerfect({})]).toEqual([true, false, false]);
  expect([isPerfect(evaluation(4.9, 4.98)), isPerfect(evaluation(5, 4.8))]).toEqual([true, false]);
});

it('a path’s value leaves out the root’s reward', () => {
  const root = applyJudgement(makeRootDraft('p', 'q'), { response: 'r', aspects: ['a0'], evaluation: evaluation(2) });
  expect([root.reward, root.value, root.lineage.rewardWeight]).toEqual([2, 0, 0]);
  const child = applyJudgement(
    { ...root, id: '0.0', parent: '0', depth: 1 },
    { response: 'r', aspects: ['a0'], evaluation: evaluation(4) },
  );
  expect(child.value).toBe(4);
});

it('a missing judgement is no zero, except in the reference', () => {
  const draft = {
    ...makeRootDraft('p', 'q'),
    id: '0.0',
    parent: '0',
    depth: 1,
    lineage: { ...makeRootDraft('p', 'q').lineage, rewardTotal: 8, rewardWeight: 2, rankingTotal: 8, rankingWeight: 2 },
  };
  const nothing = { response: 'r', aspects: [], evaluation: {}, missing: 'unreadable' };
  expect(applyJudgement(draft, nothing)).toMatchObject({ reward: null, value: 4, missing: 'unreadable' });
  expect(applyJudgement(draft, nothing, { missingJudgementScore: 0 })).toMatchObject({ reward: 0, value: 8 / 3 });
});
