import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SqliteSaver } from '../../checkpoints/sqliteSaver.ts';
import { exportRun } from '../../evals/langsmith/exportRun.ts';
import { answerQueries } from '../../run/answerQueries.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import type { OptimizeEvent } from '../../run/events.ts';
import { GrowingRun } from '../../run/growingRun.ts';
import { importRun } from '../../run/import/importRun.ts';
import { optimize } from '../../run/optimize.ts';
import { readRunView } from '../../run/writeReport.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { drpoHere } from '../shared/here.ts';

const scratch = mkdtempSync(join(tmpdir(), 'drpo-folder-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;
const folder = (): string => join(scratch, String(made++));
const config = loadConfig({
  roles: { optimizer: 'simulated' },
  set: ['search.depth=3', 'queries.limit=8', 'final=null'],
});
const finished = folder();
const killed = folder();

/** A copy, whose lock is its own. */
const copy = (from: string): string => {
  const to = folder();
  cpSync(from, to, { recursive: true, filter: (file) => basename(file) !== 'lock.sqlite' });
  return to;
};
/** The same command, and what it says of damaged files. */
async function search(path: string) {
  const said: string[] = [];
  const onEvent = (event: OptimizeEvent): void => void (event.type === 'fileDamaged' && said.push(event.text));
  return { result: await optimize({ config, folder: path, onEvent }), said };
}
const read = (path: string, name: string): string => readFileSync(join(path, name), 'utf8');
const change = (path: string, name: string, edit: (text: string) => string): void =>
  writeFileSync(join(path, name), edit(read(path, name)));
const flipMiddle = (text: string): string => {
  const at = text.search(/[a-z](?=[a-z]{3} )/);
  return `${text.slice(0, at)}#${text.slice(at + 1)}`;
};

beforeAll(async () => {
  const onEvent = (event: OptimizeEvent): void =>
    void (
      event.type === 'levelRanked' &&
      event.level === 1 &&
      cpSync(finished, killed, {
        recursive: true,
        filter: (file) => basename(file) !== 'lock.sqlite',
      })
    );
  await optimize({ config, folder: finished, onEvent });
});

describe('a damaged file', () => {
  it.each(['prompt.txt', 'output.json', 'nodes.jsonl', 'report.html'])(
    '%s of a finished run is written again by the same command, which says so',
    async (name) => {
      const run = copy(finished);
      change(run, name, flipMiddle);
      const { said } = await search(run);
      expect(said).toEqual([`${name}: damaged or gone, so written again from result.json`]);
      expect((await search(run)).said).toEqual([]);
      expect(read(run, 'prompt.txt')).toBe(read(finished, 'prompt.txt'));
      expect(read(run, 'output.json')).toBe(read(finished, 'output.json'));
    },
  );

  it.each(['result.json', 'examples.json', 'config.json'])(
    '%s of a finished run makes the same command compute it again from its answers',
    async (name) => {
      const run = copy(finished);
      change(run, name, flipMiddle);
      const { result, said } = await search(run);
      expect(said).toEqual([expect.stringMatching(new RegExp(`^${name}: .*computed again from its answers$`))]);
      const { calls, nodes, digests } = JSON.parse(read(finished, 'result.json')) as typeof result;
      expect(result).toMatchObject({ calls, nodes, digests });
      expect(read(run, name === 'result.json' ? 'prompt.txt' : name)).toBe(
        read(finished, name === 'result.json' ? 'prompt.txt' : name),
      );
    },
  );

  it.each([
    ['a letter is changed', flipMiddle],
    ['its last line is gone', (text: string) => text.replace(/[^\n]*\n$/, '')],
    ['it is empty', () => ''],
  ])('events.jsonl is refused by the page and computed again by the same command, if %s', async (_, damage) => {
    const run = copy(finished);
    change(run, 'events.jsonl', damage);
    expect(() => readRunView(run)).toThrow(/events\.jsonl: expected the file as drpo wrote it/);
    expect((await search(run)).said).toEqual([
      'events.jsonl: damaged or gone, so the run is computed again from its answers',
    ]);
    expect(read(run, 'events.jsonl')).toBe(read(finished, 'events.jsonl'));
    expect(readRunView(run).rejectedRewrites).toEqual(readRunView(finished).rejectedRewrites);
  });

  it('a torn last line of a run that goes on is no damage, a damaged one is warned of', () => {
    const run = copy(finished);
    rmSync(join(run, 'result.json'));
    const readWarnings = (): string[] => {
      const growing = new GrowingRun(RunFolder.openExisting(run));
      growing.refresh(false);
      return growing.view().warnings.map(({ text }) => text);
    };
    change(run, 'calls.jsonl', (text) => text + text.slice(0, 40));
    change(run, 'events.jsonl', (text) => text + text.slice(0, 40));
    expect(readWarnings()).toEqual([]);
    change(run, 'calls.jsonl', flipMiddle);
    expect(readWarnings()).toEqual([expect.stringMatching(/^calls\.jsonl: 1 line is damaged and is left out here/)]);
  });

  it('is refused by name where it would be used', async () => {
    const run = copy(finished);
    change(run, 'prompt.txt', () => '');
    const refusal = /prompt\.txt: expected the file as drpo wrote it, got another content/;
    await expect(answerQueries(run, ['Why?'])).rejects.toThrow(refusal);
    await expect(exportRun({ run, to: 'text' }, {})).rejects.toThrow(refusal);
    const cut = copy(finished);
    change(cut, 'nodes.jsonl', (text) => text.slice(0, text.lastIndexOf('{')));
    expect(() => readRunView(cut)).toThrow(/nodes\.jsonl: expected the file as drpo wrote it/);
    const other = copy(finished);
    change(other, 'config.json', (text) => text.replace('"simulated"', '"simulator"'));
    await expect(answerQueries(other, ['Why?'])).rejects.toThrow(/config\.json: expected the file as drpo wrote it/);
  });

  it.each(['nodes.jsonl', 'calls.jsonl'])('%s of a killed run changes no result', async (name) => {
    const run = copy(killed);
    change(run, name, flipMiddle);
    const { result } = await search(run);
    const { calls, nodes, tokens, bestPrompt } = JSON.parse(read(finished, 'result.json')) as typeof result;
    expect(result).toMatchObject({ calls, nodes, tokens, bestPrompt });
  });
});

it('a folder without its config is computed again, and never mixed with another', async () => {
  const run = copy(killed);
  rmSync(join(run, 'config.json'));
  const other = { ...config, initialPrompt: 'Be brief.' };
  const { nodes } = await optimize({ config: other, folder: run });
  expect(nodes[0]?.prompt).toBe('Be brief.');
  expect(nodes).toEqual((await optimize({ config: other, folder: folder() })).nodes);
});

it('a second run in the same folder and process is refused', async () => {
  const run = folder();
  const first = RunFolder.openWithoutConfig(run);
  await expect(optimize({ config, folder: run })).rejects.toThrow(
    / in use by this process \(\d+\); wait until it ends/,
  );
  first.close();
});

it('a folder is free again after a run whose checkpoints could not be closed', async () => {
  const run = folder();
  const close = jest.spyOn(SqliteSaver.prototype, 'close').mockRejectedValueOnce(new Error('disk is full'));
  await expect(optimize({ config, folder: run })).rejects.toThrow('disk is full');
  expect(existsSync(join(run, 'calls.jsonl.reserve'))).toBe(false);
  close.mockRestore();
  expect((await optimize({ config, folder: run })).stoppedBy).toBe('depth');
});

it('four answers at once all arrive, from a folder that one of them has locked', async () => {
  const run = copy(finished);
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((query) => answerQueries(run, [query])));
  expect(answers.flat().every(({ response }) => response !== '')).toBe(true);
});

it('a run does not continue with other contents of a data file or of a query’s check, unless it starts again', async () => {
  const home = folder();
  mkdirSync(home);
  const [queries, check] = [join(home, 'q.jsonl'), join(home, 'check.mjs')];
  const rows = Array.from({ length: 8 }, (_, i) => ({
    query: `What is part ${i}?`,
    checks: [{ type: 'function', module: './check.mjs' }],
  }));
  const text = rows.map((row) => JSON.stringify(row)).join('\n');
  writeFileSync(queries, text);
  writeFileSync(check, 'export default () => true;');
  const path = join(home, 'run');
  const own = { models: { optimizer: 'simulated' }, queries: { files: [queries] }, search: { depth: 3 }, final: null };
  const go = (calls: number, fresh = false) => optimize({ config: { ...own, budget: { calls } }, folder: path, fresh });
  expect((await go(9)).stoppedBy).toBe('budget');
  for (const file of [queries, check]) {
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('part 3', 'part three').replace('true', 'false'));
    await expect(go(500)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`got another content of ${file}; restore it`),
    });
    if (file === check) expect((await go(9, true)).stoppedBy).toBe('budget');
    else writeFileSync(file, before);
  }
  expect((await go(500)).stoppedBy).not.toBe('budget');
});

