import { afterEach, expect, it, jest } from '@jest/globals';
import { Progress } from '../../run/progress.ts';
import { createUsageTotals } from '../../models/cache/usageTotals.ts';
import { node } from '../report/runs.ts';

afterEach(() => void jest.restoreAllMocks());

const started = { type: 'started' as const, folder: 'f', judgedBefore: [] };

/** Usage of so many calls. */
const createUsage = (base: number) => {
  const usage = createUsageTotals();
  return { ...usage, calls: { ...usage.calls, base } };
};

/** Shows a search of three levels, one candidate each, of which each takes 10 s and 10 calls. */
function show(expectedCalls: number | null, isTTY = false): string[] {
  const lines: string[] = [];
  let seconds = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => 1000 * seconds);
  const progress = new Progress({ write: (text) => lines.push(text), isTTY, columns: 150 });
  const getUsage = () => createUsage(seconds);
  progress.handle({ ...started, levels: 2, expectedCalls, getUsage });
  for (const id of ['0', '0.0', '0.0.0']) {
    seconds += 10;
    progress.handle({ type: 'candidateJudged', node: node(id) });
  }
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: [] });
  return lines;
}

it('counts the final in from the first level on, and says that nothing is left at the end', () => {
  const lines = show(100);
  expect(lines[0]).toBe('About 100 calls are expected, with the final and its proof.\n');
  expect(lines[1]).toMatch(/^20 % · level 0 of 2 .* 20 of about 100 calls .* about 1 min 20 s left\n$/);
  expect(lines[2]).toMatch(/^30 % · level 1 of 2 .* about 1 min 10 s left\n$/);
  expect(lines[3]).toMatch(/^level 2 of 2 .* 30 calls/);
  expect(lines[3]).not.toContain('left');
});

it('has no share and no time left if its strategy tells no calls, and none above the whole if it takes more', () => {
  expect(show(null)[0]).toMatch(/^level 0 of 2/);
  expect(show(null).join('')).not.toContain('left');
  expect(show(15)[1]).toMatch(/^99 % · level 0 of 2 .* · 20 calls/);
});

it('draws a bar on a terminal', () => {
  expect(show(100, true).join('')).toContain('\r█████░░░░░░░░░░░ 30 % · level 2 of 2');
});

it('writes a line every half minute while nothing is judged, as in the final, and none after the end', () => {
  jest.useFakeTimers();
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text) });
  progress.handle({ ...started, levels: 3, expectedCalls: 100, getUsage: () => createUsage(lines.length * 10) });
  jest.advanceTimersByTime(65_000);
  expect(lines.slice(1).map((line) => line.slice(0, 4))).toEqual(['10 %', '20 %']);
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: [] });
  const count = lines.length;
  jest.advanceTimersByTime(65_000);
  expect(lines).toHaveLength(count);
  jest.useRealTimers();
});

it('keeps its best so far when the next query is harder for all', () => {
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text) });
  const getUsage = () => createUsageTotals();
  progress.handle({ ...started, levels: 3, expectedCalls: null, getUsage });
  const rewards: Record<string, number> = { '0': 3, '0.0': 5, '0.1': 4, '0.0.0': 3, '0.0.1': 3, '0.1.0': 2 };
  for (const [id, reward] of Object.entries(rewards))
    progress.handle({ type: 'candidateJudged', node: node(id, { reward, query: `query ${id.length}` }) });
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: [] });
  const best = lines.slice(1, 3).map((line) => Number(/best so far \+([\d.]+) to the first prompt/.exec(line)?.[1]));
  expect(best[0]).toBeGreaterThan(0);
  expect(best[1]).toBeGreaterThanOrEqual(best[0] ?? Number.NaN);
});

it('keeps its best so far when all tie on a hard query, which tells nothing of the prompts', () => {
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text) });
  progress.handle({ ...started, levels: 3, expectedCalls: null, getUsage: () => createUsageTotals() });
  const rewards: Record<string, number> = { '0': 3, '0.0': 5, '0.1': 4, '0.0.0': 2, '0.1.0': 2 };
  for (const [id, reward] of Object.entries(rewards))
    progress.handle({ type: 'candidateJudged', node: node(id, { reward, query: `query ${id.length}` }) });
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: [] });
  const best = lines.slice(1, 3).map((line) => /best so far (\S+)/.exec(line)?.[1]);
  expect(best[1]).toBe(best[0]);
});

it('says what a finished run has to say though it did not start again', () => {
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text) });
  progress.handle({ type: 'finished', folder: 'f', result: null, error: undefined, notes: ['already finished'] });
  expect(lines).toEqual(['already finished\n']);
});
