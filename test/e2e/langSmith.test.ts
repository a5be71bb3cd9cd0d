import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeInstructions } from '../evals/langsmith/writeInstructions.ts';
import { chat, serve } from '../models/fake.ts';
import { recordLangSmith, type Manner, type Recorded } from '../run/tracing/langsmith.ts';
import { feedbackIn, runsIn } from '../run/tracing/runs.ts';
import { drpo, root, type Ran } from '../shared/cli.ts';
import { drpoHere } from '../shared/here.ts';

const KEY = 'lsv2_pt_neverToBeSeen';
const folder = mkdtempSync(join(tmpdir(), 'drpo-langsmith-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const toEnv = (url: string): NodeJS.ProcessEnv => ({
  LANGSMITH_TRACING: 'true',
  LANGSMITH_ENDPOINT: url,
  LANGSMITH_API_KEY: KEY,
});

interface Observed extends Ran {
  out: string;
  requests: Recorded[];
  /** From the last line of the work's journal to the end of the process. */
  secondsAfterWork: number;
}

/** Runs a command while LangSmith behaves in some manner. `journal`: the file in `out` that grows while it works. */
async function observe(
  { args, out, journal }: { args: readonly string[]; out: string; journal: string },
  manner: Manner,
  env: NodeJS.ProcessEnv,
): Promise<Observed> {
  const server = await recordLangSmith(manner);
  const path = join(folder, out);
  const ran = await drpo([...args, '--optimizer', 'simulated', '--out', path], { ...toEnv(server.url), ...env });
  const secondsAfterWork = (Date.now() - statSync(join(path, journal)).mtimeMs) / 1000;
  server.close();
  return { ...ran, out: path, requests: server.requests, secondsAfterWork };
}

/** drpo waits for 3 seconds; LangSmith's own client would keep the process for more than a minute. */
const MAX_SECONDS_AFTER_WORK = 40;

describe('a search with a faulty LangSmith', () => {
  // long enough for what is refused to be refused while the run is under way
  const SET = ['search.depth=12', 'final=null', 'judge.reliabilityChecks=0'].flatMap((one) => ['--set', one]);
  const MANNERS: [string, Manner, NodeJS.ProcessEnv][] = [
    ['refuses everything', { status: 500 }, {}],
    ['refuses the key', { status: 401 }, {}],
    ['hangs', { hangs: true }, {}],
    ['is not there', {}, { LANGSMITH_ENDPOINT: 'http://127.0.0.1:9' }],
  ];
  const optimize = (out: string, manner: Manner, env: NodeJS.ProcessEnv): Promise<Observed> =>
    observe({ args: ['optimize', '--quiet', ...SET], out, journal: 'nodes.jsonl' }, manner, env);
  let off: Observed;
  const runs = new Map<string, Observed>();
  beforeAll(async () => {
    off = await optimize('off', {}, { LANGSMITH_TRACING: 'false' });
    // all at once: they wait more than they work
    await Promise.all(MANNERS.map(async ([name, manner, env]) => runs.set(name, await optimize(name, manner, env))));
  });

  it('sends nothing if tracing is off', () => expect([off.status, off.requests.length]).toEqual([0, 0]));

  it.each(MANNERS.map(([name]) => name))('ends as it would without LangSmith if LangSmith %s', (name) => {
    const run = runs.get(name)!;
    // a run on a busy machine may last longer than LangSmith's own client tries before it prints that it gave up
    const gaveUp =
      name === 'refuses the key'
        ? /^\[LANGSMITH\]: Failed to fetch info .*\n/gm
        : /^\[LANGSMITH\]: Failed to fetch info .*\n|^.*\n\nContext: .*\n/gm;
    const stderr = run.stderr.replace(gaveUp, '');
    const readPrompt = ({ out }: Observed): string => readFileSync(join(out, 'prompt.txt'), 'utf8');
    expect([run.status, stderr, readPrompt(run)]).toEqual([0, '', readPrompt(off)]);
    expect(run.secondsAfterWork).toBeLessThan(MAX_SECONDS_AFTER_WORK);
  });

  it('reports a refusal in one line', async () => {
    const args = ['optimize', '--set', 'search.depth=2'];
    const { stderr } = await observe({ args, out: 'refused', journal: 'nodes.jsonl' }, { status: 401 }, {});
    expect(stderr).toContain('\nLangSmith: it answered with status 401; the trace is not there\n');
    expect(stderr).not.toContain('Context');
  });
});