it('a refused command leaves nothing behind', async () => {
  for (const args of [
    ['optimize', '--optimizer', 'no-key', '--set', 'models.optimizer.apiKeyEnv=DRPO_NO_SUCH_KEY'],
    ['icl', '--optimizer', 'no-key', '--set', 'models.optimizer.apiKeyEnv=DRPO_NO_SUCH_KEY'],
    ['optimize', '--optimizer', 'simulated', '--set', 'nodes=nowhere.ts'],
    ['import', join(finished, 'output.json'), '--base', ''],
  ]) {
    const out = folder();
    expect([args, await drpoHere([...args, '--out', out])]).toEqual([args, expect.objectContaining({ status: 2 })]);
    expect(existsSync(out)).toBe(false);
  }
});

it('a place where no folder can be made is named in one line', async () => {
  writeFileSync(join(scratch, 'file'), '');
  symlinkSync(join(scratch, 'nowhere', 'else'), join(scratch, 'dangling'));
  for (const out of [join(scratch, 'file'), join(scratch, 'dangling'), join(scratch, 'x'.repeat(300)), '/proc/x']) {
    const { status, stderr } = await drpoHere(['optimize', '--optimizer', 'simulated', '--out', out]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^drpo: .*: expected a folder, or a place where one can be made, got .*; choose another\n$/);
  }
});

