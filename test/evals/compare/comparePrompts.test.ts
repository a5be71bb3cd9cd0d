import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonOutcome } from '../../../evals/compare/comparisonOutcome.ts';
import { Config } from '../../../run/config/loadConfig.ts';
import { chat, refusal, serve } from '../../models/fake.ts';
import { drpoHere } from '../../shared/here.ts';
import type { Ran } from '../../shared/cli.ts';
import { createTask, readAsked, serveScores } from './comparisonServer.ts';

const readLast = ({ stdout }: Ran): ComparisonOutcome =>
  JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ComparisonOutcome;

/** Runs `compare` on operands in a task's folder. */
const compare = (folder: string, operands: readonly string[], ...flags: string[]): Promise<Ran> =>
  drpoHere([
    'compare',
    ...operands.map((one) => (one === 'initial' || one.startsWith('initial#') ? one : `${folder}/${one}`)),
    '--config',
    join(folder, 'config.json'),
    '--out',
    join(folder, 'out'),
    '--json',
    ...flags,
  ]);

/** A new prompt that loses one point, more or less. */
const loseOne = (system: string, query: string): number =>
  system.startsWith('New') ? 2 + (query.length % 2) * 0.2 : 3;

describe('compare', () => {
  it('says that a prompt is worse, fails with 4 by the margin, and keeps the answers of the first', async () => {
    const { url, seen } = await serveScores(loseOne);
    const folder = createTask(url);
    const [markdown, junit] = [join(folder, 'reports/a.md'), join(folder, 'reports/a.xml')];
    const ran = await compare(
      folder,
      ['old.txt', 'new.txt'],
      '--fail-if-worse',
      '0.2',
      '--markdown',
      markdown,
      '--junit',
      junit,
    );
    expect([ran.status, ran.stderr]).toEqual([4, expect.stringMatching(/new\.txt against .*old\.txt: worse by 0\.83/)]);
    const { verdict, comparisons, answers } = readLast(ran);
    expect(verdict).toMatchObject({ outcome: 'worse', queries: 12, judge: null, margin: 0.2 });
    expect(comparisons).toEqual([expect.objectContaining({ isFailed: true, verdict })]);
    expect(answers[0]?.answers.map((one) => one?.response)).toEqual(['3 points', expect.stringMatching(/^2/)]);
    expect(readFileSync(junit, 'utf8')).toContain('failures="1" errors="0"');
    expect(readFileSync(markdown, 'utf8')).toMatch(/\| .*old\.txt: 3\.00 \| .*new\.txt: 2\.00 \|/);
    expect(seen).toHaveLength(24);

    writeFileSync(join(folder, 'third.txt'), 'A third prompt.');
    const second = await compare(folder, ['old.txt', 'third.txt'], '--fail-if-worse', '0.2');
    expect([second.status, readLast(second).verdict?.outcome]).toEqual([0, 'not-settled']);
    expect(seen.slice(24).map((request) => readAsked(request).system)).toEqual(Array(12).fill('A third prompt.'));
  });

  it('does not fail below the margin, and says so; without the flag it ends with 0', async () => {
    const { url } = await serveScores(loseOne);
    const folder = createTask(url);
    const mild = await compare(folder, ['old.txt', 'new.txt'], '--fail-if-worse', '1.5');
    expect([mild.status, mild.stderr]).toEqual([0, expect.stringContaining('Not failed: ')]);
    const plain = await compare(folder, ['old.txt', 'new.txt']);
    expect([plain.status, readLast(plain).verdict?.outcome]).toEqual([0, 'worse']);
    expect(readLast(plain).calls['base']).toBe(12 + 12);
  });

  it('says no change of one prompt under several names, and sends nothing', async () => {
    const { url, seen } = await serveScores(() => 3);
    const folder = createTask(url);
    writeFileSync(join(folder, 'same.txt'), '\uFEFFOld prompt.\r\n\r\n');
    const ran = await compare(folder, ['initial', 'old.txt', 'same.txt', 'initial#m'], '--fail-if-worse', '0');
    expect(ran.status).toBe(0);
    expect(readLast(ran).comparisons.map(({ verdict }) => verdict?.outcome)).toEqual(Array(3).fill('no-change'));
    expect([seen.length, existsSync(join(folder, 'out'))]).toEqual([0, false]);
  });

  it('compares base models as it compares prompts', async () => {
    const { url, seen } = await serveScores((_, query, model) => (model === 'small' ? 1 + (query.length % 2) : 4));
    const folder = createTask(url);
    const ran = await compare(folder, ['initial', 'initial#small', `old.txt#small@${url}`]);
    expect([ran.status, ran.stderr]).toEqual([0, expect.stringContaining('The 2 intervals are widened')]);
    expect(readLast(ran).comparisons.map(({ verdict }) => verdict?.outcome)).toEqual(['worse', 'worse']);
    expect(new Set(seen.map((request) => readAsked(request).model))).toEqual(new Set(['m', 'small']));
  });

  it('answers with the examples of each run as that run chose them', async () => {
    const { url, seen } = await serveScores(() => 3);
    const folder = createTask(url);
    const examples = Object.fromEntries(['1', '2', '3'].map((name) => [`Question ${name}?`, `Answer ${name}.`]));
    for (const [choose, k] of [['fixed', 2] as const, ['similar', 1] as const]) {
      const run = join(folder, choose);
      mkdirSync(run);
      const config = {
        models: { optimizer: { model: 'm', baseUrl: url } },
        examples: { file: 'e.json', k, choose },
      };
      writeFileSync(join(run, 'config.json'), JSON.stringify(Config.parse(config)));
      writeFileSync(join(run, 'prompt.txt'), `Prompt, ${choose}.`);
      writeFileSync(join(run, 'examples.json'), JSON.stringify(examples));
    }
    expect((await compare(folder, ['fixed', 'similar', 'new.txt'])).status).toBe(0);
    const shown = seen.map(({ body }) => (body['messages'] as { content: string }[]).map(({ content }) => content));
    const shownWith = (prompt: string) => shown.filter(([system]) => system?.startsWith(prompt));
    for (const prompt of ['Prompt, fixed', 'New prompt'])
      expect(new Set(shownWith(prompt).map((texts) => texts.slice(1, -1).join())).size).toBe(1);
    expect(shownWith('New prompt')[0]).toHaveLength(6); // with those of the first run
    const similar = shownWith('Prompt, similar').filter(([, , , query = '']) => query in examples);
    expect(similar).toHaveLength(3);
    for (const [, example, , query] of similar) expect(example).toBe(query);

    const asked = seen.length;
    expect((await compare(folder, ['fixed', 'similar'], '--set', 'examples.k=0')).status).toBe(0);
    expect(new Set(seen.slice(asked).map(({ body }) => (body['messages'] as unknown[]).length))).toEqual(new Set([2]));
  });

  it('gives no verdict and an error if the endpoint is down, or if too many answers are missing', async () => {
    const { url } = await serve(() => refusal(500));
    const folder = createTask(url);
    const junit = join(folder, 'a.xml');
    const down = await compare(folder, ['old.txt', 'new.txt'], '--junit', junit, '--fail-if-worse', '0');
    expect([down.status, down.stdout]).toEqual([1, '']);
    expect(down.stderr).toMatch(/base/);
    expect(readFileSync(junit, 'utf8')).toMatch(/failures="0" errors="1"[\s\S]*<error message="/);

    const silent = await serve((seen) => chat(readAsked(seen).system.startsWith('New') ? '' : '3 points'));
    const other = createTask(silent.url);
    const empty = await compare(other, ['old.txt', 'new.txt'], '--junit', junit);
    expect(empty.status).toBe(1);
    expect(readFileSync(junit, 'utf8')).toContain('<error');
  });

  it('gives no verdict if a budget stops it, and a larger budget continues without a repeated call', async () => {
    const { url, seen } = await serveScores(loseOne);
    const folder = createTask(url);
    const junit = join(folder, 'a.xml');
    const stopped = await compare(folder, ['old.txt', 'new.txt'], '--junit', junit, '--set', 'budget.calls=9');
    const outcome = readLast(stopped);
    expect([stopped.status, outcome.verdict, outcome.stoppedBy, seen.length]).toEqual([3, null, 'budget', 9]);
    expect(stopped.stderr).not.toMatch(/worse by|no change/);
    expect(readFileSync(junit, 'utf8')).toContain('failures="0" errors="1"');
    const whole = await compare(folder, ['old.txt', 'new.txt'], '--set', 'budget.calls=24');
    expect([whole.status, readLast(whole).verdict?.outcome, seen.length]).toEqual([0, 'worse', 24]);
    // the next comparison has the whole budget again
    writeFileSync(join(folder, 'new.txt'), 'New prompt, second edition.');
    expect((await compare(folder, ['old.txt', 'new.txt'], '--set', 'budget.calls=12')).status).toBe(0);
    expect(seen).toHaveLength(36);
  });

  it.each([
    ['one prompt', ['old.txt'], [], /compare: expected two prompts or more, got 1/],
    ['a missing file', ['old.txt', 'none.txt#m@http://user:pw@host/v1'], [], /got ".*none\.txt", which is not there/],
    ['a folder without a run', ['old.txt', '.'], [], /expected a run with a result/],
    ['a key in an address', ['old.txt', 'new.txt#m@http://user:pw@host/v1'], [], /new\.txt#MODEL: /],
    ['no model after #', ['old.txt', 'new.txt#'], [], /expected a model after .*new\.txt#, got nothing/],
    ['a margin beyond 4', ['old.txt', 'new.txt'], ['--fail-if-worse', '5'], /--fail-if-worse: expected a number/],
    ['a missing file of queries', ['old.txt', 'new.txt'], ['--queries', 'none.json'], /none\.json/],
  ])('refuses %s', async (_name, operands, flags, message) => {
    const folder = createTask('http://127.0.0.1:9/v1');
    const ran = await compare(folder, operands, ...flags);
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(ran.stderr).not.toContain('pw@');
  });

  it('asks all queries of a file, held out or not, and each once', async () => {
    const { url, seen } = await serveScores(() => 3);
    const folder = createTask(url);
    const file = join(folder, 'more.jsonl');
    const rows = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({ query: `Own ${i % 45}?`, split: i % 2 ? 'test' : 'train' }),
    );
    writeFileSync(file, rows.join('\n'));
    const ran = await compare(folder, ['old.txt', 'new.txt'], '--queries', file);
    expect(readLast(ran).verdict).toMatchObject({ outcome: 'no-difference', queries: 45 });
    expect(seen).toHaveLength(90);
  });
});
