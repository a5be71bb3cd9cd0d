import { expect, it } from '@jest/globals';
import { listMissingWarnings } from '../../run/missingWarnings.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';

const node = (prompt: string, missing?: string): Hypothesis => ({
  id: prompt,
  parent: null,
  depth: 0,
  index: 0,
  prompt,
  query: 'q',
  response: '',
  aspects: [],
  evaluation: missing === undefined ? { Clarity: { rationale: '', score: 3 } } : {},
  reward: missing === undefined ? 3 : null,
  value: null,
  ...(missing !== undefined && { missing }),
});
const listCodes = (nodes: Hypothesis[], bestPrompt: string, judged?: number): string[] => {
  const final = judged === undefined ? null : { candidates: [{ id: '0', prompt: bestPrompt, mean: null, judged }] };
  return listMissingWarnings(nodes, { bestPrompt, final }).map(({ code }) => code);
};

it('a best prompt that was never judged is the first warning', () => {
  const nodes = [node('a'), node('b', 'no response: 500'), node('c', 'no response: 500')];
  expect(listCodes(nodes, 'b')).toEqual(['best-not-judged', 'judgements-missing']);
  expect(listMissingWarnings(nodes, { bestPrompt: 'b', final: null })[0]?.text).toContain('no response: 500');
});

it.each([
  ['a prompt that was judged', [node('a'), node('b', 'x'), node('c')], 'a', undefined, []],
  ['one that was judged on another query', [node('a'), node('b', 'x'), node('b'), node('c')], 'b', undefined, []],
  ['one that the final judged', [node('a'), node('b', 'x'), node('c')], 'b', 4, []],
  ['one that the final could not judge', [node('a'), node('b', 'x'), node('c')], 'b', 0, ['best-not-judged']],
  ['a run of which half is missing', [node('a'), node('b', 'x')], 'a', undefined, ['judgements-missing']],
  ['a run without nodes', [], 'a', undefined, []],
] as const)('%s', (_name, nodes, best, judged, codes) => {
  expect(listCodes([...nodes], best, judged)).toEqual(codes);
});