it.each(['calls.jsonl', 'config.json', 'checkpoints.sqlite', 'prompt.txt', 'lock.sqlite'])(
  'a folder in the place of %s is named, and loses nothing',
  async (name) => {
    const path = copy(finished);
    rmSync(join(path, name), { force: true });
    mkdirSync(join(path, name));
    const refusal = `${join(path, name)}: expected a file of a run, got a folder`;
    await expect(search(path)).rejects.toThrow(refusal);
    await expect(answerQueries(path, ['hi'])).rejects.toThrow(refusal);
    rmSync(join(path, name), { recursive: true });
    expect(typeof (await search(path)).result.bestPrompt).toBe('string');
  },
);

it('damaged digests are blamed themselves, and written again', async () => {
  const path = copy(finished);
  writeFileSync(join(path, 'digests.json'), '{"pro');
  await expect(answerQueries(path, ['hi'])).rejects.toThrow(`${join(path, 'digests.json')}: expected the file`);
  const { said } = await search(path);
  expect(said.join()).toMatch(/^digests\.json: damaged/);
  expect(await answerQueries(path, ['hi'])).toHaveLength(1);
});

it('an approval without a decision ends the run', async () => {
  const approve = async (): Promise<undefined> => undefined;
  await expect(optimize({ config, folder: folder(), approve })).rejects.toThrow(
    /^approve: expected a decision about the level, "accept" or changes, got undefined/,
  );
});

it('an imported run has its digests too', async () => {
  const out = folder();
  await importRun(join(finished, 'output.json'), { out, base: 'simulated' });
  change(out, 'prompt.txt', (text) => `${text}!`);
  await expect(exportRun({ run: out, to: 'text' }, {})).rejects.toThrow('prompt.txt: expected the file');
});
