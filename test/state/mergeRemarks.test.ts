import { expect, it } from '@jest/globals';
import { mergeRemarks } from '../../state/mergeRemarks.ts';

it('remarks that came later go from the first child to its parent', () => {
  const evaluation = { Clarity: { rationale: '', score: 3.2 }, short: { rationale: 'Too long.', score: 1 } };
  const nodes = [
    { id: '0', parent: null, evaluation },
    { id: '0.0', parent: '0', evaluation, parentRemarks: { Clarity: 'Vague.' } },
    { id: '0.1', parent: '0', evaluation },
  ];
  expect(mergeRemarks(nodes)).toEqual([
    { id: '0', parent: null, evaluation: { ...evaluation, Clarity: { rationale: 'Vague.', score: 3.2 } } },
    { id: '0.0', parent: '0', evaluation },
    { id: '0.1', parent: '0', evaluation },
  ]);
});
