import { expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { renderMarkdownTable, renderCsvTable } from '../../evals/justEval/table.ts';
import { createUsageTotals } from '../../models/cache/usageTotals.ts';
import { reportError } from '../../cli/exit.ts';
import { UserError } from '../../run/config/userError.ts';
import { toJsonLine, toPrintable } from '../../run/progress.ts';
import { buildResult } from '../../run/result.ts';
import { renderSummary } from '../../cli/summary.ts';
import { node } from '../report/runs.ts';

/** What can steer a terminal: C0 but for tab and line end, C1, and what turns the writing direction. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const STEERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const HOSTILE = '\u001b]0;title\u0007\u001b[2J\u009b31mred\r\u0008\u202eover';
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(HOSTILE));

it('texts of models cannot control the terminal, as text or as JSON', () => {
  expect(HOSTILE).toMatch(STEERS);
  fc.assert(
    fc.property(text, (said) => {
      expect(toPrintable(said)).not.toMatch(STEERS);
      const line = toJsonLine({ [said]: said });
      expect(line).not.toMatch(STEERS);
      expect(line.trimEnd()).not.toContain('\n');
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ [said]: said })));
    }),
  );
});

it('the summary of a run and its faults cannot control the terminal', () => {
  const found = { bestPrompt: HOSTILE, bestId: '0.0', value: 4, stoppedBy: HOSTILE, levels: 1, beam: ['0.0'] };
  const events = [{ id: 'a', kind: 'unreadable' as const, what: HOSTILE }];
  const nodes = [node('0'), node('0.0', { prompt: HOSTILE })];
  const outcome = buildResult({ ...found, final: null }, nodes, createUsageTotals(), events, 1);
  const told = renderSummary({ exitCode: 0, outcome, folder: HOSTILE });
  expect(told).toContain('title');
  expect(told).not.toMatch(STEERS);
});

it('errors cannot control the terminal, whatever an endpoint answered', () => {
  const written: string[] = [];
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  const down = Object.assign(new Error(`answered 401: ${HOSTILE}`), { name: 'RoleDownError' });
  expect([
    reportError(down),
    reportError(new UserError(HOSTILE)),
    reportError(new Error(HOSTILE)),
    reportError(HOSTILE),
  ]).toEqual([1, 2, 1, 1]);
  spy.mockRestore();
  expect(written.join('')).toContain('title');
  expect(written.join('')).not.toMatch(STEERS);
});

it('the summary shows no value of zero if the first prompt is returned', () => {
  const found = { bestPrompt: 'p', bestId: '0', value: 0, stoppedBy: 'depth', levels: 1, beam: ['0'], final: null };
  const outcome = buildResult(found, [node('0')], createUsageTotals(), [], 1);
  expect(renderSummary({ exitCode: 0, outcome, folder: 'f' })).not.toMatch(/0\.000/);
});

it('the summary says which tokens were cached, spent on thinking or estimated, and nothing of it if there were none', () => {
  const found = { bestPrompt: 'p', bestId: '0', value: 0, stoppedBy: 'depth', levels: 1, beam: ['0'], final: null };
  const usage = createUsageTotals();
  const render = (): string =>
    renderSummary({ exitCode: 0, outcome: buildResult(found, [node('0')], usage, [], 1), folder: 'f' });
  usage.tokens.base = { input: 70, cachedInput: 0, output: 30, reasoning: 0, estimated: 0 };
  expect(render()).toContain(' · 100 tokens · ');
  usage.tokens.judge = { input: 50, cachedInput: 40, output: 20, reasoning: 10, estimated: 6 };
  expect(render()).toContain(
    '170 tokens (40 of the input from a cache; 10 of the output for thinking; 6 estimated, because an endpoint did not count them)',
  );
});

it('no cell of a table becomes a formula, a link, an image or markup', () => {
  const cells = ['=1+1', '＝cmd', '[x](javascript:alert(1))', '![x](http://evil.example/x.png)', '<img src=x>', '`a`'];
  expect(renderCsvTable([cells.slice(0, 2)])).toBe(`'=1+1,'＝cmd\r\n`);
  const table = renderMarkdownTable([cells]);
  expect(table).not.toMatch(/(?<!\\)[[\]`<]/);
});
