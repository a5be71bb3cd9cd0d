import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadJudgeConfig } from '../../../evals/experiments/evaluationConfig.ts';
import { compareJudgeWithLabels } from '../../../evals/judge/compareJudgeWithLabels.ts';
import { measureLabelAgreement } from '../../../evals/judge/judgeSearchNodes.ts';
import { optimizeJudge, type JudgeSearchReport } from '../../../evals/judge/optimizeJudge.ts';
import { renderJudgeSearch } from '../../../evals/judge/renderJudgeReport.ts';
import { splitLabels } from '../../../evals/judge/splitLabels.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import type { CommandResult } from '../../../run/commandResult.ts';
import { chat, serve } from '../../models/fake.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-optimize-'));
afterAll(() => rmSync(folder, { recursive: true }));

const QUERIES = 48;
const points = (i: number): number => 3 + (i % 3);
const labels = join(folder, 'labels.json');
const rows = Array.from({ length: QUERIES }, (_, i) => ({
  query: `Question ${i}?`,
  response: `Answer number ${i}.`,
  criterion: 'Helpfulness',
  score: points(i),
}));
writeFileSync(labels, JSON.stringify(rows));

/** A judge that is two points too harsh, unless its instructions say "Be generous". The optimizer says so in one of its rewrites. */
const createServer = () =>
  serve(({ body }) => {
    const text = JSON.stringify(body);
    const n = Number(body['n'] ?? 1);
    if (text.includes('new_system_prompt')) {
      const rewrites = Array.from({ length: n }, (_, i) =>
        JSON.stringify({ analysis: '', thought: '', new_system_prompt: REWRITES[i % REWRITES.length] }),
      );
      return chat(...rewrites);
    }
    const i = Number(/Answer number (\d+)\./.exec(text)?.[1]);
    const score = text.includes('Be generous') ? points(i) : Math.max(1, points(i) - 2);
    return chat(JSON.stringify({ Helpfulness: { rationale: 'so it seems', score } }));
  });
const REWRITES = [
  'You are a judge of answers. Be generous with every answer that serves the person who asked.',
  'You are a judge of texts. Look at spelling first of all, and say what you see.',
  'You are a scorer of replies. Weigh how much detail there is against how long they are.',
];

async function search(url: string, out: string, set: string[] = []): Promise<CommandResult<JudgeSearchReport>> {
  const config = loadJudgeConfig({ set: ['search.depth=6', ...set], roles: { judge: `small@${url}` } });
  if (config === null) throw new Error('expected a config of the judge');
  return optimizeJudge(config, { labels, out: join(folder, out), screen: null });
}

it('finds instructions on half of the labels, and proves them on the other half', async () => {
  const { url, seen } = await createServer();
  const { outcome, exitCode } = await search(url, 'found');
  expect(exitCode).toBe(0);
  expect([outcome.searched, outcome.reported]).toEqual([24, 24]);
  expect(outcome.instructions).toBe(REWRITES[0]);
  expect(outcome.before).toMatchObject({ agreement: 0, bias: { mean: -2 } });
  expect(outcome.after).toMatchObject({ agreement: 1, kappa: { mean: 1 }, bias: { mean: 0 } });
  expect(outcome.verdict).toMatchObject({ outcome: 'better', mean: 2, queries: 24 });
  expect(renderJudgeSearch(outcome)).toMatch(
    /Agreement with the labels: better by 2\.00 \(1\.\d\d to 2\.\d\d\) points\. On 24 queries that the search never saw\./,
  );
  // the optimizer hears where the judge was off, and never sees the half that is reported on
  const asked = seen.map(({ body }) => JSON.stringify(body)).filter((text) => text.includes('new_system_prompt'));
  expect(asked[0]).toMatch(/The judge gives 1 points, people give 3: it is too harsh by 2\. Its reason: so it seems/);
  const { report } = splitLabels(
    rows.map(({ criterion, score, ...of }) => ({ ...of, labels: [{ criterion, points: score }] })),
    42,
  );
  expect(report.filter(({ response }) => asked.some((text) => text.includes(response)))).toEqual([]);
  // the file is what judge.instructions takes
  expect(readFileSync(outcome.file, 'utf8')).toBe(REWRITES[0]);
  const config = loadConfig({ set: [`judge.instructions=${outcome.file}`], roles: { optimizer: `small@${url}` } });
  const { outcome: held } = await compareJudgeWithLabels(config, { labels, out: join(folder, 'held'), screen: null });
  expect(held.agreement).toBe(1);
  // a second time nothing is asked
  const before = seen.length;
  expect((await search(url, 'found')).outcome.verdict).toEqual(outcome.verdict);
  expect(seen.length).toBe(before);
});

it('a budget stops it with the best so far, and a larger one continues to the same end', async () => {
  const { url, seen } = await createServer();
  const stopped = await search(url, 'budget', ['budget.calls=12', 'concurrency=1']);
  expect(stopped).toMatchObject({ exitCode: 3, outcome: { stoppedBy: 'budget', verdict: null, before: null } });
  expect(readFileSync(stopped.outcome.file, 'utf8')).toBe(stopped.outcome.instructions);
  const { outcome, exitCode } = await search(url, 'budget');
  expect([exitCode, outcome.verdict?.outcome]).toEqual([0, 'better']);
  expect(seen.length).toBe(Object.values(outcome.calls).reduce((sum, calls) => sum + calls, 0));
});

it('agreement is 5 points less the distance from the mean label, and what is missing has none', () => {
  const labels = [
    { criterion: 'A', points: 2 },
    { criterion: 'A', points: 3 },
    { criterion: 'B', points: 5 },
  ];
  expect(measureLabelAgreement({ labels }, { A: { rationale: 'short', score: 5 } })).toEqual({
    A: {
      score: 2.5,
      rationale: 'The judge gives 5 points, people give 2.5: it is too lenient by 2.5. Its reason: short',
    },
  });
  expect(measureLabelAgreement({ labels }, {})).toEqual({});
});

it('what leaves nothing to search is refused in one line', async () => {
  const few = rows
    .slice(0, 5)
    .map(({ criterion, score, ...of }) => ({ ...of, labels: [{ criterion, points: score }] }));
  expect(() => splitLabels(few, 1)).toThrow('--optimize: expected labels of at least 12 queries');
  await expect(search('http://127.0.0.1:1/v1', 'checks', ['rewards.mode=checks'])).rejects.toThrow('rewards.mode');
  await expect(search('http://127.0.0.1:1/v1', 'paper', ['preset=reference'])).rejects.toThrow('preset: expected');
  await expect(search('http://127.0.0.1:1/v1', 'silent', ['judge.remarks=when-rewritten'])).rejects.toThrow(
    'judge.remarks: expected "always"',
  );
});
