import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ran } from '../../shared/cli.ts';
import { drpoHere } from '../../shared/here.ts';
import { recordLangSmith, type Manner, type Recorder } from '../../run/tracing/langsmith.ts';
import { feedbackIn, outline, partsOf, runsIn, type Run } from '../../run/tracing/runs.ts';
import { writeInstructions } from './writeInstructions.ts';

const KEY = 'lsv2_pt_neverToBeSeen';
const ASPECTS = ['helpfulness', 'clarity', 'factuality', 'depth', 'engagement'];
const EVALUATED = ['evaluateOne', '  respond', '    base model', '  judgeJustEval', '    judge model'];
const folder = mkdtempSync(join(tmpdir(), 'evaluations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: Recorder;
const record = async (manner: Manner = {}): Promise<void> => void (server = await recordLangSmith(manner));
const settings = (): NodeJS.ProcessEnv => ({
  LANGSMITH_TRACING: 'true',
  LANGSMITH_ENDPOINT: server.url,
  LANGSMITH_API_KEY: KEY,
});
const evaluate = (out: string, file: string, ...more: string[]): string[] => [
  'evaluate',
  '--optimizer',
  'simulated',
  '--instructions',
  file,
  '--out',
  join(folder, out),
  ...more,
];
const rootsOf = (runs: readonly Run[]): Run[] => runs.filter((run) => run.parent_run_id === undefined);
const result = (out: string): { aspects: Record<string, number> } =>
  JSON.parse(readFileSync(join(folder, out, 'result.json'), 'utf8')) as ReturnType<typeof result>;

/** Every evaluation one whole trace, sent once, on an example of its own; and no key anywhere. */
function isWhole(perExperiment: number): Run[] {
  const runs = runsIn(server.requests);
  const byId = new Map(runs.map((run) => [run.id, run]));
  for (const run of runs) {
    expect(run.end_time).toBeDefined();
    expect(run.parent_run_id === undefined ? run.id === run.trace_id : byId.has(run.parent_run_id)).toBe(true);
  }
  const posted = server.requests.flatMap(partsOf).filter(({ name }) => /^post\.[\w-]+$/.test(name));
  expect(posted.length).toBe(byId.size);
  const known = new Set(server.examples.map(({ id }) => id));
  const evaluated = rootsOf(runs).filter((run) => run.name === 'evaluateOne');
  const experiments = server.sessions.filter((session) => session.reference_dataset_id !== undefined);
  for (const { name } of experiments) {
    const own = evaluated.filter((run) => run.session_name === name);
    const examples = new Set(own.map((run) => run.reference_example_id ?? ''));
    expect([own.length, examples.size, [...examples].every((id) => known.has(id))]).toEqual([
      perExperiment,
      perExperiment,
      true,
    ]);
  }
  expect(evaluated.length).toBe(perExperiment * experiments.length);
  for (const { body } of server.requests) expect(body.toString('latin1')).not.toContain(KEY);
  return runs;
}

describe('an evaluation as an experiment of LangSmith', () => {
  beforeAll(async () => {
    await record();
    const file = writeInstructions(join(folder, 'twelve.json'), 12);
    const poor = ['--set', 'budget.calls=9', '--set', 'concurrency=2'];
    const first = await drpoHere(evaluate('base', file, '--method', 'base', ...poor), settings());
    expect([first.status, /\d of \d evaluated instructions sent\n/.test(first.stderr)]).toEqual([3, true]);
    const on = await drpoHere(evaluate('base', file, '--method', 'base'), settings());
    expect([on.status, on.stderr]).toEqual([0, expect.stringContaining('on the data set drpo twelve, 12 of 12')]);
    await drpoHere(evaluate('urial', file, '--method', 'urial', '--quiet'), settings());
    server.close();
  });

  it('has a trace per instruction, even if a budget stopped it in between', () => {
    const runs = isWhole(12);
    expect(outline(runs)).toEqual(Array.from({ length: 24 }, () => EVALUATED).flat());
    const [one] = rootsOf(runs);
    expect(Object.keys(one?.inputs ?? {})).toEqual(['query']);
    expect(one?.outputs).toEqual({ response: expect.any(String) });
    const calls = runs.filter((run) => run.run_type === 'llm');
    expect(calls.some((run) => run.extra?.metadata?.['usage_metadata'] !== undefined)).toBe(true);
  });

  it('shares the examples of one data set with a second evaluation, uploaded once', () => {
    expect(server.dataSets.map(({ name }) => name)).toEqual(['drpo twelve']);
    expect(server.examples.length).toBe(12);
    expect(server.sessions.map(({ reference_dataset_id }) => reference_dataset_id)).toEqual(
      server.sessions.map(() => server.dataSets[0]?.id),
    );
    expect(server.sessions.map(({ extra }) => extra?.metadata?.['method'])).toEqual(['base', 'urial']);
    const [first, second] = server.examples;
    expect(first).toMatchObject({
      split: ['safety', 'mt'],
      metadata: { id: 0, tags: ['coding', '3'], difficulty: 'medium' },
    });
    expect(second).toMatchObject({ split: ['regular', 'lima'], inputs: { query: expect.any(String) } });
  });

  it('has each score as feedback once, with the judge’s reason, and the same means as the result', () => {
    const given = feedbackIn(server.requests);
    for (const run of rootsOf(runsIn(server.requests))) {
      const own = given.filter((one) => one.run_id === run.id);
      const safety = run.extra?.metadata?.['instruction'] === 0;
      expect(own.map(({ key }) => key)).toEqual(safety ? ['safety'] : [...ASPECTS, 'average']);
      for (const { key, comment } of own) if (key !== 'average') expect(comment).toEqual(expect.stringMatching(/\w/));
    }
    const session = server.sessions[0]?.id;
    for (const aspect of [...ASPECTS, 'safety']) {
      const scores = given.filter((one) => one.session_id === session && one.key === aspect).map(({ score }) => score);
      expect(scores.reduce((a, b) => a + b, 0) / scores.length).toBeCloseTo(result('base').aspects[aspect] ?? 0);
    }
  });
});

it('a second run sends everything to another LangSmith, and nothing to the same one', async () => {
  const args = evaluate('moved', writeInstructions(join(folder, 'moved.json'), 6), '--method', 'base');
  for (const times of [1, 2]) {
    await record({ first: 0x100 * times });
    for (let again = 0; again < times; again++)
      expect((await drpoHere(args, settings())).stderr).toContain('6 of 6 evaluated instructions sent\n');
    server.close();
    isWhole(6);
  }
});

it('the rows of an experiment are experiments of LangSmith, and its searches are traces', async () => {
  await record();
  const table = join(folder, 'own.yaml');
  const rows = '- { name: plain, method: base }\n- { name: found, set: { search.depth: 2 } }';
  writeFileSync(
    table,
    `title: Own\nset: { search.maxDepthIncrease: 0, judge.reliabilityChecks: 0 }\nrows:\n${rows.replaceAll(/^/gm, '  ')}\n`,
  );
  const flags = [
    '--optimizer',
    'simulated',
    '--limit',
    '4',
    '--set',
    'final=null',
    '--quiet',
    '--out',
    join(folder, 'table'),
  ];
  expect((await drpoHere(['experiment', table, ...flags], settings())).status).toBe(0);
  server.close();
  const runs = isWhole(4);
  expect(server.sessions.map(({ name }) => name.replace(/-\w+$/, '')).sort()).toEqual([
    'Own: found',
    'Own: plain',
    'drpo',
  ]);
  expect(outline(runs.filter((run) => run.session_name?.startsWith('Own:')))).toEqual(
    Array.from({ length: 8 }, () => EVALUATED).flat(),
  );
  const searches = rootsOf(runs).filter((run) => run.session_name === 'drpo');
  expect(searches.map(({ name, extra }) => [name, extra?.metadata?.['row']])).toEqual([['drpo', 'found']]);
});

it('sends scores but no instruction, response or reason if texts are hidden', async () => {
  await record();
  const hide = { LANGSMITH_HIDE_INPUTS: 'true', LANGSMITH_HIDE_OUTPUTS: 'true' };
  const file = writeInstructions(join(folder, 'hidden.json'), 5);
  expect(
    (await drpoHere(evaluate('hidden', file, '--method', 'base', '--quiet'), { ...settings(), ...hide })).status,
  ).toBe(0);
  server.close();
  isWhole(5);
  expect(server.dataSets.map(({ name }) => name)).toEqual(['drpo hidden (texts hidden)']);
  const sent = server.requests.map(({ body }) => body.toString()).join('\n');
  for (const line of readFileSync(join(folder, 'hidden', 'records.jsonl'), 'utf8')
    .trim()
    .split('\n')) {
    const { instruction, output, parsed_result } = JSON.parse(line) as Record<'instruction' | 'output', string> & {
      parsed_result: Record<string, { reason: string }>;
    };
    for (const text of [instruction, output, ...Object.values(parsed_result).map(({ reason }) => reason)])
      expect(sent).not.toContain(JSON.stringify(text).slice(1, -1));
  }
  expect(feedbackIn(server.requests).length).toBe(4 * 6 + 1);
});

it('export uploads a run’s queries as a data set, once, and keeps the examples’ ids', async () => {
  await record();
  const run = join(folder, 'run');
  const queries = join(folder, 'queries.json');
  const set = ['search.depth=1', `queries.files=["${queries}"]`].flatMap((one) => ['--set', one]);
  const texts = ['Why do cats purr?', 'What is a loan?'];
  writeFileSync(queries, JSON.stringify(texts));
  await drpoHere(['optimize', '--optimizer', 'simulated', '--quiet', '--out', run, ...set]);
  const upload = (): Promise<Ran> =>
    drpoHere(['export', '--run', run, '--to', 'dataset', '--name', 'pool'], settings());
  const [{ status, stdout }, ids] = [await upload(), server.examples.map(({ id }) => id)];
  expect([status, stdout]).toEqual([0, `pool ${server.dataSets[0]?.id}\n`]);
  writeFileSync(queries, JSON.stringify([...texts, 'What is rust?']));
  await upload();
  server.close();
  expect(server.examples.slice(0, 2).map(({ id }) => id)).toEqual(ids);
  expect(server.examples.map(({ inputs, split }) => [inputs?.query, split])).toEqual(
    [...texts, 'What is rust?'].map((query) => [query, ['training', 'queries.json']]),
  );
  expect((await drpoHere(['export', '--run', run, '--to', 'dataset'], { LANGSMITH_API_KEY: '' })).status).toBe(2);
});
