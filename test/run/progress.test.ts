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

it('keeps its best so far when the next query is harder for all', () => {
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text) });
  const getUsage = () => createUsageTotals();
  progress.handle({ type: 'started', folder: 'f', levels: 3, extraResponses: 0, judgedBefore: [], getUsage });
  const rewards: Record<string, number> = { '0': 3, '0.0': 5, '0.1': 4, '0.0.0': 3, '0.0.1': 3, '0.1.0': 2 };
  for (const [id, reward] of Object.entries(rewards))
    progress.handle({ type: 'candidateJudged', node: node(id, { reward, query: `query ${id.length}` }) });
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: [] });
  const best = lines.slice(1, 3).map((line) => Number(/best so far \+([\d.]+) to the first prompt/.exec(line)?.[1]));
  expect(best[0]).toBeGreaterThan(0);
  expect(best[1]).toBeGreaterThanOrEqual(best[0] ?? Number.NaN);
});

it('says what a finished run has to say though it did not start again', () => {
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text) });
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: ['already finished'] });
  expect(lines).toEqual(['already finished\n']);
});
