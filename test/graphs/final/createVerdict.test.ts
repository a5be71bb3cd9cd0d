import { describe, expect, it } from '@jest/globals';
import { classifyProof, createUnchangedVerdict, createVerdict } from '../../../graphs/final/createVerdict.ts';
import { ProofVerdict } from '../../../state/verdict.ts';

const RULES = { minQueries: 6, margin: 0.2 };
const repeat = (values: number[], times: number): number[] => Array.from({ length: times }, () => values).flat();
const judge = { judge: 'gpt' };

describe('a verdict', () => {
  it.each([
    ['better', repeat([1, 1.2, 0.8], 4), /^better by 1\.00 \(0\.\d\d to 1\.\d\d\)$/],
    ['worse', repeat([-1, -1.2, -0.8], 4), /^worse by 1\.00 \(0\.\d\d to 1\.\d\d\)$/],
    ['no-difference', repeat([0], 40), /^no difference of 0\.2 or more$/],
    [
      'not-settled',
      [0.9, -0.6, 1.1, 0.2, 0.4, -0.2],
      /^not settled: about \d+ more queries would settle a gain of 0\.3$/,
    ],
    ['not-settled', [1, 1, 1], /^not settled: about 6 more queries would settle a gain of 1$/],
    ['not-settled', [], /^not settled: about \d+ more queries would settle a gain of 0\.2$/],
  ])('is %s, in words and figures', (outcome, fresh, text) => {
    const verdict = createVerdict({ fresh }, RULES, judge);
    expect(ProofVerdict.parse(verdict)).toMatchObject({ outcome, margin: 0.2, queries: fresh.length, judge: 'gpt' });
    expect(verdict.text).toMatch(text);
    expect(verdict.moreQueries === null).toBe(outcome !== 'not-settled');
    expect(verdict.low === null).toBe(fresh.length < 6);
  });

  it('never calls equal prompts better, nor speaks from one query', () => {
    for (let n = 0; n <= 60; n++)
      expect(createVerdict({ fresh: repeat([0], n) }, RULES, judge).outcome).not.toBe('better');
    expect(createVerdict({ fresh: [2.33] }, RULES, judge)).toMatchObject({
      outcome: 'not-settled',
      low: null,
      high: null,
    });
  });

  it('names a judge that the search never asked', () => {
    const verdict = createVerdict({ fresh: repeat([1], 12) }, RULES, { judge: 'other', isIndependent: true });
    expect(verdict).toMatchObject({
      judge: 'other',
      text: expect.stringMatching(/, by a judge that the search never asked$/),
    });
  });

  it('says so if more than 2,000 queries would be needed', () => {
    const verdict = createVerdict({ fresh: repeat([3, -3], 6) }, { minQueries: 6, margin: 0.05 }, judge);
    expect(verdict).toMatchObject({ outcome: 'not-settled', moreQueries: null });
    expect(verdict.text).toMatch(/more than 2,000 more queries/);
  });

  it('of an unchanged prompt is no change', () => {
    expect(ProofVerdict.parse(createUnchangedVerdict(0.2))).toMatchObject({
      outcome: 'no-change',
      mean: null,
      queries: 0,
    });
  });
});

it.each([
  [{ mean: 0.3, low: 0, high: 0.6 }, 'not-settled'],
  [{ mean: 0.3, low: 0.01, high: 0.6 }, 'better'],
  [{ mean: 0, low: -0.2, high: 0.19 }, 'not-settled'],
  [{ mean: 0, low: -0.19, high: 0.19 }, 'no-difference'],
  [null, 'not-settled'],
])('classifyProof calls %o %s', (interval, outcome) => {
  expect(classifyProof(interval, 0.2)).toBe(outcome);
});
