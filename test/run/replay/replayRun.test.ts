import { beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize, type OptimizedRun } from '../../../run/optimize.ts';
import { readKeyNames } from '../../../run/replay/readKeyNames.ts';
import { toCheckedLine } from '../../../models/cache/checkedLine.ts';
import { replayRun } from '../../../run/replay/replayRun.ts';

const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-replay-'));
const readResult = (folder: string) => JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as OptimizedRun;

/** A recorded run as one hands it on: its results and its data in one folder, the places of before gone. */
async function record(more: object = {}): Promise<string> {
  const home = createFolder();
  const queries = join(home, 'questions.json');
  writeFileSync(queries, JSON.stringify(Array.from({ length: 30 }, (_, i) => `How do I mend thing ${i}?`)));
  const config = {
    models: { optimizer: 'simulated' },
    queries: { files: [queries] },
    search: { depth: 6, maxDepthIncrease: 0 },
    ...more,
  };
  await optimize({ config, folder: join(home, 'run') });
  const shared = createFolder();
  cpSync(join(home, 'run'), shared, { recursive: true });
  cpSync(queries, join(shared, 'questions.json'));
  for (const name of ['checkpoints.sqlite', 'lock.sqlite', 'lock.json']) rmSync(join(shared, name), { force: true });
  rmSync(home, { recursive: true });
  return shared;
}
const copy = (folder: string): string => {
  const to = createFolder();
  cpSync(folder, to, { recursive: true });
  return to;
};

let recorded = '';
beforeAll(async () => {
  recorded = await record();
});

describe('a replay', () => {
  it('comes to the same result to the last digit from another place, and leaves the record alone', async () => {
    const files = ['calls.jsonl', 'result.json', 'nodes.jsonl'].map((name) => readFileSync(join(recorded, name)));
    const out = createFolder();
    const { differences, folder, result } = await replayRun(recorded, out);
    expect(differences).toEqual([]);
    expect(folder).toBe(out);
    expect(result.nodes).toEqual(readResult(recorded).nodes);
    expect(readResult(out).calls).toEqual(readResult(recorded).calls);
    expect(['calls.jsonl', 'result.json', 'nodes.jsonl'].map((name) => readFileSync(join(recorded, name)))).toEqual(
      files,
    );
    expect((await replayRun(recorded, out)).differences).toEqual([]); // again in the same place
  });

  it('sends nothing: it ends with the role whose answer the record lacks', async () => {
    const poor = copy(recorded);
    const lines = readFileSync(join(poor, 'calls.jsonl'), 'utf8').split('\n');
    const lost = lines.findIndex((line) => line.includes('"role":"judge"'));
    writeFileSync(join(poor, 'calls.jsonl'), lines.toSpliced(lost, 1).join('\n'));
    await expect(replayRun(poor, createFolder())).rejects.toThrow(
      'expected the recorded answer to each request, got a request of the role judge that has none; nothing was sent',
    );
  });

  it('refuses the folder of another command in one line', async () => {
    const other = copy(recorded);
    const { nodes: _, ...rest } = readResult(other);
    writeFileSync(join(other, 'result.json'), JSON.stringify(rest));
    await expect(replayRun(other, createFolder())).rejects.toThrow('expected a run that has ended');
  });

  it('finds the examples that the run read, not those that it made, which have the same name', async () => {
    const run = await record({ examples: { rewrite: true, rewriteLimit: 1 }, search: { depth: 2 }, queries: {} });
    expect((await replayRun(run, createFolder())).differences).toEqual([]);
  });

  it('names what differs if the record says something else', async () => {
    const other = copy(recorded);
    const result = readResult(other);
    writeFileSync(join(other, 'result.json'), JSON.stringify({ ...result, levels: result.levels + 1 }));
    rmSync(join(other, 'digests.json'));
    expect((await replayRun(other, createFolder())).differences).toEqual(['levels']);
  });

  it('repeats a run that had a budget, and says if prove has asked more since', async () => {
    const run = await record({ budget: { calls: 5000 } });
    expect(await replayRun(run, createFolder())).toMatchObject({ differences: [], wasProvenFurther: false });
    const result = readResult(run);
    // as prove leaves it: more answers of the proof, and another verdict
    const answer = { id: '0', response: 'r', evaluation: {}, reward: null };
    const proven = { query: 'One more?', judge: null, first: answer, challenger: answer };
    appendFileSync(join(run, 'proof.jsonl'), `${toCheckedLine(proven)}\n`);
    writeFileSync(join(run, 'result.json'), JSON.stringify({ ...result, verdict: { ...result.verdict, queries: 99 } }));
    rmSync(join(run, 'digests.json'));
    const replayed = await replayRun(run, createFolder());
    expect(replayed).toMatchObject({ differences: [], wasProvenFurther: true });
  });

  it.each([
    ['a run without answers', (run: string) => rmSync(join(run, 'calls.jsonl')), 'expected its answers in calls.jsonl'],
    ['changed data', (run: string) => writeFileSync(join(run, 'questions.json'), '["Other?"]'), 'another content of'],
    ['lost data', (run: string) => rmSync(join(run, 'questions.json')), 'expected the file questions.json of the run'],
    ['no run', (run: string) => rmSync(join(run, 'config.json')), 'expected a run'],
    ['a damaged result', (run: string) => writeFileSync(join(run, 'prompt.txt'), 'x'), 'with its files whole'],
    ['a branch', (run: string) => writeFileSync(join(run, 'branch.json'), '{}'), 'got branch.json'],
  ])('refuses %s', async (_name, spoil, message) => {
    const run = copy(recorded);
    spoil(run);
    await expect(replayRun(run, createFolder())).rejects.toThrow(message);
  });

  it('knows the names of the keys that the run needed', async () => {
    const run = copy(recorded);
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { models: object };
    const models = { ...config.models, base: { apiKeyEnv: 'MY_KEY', headers: { 'x-key': { env: 'OTHER_KEY' } } } };
    writeFileSync(join(run, 'config.json'), JSON.stringify({ ...config, models }));
    rmSync(join(run, 'digests.json'));
    expect(readKeyNames(run)).toEqual(expect.arrayContaining(['OPENAI_API_KEY', 'MY_KEY', 'OTHER_KEY']));
  });
});
