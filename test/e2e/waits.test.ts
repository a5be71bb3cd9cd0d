import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal, serve } from '../models/fake.ts';
import { root } from '../shared/cli.ts';
import { answerRole, writeModelsConfig } from './slowModels.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-waits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the judge answers from its sixth call on; undefined: as usual. */
let judgeAnswer: (() => object | Promise<object>) | undefined;
let judged = 0;
let config = '';
beforeAll(async () => {
  const { url } = await serve(({ body }) =>
    body['model'] === 'judge' && ++judged > 5 && judgeAnswer ? judgeAnswer() : answerRole(body),
  );
  config = writeModelsConfig(join(folder, 'config.json'), url);
});
beforeEach(() => {
  [judged, judgeAnswer] = [0, undefined];
});

const SET = ['search.depth=3', 'queries.limit=12', 'examples.k=0', 'final=null', 'judge.reliabilityChecks=0'];

/** `optimize` under way. `until` resolves when stderr has a line of this kind. */
function optimize(out: string, set: readonly string[] = []) {
  const flags = [...SET, ...set].flatMap((one) => ['--set', one]);
  const args = ['optimize', '--config', config, '--out', join(folder, out), '--json', '--quiet', ...flags];
  const env = { ...process.env, LANGSMITH_TRACING: 'false' };
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'cli/drpo.ts'), ...args],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  let check = (): void => undefined;
  child.stderr?.on('data', (part: Buffer) => {
    stderr += part.toString();
    check();
  });
  const ended = new Promise<{ status: number | null; stderr: string }>((done) =>
    child.on('close', (status) => done({ status, stderr })),
  );
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((done, fail) => {
      check = () => void (pattern.test(stderr) && done());
      void ended.then(() => fail(new Error(`it ended with: ${stderr}`)));
    });
  return { child, ended, until };
}

it('a wait of a day ends the run with one line, and the same command continues', async () => {
  judgeAnswer = () => refusal(429, 'slow down', { 'retry-after': '86400' });
  const { status, stderr } = await optimize('day').ended;
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^drpo: judge .* asks to wait until .* \(24 hours\).*\n$/),
  ]);
  judgeAnswer = undefined;
  expect(await optimize('day').ended).toEqual({ status: 0, stderr: '' });
});

it('a wait beyond the minutes of the budget spends it, and a larger budget continues', async () => {
  judgeAnswer = () => refusal(429, 'slow down', { 'retry-after': '600' });
  expect((await optimize('minutes', ['budget.minutes=5']).ended).status).toBe(3);
  expect(existsSync(join(folder, 'minutes', 'prompt.txt'))).toBe(true);
  judgeAnswer = undefined;
  expect((await optimize('minutes', ['budget.minutes=60']).ended).status).toBe(0);
});

it('a wait is announced, and a terminal that closes keeps the best so far', async () => {
  judgeAnswer = () => refusal(429, 'slow down', { 'retry-after': '300' });
  const { child, ended, until } = optimize('hup');
  await until(/^judge: the endpoint http:\S+ asks to wait until \d\d:\d\d \([45] min \d+ s\)\.\n/);
  child.stderr?.destroy();
  child.kill('SIGHUP');
  expect((await ended).status).toBe(130);
  expect(readFileSync(join(folder, 'hup', 'prompt.txt'), 'utf8')).not.toBe('');
});

it('Ctrl-C says what it waits for, and the second one ends at once', async () => {
  let isAsked = (): void => undefined;
  const asked = new Promise<void>((done) => (isAsked = done));
  judgeAnswer = () => (isAsked(), new Promise<object>(() => undefined));
  const { child, ended, until } = optimize('interrupt');
  const told = until(
    /^Stopping: waiting for \d+ calls? in flight, 1 min 0 s at most; .* Ctrl-C again ends at once\.\n$/,
  );
  await asked;
  child.kill('SIGINT');
  await told;
  child.kill('SIGINT');
  expect((await ended).status).toBe(130);
});
