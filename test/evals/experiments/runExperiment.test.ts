import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Experiment } from '../../../evals/experiments/experimentSchema.ts';
import { renderReport } from '../../../evals/experiments/experimentReport.ts';
import {
  runExperiment,
  type ExperimentOptions,
  type ExperimentResult,
} from '../../../evals/experiments/runExperiment.ts';
import { createSimulatedInstructions } from '../../../evals/experiments/createSimulatedInstructions.ts';
import { BUILT_IN_TABLES } from '../../../evals/experiments/builtInTables.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-experiment-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a table with short searches on the simulated models. */
const run = (table: string, options: Partial<ExperimentOptions>, ...set: string[]): Promise<ExperimentResult> =>
  runExperiment(
    {
      set: ['search.depth=3', 'search.maxDepthIncrease=0', 'final=null', ...set],
      roles: { optimizer: 'simulated' },
    },
    { table, limit: 12, screen: null, ...options },
  );
const own = join(folder, 'own.yaml');
writeFileSync(
  own,
  `
title: "Own </title><script>alert(1)</script>"
rows:
  - { name: plain, method: base }
  - { name: same, method: base }
  - { name: another seed, method: base, set: { models.base.provider: simulated, models.base.seed: 5 } }
  - { name: better, prompt: "You are kind.\\n- Give concrete examples.\\n- Explain the reasons.\\n- Keep a warm tone." }
  - { name: "=1+1 <img src=x onerror=alert(1)> [a](javascript:alert(1))", prompt: You are kind., nodes: ./mute.mjs }
`,
);
writeFileSync(
  join(folder, 'mute.mjs'),
  `export default (nodes) => ({ respond: async () => ({ response: '', missing: 'nothing to say' }) });`,
);

it('runs a user’s table, finds the planted difference and calls equal rows noise', async () => {
  const { outcome, exitCode } = await run(own, { out: join(folder, 'a'), limit: 40 });
  expect(exitCode).toBe(0);
  expect(outcome.comparisons.map((c) => [c.row, c.verdict])).toEqual([
    ['same', 'noise'],
    ['another seed', 'noise'],
    ['better', 'higher'],
  ]); // the row whose nodes answer nothing has no comparison, since what is missing is no zero
  expect(outcome.rows.map((r) => r.average === null)).toEqual([false, false, false, false, true]);
  expect(outcome.comparisons[0]?.mean).toBe(0);
  expect(outcome.saved?.share).toBeGreaterThan(0.2);
  expect(readFileSync(join(folder, 'a', 'table.csv'), 'utf8').split('\r\n')).toHaveLength(7);
  expect(readFileSync(join(folder, 'a', 'table.md'), 'utf8')).toContain('These are simulated models');
});

