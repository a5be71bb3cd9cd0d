import { expect, it } from '@jest/globals';
import { mergeRemarks } from '../../state/mergeRemarks.ts';

it('remarks that came later go from the first child to its parent', () => {
  const evaluation = { Clarity: { rationale: '', score: 3.2 }, short: { rationale: 'Too long.', score: 1 } };
  const about = { depth: 0, index: 0, prompt: 'p', query: 'q', response: 'r', aspects: [], reward: 3, value: 3 };
  const nodes = [
    { ...about, id: '0', parent: null, evaluation },
    { ...about, id: '0.0', parent: '0', evaluation, parentRemarks: { Clarity: 'Vague.' } },
    { ...about, id: '0.1', parent: '0', evaluation },
  ];
  expect(mergeRemarks(nodes)).toEqual([
    { ...about, id: '0', parent: null, evaluation: { ...evaluation, Clarity: { rationale: 'Vague.', score: 3.2 } } },
    { ...about, id: '0.0', parent: '0', evaluation },
    { ...about, id: '0.1', parent: '0', evaluation },
  ]);
});