describe('an evaluation with a faulty LangSmith', () => {
  const evaluate = (out: string, manner: Manner, env: NodeJS.ProcessEnv, more: string[] = []): Promise<Observed> => {
    const instructions = writeInstructions(join(folder, 'twenty.json'), 20);
    const args = ['evaluate', '--instructions', instructions, '--method', 'base', ...more];
    return observe({ args, out, journal: 'records.jsonl' }, manner, env);
  };
  const readAspects = ({ out }: Observed): unknown =>
    (JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as { aspects: unknown }).aspects;
  let off: Observed;
  beforeAll(async () => {
    off = await evaluate('evaluation-off', {}, { LANGSMITH_TRACING: 'false' }, ['--quiet']);
  });

  it('sends nothing if tracing is off', () => expect([off.stderr, off.status, off.requests]).toEqual(['', 0, []]));

  it.each([
    ['hangs', { hangs: true }, 'there was no time for more'],
    ['refuses the key', { status: 401 }, '401'],
  ] as [string, Manner, string][])('ends as usual and says so if LangSmith %s', async (name, manner, why) => {
    const run = await evaluate(`evaluation ${name}`, manner, {});
    expect([run.status, readAspects(run)]).toEqual([0, readAspects(off)]);
    expect(run.stderr).toMatch(
      new RegExp(`0 of 20 evaluated instructions sent; .*${why}.*: the same command sends the rest`),
    );
    expect(run.secondsAfterWork).toBeLessThan(MAX_SECONDS_AFTER_WORK);
  });
});

it('a killed evaluation continues in the same experiment, and nothing is there twice', async () => {
  const server = await recordLangSmith();
  // the base model answers from this process, so that the evaluation cannot run ahead of the kill
  const { url } = await serve(() => chat('An answer.'));
  const out = join(folder, 'killed');
  const instructions = writeInstructions(join(folder, 'seventy.json'), 70);
  const flags = ['--base', `m@${url}`, '--optimizer', 'simulated', '--set', 'concurrency=1', '--out', out];
  const args = ['evaluate', '--instructions', instructions, '--method', 'base', ...flags];
  const child = spawn(process.execPath, [join(root, 'cli/drpo.ts'), ...args], {
    env: { ...process.env, ...toEnv(server.url) },
    stdio: 'ignore',
  });
  const ended = new Promise((done) => child.on('close', done));
  while (!server.requests.some((request) => request.url === '/runs/multipart'))
    await new Promise((go) => setTimeout(go, 5));
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(join(out, 'result.json'))).toBe(false);
  // on a busy machine three seconds may be too short; the same command sends the rest
  for (let tries = 0, stderr = ''; tries < 5 && !stderr.includes('70 of 70'); tries++)
    ({ stderr } = await drpoHere(args, toEnv(server.url)));
  server.close();
  expect(server.sessions.length).toBe(1);
  const runs = runsIn(server.requests);
  const feedback = feedbackIn(server.requests);
  // what was being sent at the kill may come again, under the same ids
  expect(runs.filter((run) => run.parent_run_id === undefined).length).toBe(70);
  expect(runs.length).toBe(350);
  expect(new Map(feedback.map((one) => [`${one.run_id} ${one.key}`, 0])).size).toBe(415);
  expect(new Set(feedback.map(({ id }) => id)).size).toBe(415);
});