it('writes a page without a script, in which names are text, and a plot as SVG and PNG', async () => {
  const read = (name: string): string => readFileSync(join(folder, 'a', name), 'utf8');
  const page = read('report.html');
  expect(page).toContain("default-src 'none'; style-src 'sha256-");
  expect(page).not.toMatch(/<script|<img src=x|javascript:alert\(1\)"/);
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(page.match(/data:image\/svg\+xml;base64/g)).toHaveLength(4);
  for (const text of ['▲ <bdi>higher', '○ <bdi>noise', 'These are simulated models', '&quot;optimizer&quot;'])
    expect(page).toContain(text);
  expect(read('plot.svg')).toMatch(/^<svg [\s\S]*95 % bootstrap intervals/);
  expect(read('plot.png').slice(1, 4)).toBe('PNG');
  expect(read('table.csv')).toContain("\r\n'=1+1 <img");
  expect(read('table.md')).toContain('&lt;img src=x onerror=alert(1)> \\[a\\](javascript');
});

let searchTable: Promise<ExperimentResult> | undefined;
/** The built-in table "search", run once and without a stop. */
const runSearchTable = (): Promise<ExperimentResult> => (searchTable ??= run('search', { out: join(folder, 'c') }));

it('continues after a budget and asks nothing twice', async () => {
  const out = join(folder, 'b');
  const first = await run('search', { out }, 'budget.calls=40');
  expect(first).toMatchObject({ exitCode: 3, outcome: { stoppedBy: 'budget', saved: null } });
  const { outcome: second } = await run('search', { out });
  const { outcome: uninterrupted } = await runSearchTable();
  expect(second.calls).toEqual(uninterrupted.calls);
  expect(second.rows.map((r) => r.average)).toEqual(uninterrupted.rows.map((r) => r.average));
  expect(second.saved).toEqual(uninterrupted.saved);
});

it.each(Object.keys(BUILT_IN_TABLES))('the built-in table "%s" is well formed', (name) => {
  const bases = ['m', 'n'].map((model) => ({ name: model, set: { 'models.base.model': model } }));
  const examples = { k: 2, choose: 'similar', rewrite: false, rewriteRounds: 5, rewriteLimit: null } as const;
  const config = { initialPrompt: 'p', examples };
  const { error, data } = Experiment.safeParse(BUILT_IN_TABLES[name]?.(bases, config));
  expect(error).toBeUndefined();
  expect(data?.published?.whose ?? 'not ours').toContain('not ours');
});

it('shows published figures with their source, and only if asked', async () => {
  const { outcome, experiment } = await runSearchTable();
  expect(renderReport(outcome, experiment, 'text')).toContain('Published by the authors');
  expect(renderReport(outcome, { categories: false, published: undefined }, 'text')).not.toContain(
    'Published by the authors',
  );
});

it('refuses bad tables with a line per fault', async () => {
  await expect(run('nonsense', {})).rejects.toThrow('expected one of main');
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, '{"title": "t", "rows": [{"name": "x", "set": {"search.beamWith": 1}}]}');
  await expect(run(bad, {})).rejects.toThrow('row "x": search.beamWith');
  const runWithModule = async (nodes: string, module?: string): Promise<unknown> => {
    writeFileSync(bad, JSON.stringify({ title: 't', rows: [{ name: 'x', method: 'base', nodes }] }));
    if (module !== undefined) writeFileSync(join(folder, nodes), module);
    return run(bad, { out: join(folder, nodes.slice(0, -4)) });
  };
  await expect(runWithModule('none.mjs')).rejects.toThrow('nodes: expected a readable file');
  await expect(runWithModule('list.mjs', 'export default [];')).rejects.toThrow('to export a function by default');
  await expect(runWithModule('typo.mjs', 'export default () => ({ jugde: () => 1 });')).rejects.toThrow('got "jugde"');
  await expect(run('k', { out: join(folder, 'c') })).rejects.toThrow('other values for experiment');
});

it('holds out instructions for the simulated models, with just-eval’s tags', () => {
  const set = createSimulatedInstructions();
  expect(set.filter((i) => i.mode === 'safety')).toHaveLength(10);
  expect(set.some((i) => i.tags.includes('coding'))).toBe(true);
});

it('compares the rows on the criteria and checks of the user’s task too, each with its own verdict', async () => {
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const rows = ['Say yes.', 'Say no.'].map((prompt) => ({ name: prompt, prompt, nodes: './echo.mjs' }));
  write(
    'echo.mjs',
    `export default () => ({ respond: async ({ prompt, query }) => ({ response: query.length > 21 ? prompt : 'yes' }) });`,
  );
  const table = write(
    'task.json',
    JSON.stringify({ title: 'Task', rows: [{ name: 'first', method: 'base' }, ...rows] }),
  );
  const heldOut = write(
    'taskQueries.json',
    JSON.stringify(
      Array.from({ length: 30 }, (_, i) => ({ query: `Is ${'so '.repeat(1 + (i % 9))}${i}?`, split: 'test' })),
    ),
  );
  const set = ['rewards.mode=checks', 'rewards.checks=[{"type":"contains","value":"yes"}]'];
  const { outcome } = await run(table, { out: join(folder, 'task'), limit: 4, queries: heldOut }, ...set);
  expect(outcome.taskQueries).toBe(30);
  const [, yes, no] = outcome.rows;
  expect(yes?.task).toMatchObject({ mean: 5, judged: 30, missing: 0 });
  expect(no?.task?.mean).toBeLessThan(4.5);
  const onTask = outcome.comparisons.filter(({ measure }) => measure === 'task');
  expect(onTask.map(({ row, n }) => [row, n])).toEqual([
    ['Say yes.', 30],
    ['Say no.', 30],
  ]);
  expect(outcome.comparisons.filter(({ measure }) => measure === 'average')).toHaveLength(2);
  const text = renderReport(outcome, Experiment.parse(JSON.parse(readFileSync(table, 'utf8'))), 'text');
  expect(text).toMatch(/30 held-out queries of the task/);
  expect(text).toMatch(/Say yes\. +first +task/);
  expect(
    readFileSync(join(folder, 'task', 'task.jsonl'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(90);
  expect(readFileSync(join(folder, 'task', 'table.csv'), 'utf8')).toContain('task,task_low,task_high,task_n');
  await expect(run(table, { out: join(folder, 'none'), queries: true }, ...set)).rejects.toThrow(
    /--queries: expected a file/,
  );
});
