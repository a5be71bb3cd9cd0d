import { expect, it } from '@jest/globals';
import type { JudgeReport } from '../../../evals/judge/compareJudgeWithLabels.ts';
import { measureJudge } from '../../../evals/judge/measureJudge.ts';
import { renderJudgeReport } from '../../../evals/judge/renderJudgeReport.ts';

const report = (responses: number): JudgeReport => ({
  title: 'A judge',
  judges: [],
  responses,
  judged: responses,
  missing: 0,
  ...measureJudge(
    Array.from({ length: responses }, (_, i) => {
      const points = 1 + (i % 5);
      return { query: `q${i}`, response: `r${i}`, criterion: 'Clarity', label: points, score: points, length: 10 + i };
    }) as never,
  ),
  notes: [],
  stoppedBy: null,
  calls: {} as JudgeReport['calls'],
  retries: {} as JudgeReport['retries'],
  tokens: {} as JudgeReport['tokens'],
  usd: 0,
  seconds: 0,
  folder: 'f',
});

it('says of few labels that they tell nothing, and of many equal ones that there is no fault', () => {
  expect(renderJudgeReport(report(1))).toContain('too few to tell whether the judge has a fault');
  expect(renderJudgeReport(report(40))).toContain('show no fault of the judge');
});
