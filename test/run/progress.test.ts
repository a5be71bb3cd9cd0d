import { afterEach, expect, it, jest } from '@jest/globals';
import { Progress } from '../../run/progress.ts';
import { createUsageTotals } from '../../models/cache/usageTotals.ts';
import { node } from '../report/runs.ts';

afterEach(() => void jest.restoreAllMocks());

/** Shows a search of three levels, one candidate each, of which each takes 10 s. */
function show(extraResponses: number): string[] {
  const lines: string[] = [];
  let seconds = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => 1000 * seconds);
  const progress = new Progress({ write: (text) => lines.push(text) });
  const getUsage = () => createUsageTotals();
  progress.handle({ type: 'started', folder: 'f', levels: 2, extraResponses, judgedBefore: [], getUsage });
  for (const id of ['0', '0.0', '0.0.0']) {
    seconds += 10;
    progress.handle({ type: 'candidateJudged', node: node(id) });
  }
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: [] });
  return lines;
}

it('says what a final on top of the search adds to the time that is left, and that nothing is left at the end', () => {
  expect(show(0)[2]).toMatch(/^level 2 of 2/);
  expect(show(0)[1]).toContain('about 30 s left');
  expect(show(6)[1]).toMatch(/about 30 s left, then up to 6 responses in the final\n$/);
  expect(show(6)[2]).not.toContain('left');
});
