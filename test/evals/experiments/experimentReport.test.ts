import { expect, it } from '@jest/globals';
import type { ExperimentOutcome } from '../../../evals/experiments/experimentOutcome.ts';
import { explainNoise, summarizeComparisons } from '../../../evals/experiments/experimentReport.ts';

type Comparison = ExperimentOutcome['comparisons'][number];

const createComparison = (verdict: Comparison['verdict']) => ({
  row: 'a',
  against: 'b',
  measure: 'average' as const,
  mean: -0.5,
  low: -0.75,
  high: -0.25,
  verdict,
});
const summarize = (...verdicts: Comparison['verdict'][]): string[] =>
  summarizeComparisons({ comparisons: verdicts.map(createComparison) });

it('tells each difference that is none of noise, then how many may be', () => {
  expect(summarize('lower', 'noise')).toEqual([
    'a is lower than b by 0.50 points (−0.75 to −0.25).',
    '1 of 2 differences may be noise.',
  ]);
  expect(summarize('noise', 'noise')).toEqual(['All 2 differences may be noise.']);
  expect(summarize()).toEqual([]);
});

it('says that few searches tell little, and how many would do', () => {
  expect(explainNoise({ seeds: 2 })).toMatch(/2 searches per row say little .* Use --seeds 5, or more\./);
  expect(explainNoise({ seeds: 5 })).not.toContain('--seeds');
});
