import { beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize, type OptimizedRun } from '../../../run/optimize.ts';
import { proveRun } from '../../../run/prove/proveRun.ts';
import { readRunView } from '../../../run/writeReport.ts';
import { drpoHere } from '../../shared/here.ts';

const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-prove-'));
/** Every other prompt than the first gains two points, or none on the hard queries of the second module. */
const writeNodes = (score: string): string => {
  const file = join(createFolder(), 'nodes.mjs');
  writeFileSync(
    file,
    `let asked = 0;
    export default () => ({
      respond: async ({ prompt, query }) => ({ response: prompt === 'First.' ? 'old ' + query : 'new ' + query }),
      rewriteSystemPrompt: async ({ prompt }) => ({ prompts: [prompt + ' More.'], rejected: [] }),
      judge: async ({ response, query, rewards }) => ({
        evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: '', score: ${score} }])),
      }),
    });`,
  );
  return file;
};
const CLEAR = "response.startsWith('new') ? 4 : 2";
const EQUAL = '3';

const readResult = (folder: string) => JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as OptimizedRun;
const readProof = (folder: string): string[] =>
  readFileSync(join(folder, 'proof.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '');

async function search(score: string, depth = 6, more: object = {}): Promise<string> {
  const folder = createFolder();
  const config = {
    models: { optimizer: 'simulated' },
    nodes: writeNodes(score),
    initialPrompt: 'First.',
    search: { depth, maxDepthIncrease: 0, guards: false },
    judge: { reliabilityChecks: 0 },
    ...more,
  };
  await optimize({ config, folder });
  return folder;
}
const copy = (folder: string): string => {
  const to = createFolder();
  cpSync(folder, to, { recursive: true });
  return to;
};

let clear = '';
beforeAll(async () => {
  clear = await search(CLEAR);
});

describe('prove', () => {
  it('asks fresh queries until the proof is settled, and writes verdict and page', async () => {
    const run = copy(clear);
    const before = readResult(run);
    expect(before.verdict).toMatchObject({ outcome: 'not-settled', low: null });
    const { outcome, exitCode } = await proveRun({ run });
    expect(exitCode).toBe(0);
    expect(outcome).toMatchObject({ outcome: 'better', mean: 2, queries: 6, judge: 'simulated' });
    const after = readResult(run);
    expect(after).toMatchObject({ bestPrompt: before.bestPrompt, verdict: outcome });
    expect(readRunView(run).verdict).toEqual(outcome);
    const asked = new Set(before.nodes.map(({ query }) => query));
    for (const line of readProof(run)) expect(asked.has((JSON.parse(line) as { query: string }).query)).toBe(false);
    const again = await proveRun({ run, max: 99 });
    expect(again.outcome).toEqual(outcome);
    expect(readProof(run)).toHaveLength(6);
    expect(
      (await optimize({ config: JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as object, folder: run }))
        .verdict,
    ).toEqual(outcome);
  });

  it('stops at --max, keeps its answers, and goes on from there', async () => {
    const run = copy(clear);
    const first = await proveRun({ run, max: 4 });
    expect(first.outcome).toMatchObject({ outcome: 'not-settled', queries: 4, low: null });
    const lines = readProof(run);
    await expect(proveRun({ run, max: 4 })).rejects.toThrow(
      /--max: expected more than the 4 fresh queries.*got 4; raise it/,
    );
    expect((await proveRun({ run })).outcome.outcome).toBe('better');
    expect(readProof(run).slice(0, 4)).toEqual(lines);
  });

  it('never speaks from one query, and refuses a file without fresh ones', async () => {
    const run = await search(CLEAR, 3); // too small for a final
    const file = join(createFolder(), 'own.json');
    writeFileSync(file, '["Is this the only one?", "Is this the only one?"]');
    expect((await proveRun({ run, queries: file })).outcome).toMatchObject({
      queries: 1,
      low: null,
      high: null,
      outcome: 'not-settled',
    });
    await expect(proveRun({ run, queries: 'absent.json' })).rejects.toThrow(
      '--queries: expected a readable file, got absent.json (no such file); check the path',
    );
    await expect(proveRun({ run, queries: file })).rejects.toThrow(
      /--queries: expected queries that the run has not asked, got 1 in/,
    );
  });

  it('has another judge score the answers there are, and names it', async () => {
    const run = createFolder();
    const judge = { provider: 'simulated' as const, model: 'lavish' };
    const config = {
      models: { optimizer: 'simulated', judge },
      search: { depth: 6 },
      judge: { reliabilityChecks: 0 },
      final: { cautious: false },
    };
    await optimize({ config, folder: run });
    const own = await proveRun({ run, max: 8 });
    expect(own.outcome).toMatchObject({ judge: 'simulated-lavish', text: expect.not.stringMatching(/never asked/) });
    const before = readResult(run).calls;
    const other = await proveRun({ run, judge: 'simulated', max: own.outcome.queries });
    expect(other.outcome).toMatchObject({ judge: 'simulated', queries: own.outcome.queries });
    expect(other.outcome.text).toMatch(/, by a judge that the search never asked$/);
    const after = readResult(run).calls;
    expect([after?.['base'], after?.['reward']]).toEqual([before?.['base'], before?.['reward']]);
    expect(after?.['judge']).toBe(before?.['judge']);
    expect(after?.['proofJudge']).toBe(2 * other.outcome.queries);
    // a later proof by the run's own judge keeps that judge's points
    const again = await proveRun({ run, max: 12 });
    expect(again.outcome.judge).toBe('simulated-lavish');
    await expect(proveRun({ run, judge: 'gpt@http://host/v1?key=abc' })).rejects.toThrow(/^--judge: /);
  });

  it('finds no difference between prompts that are equally good, and never a gain', async () => {
    const run = await search(EQUAL, 3);
    const { outcome } = await proveRun({ run, max: 60 });
    expect(outcome).toMatchObject({ outcome: 'no-difference', text: 'no difference of 0.2 or more', mean: 0 });
    expect(outcome.queries).toBeLessThan(50);
  });

  it.each([
    ['a folder without a run', () => createFolder(), /--run: expected a run's folder/],
    [
      'a run that has not ended',
      () => {
        const run = copy(clear);
        writeFileSync(join(run, 'result.json'), JSON.stringify({ ...readResult(run), stoppedBy: 'budget' }));
        writeFileSync(join(run, 'digests.json'), '{}');
        return run;
      },
      /--run: expected a run that has ended/,
    ],
  ])('refuses %s', async (_name, make, message) => {
    await expect(proveRun({ run: make() })).rejects.toThrow(message);
  });

  it('goes on with a larger budget than the run had, and refuses what would make it another run', async () => {
    const calls = Object.values(readResult(clear).calls ?? {}).reduce((sum, n) => sum + n, 0);
    const run = await search(CLEAR, 6, { budget: { calls } });
    const spent = await proveRun({ run });
    expect(spent).toMatchObject({ exitCode: 3, outcome: { outcome: 'not-settled' } });
    const raised = await proveRun({ run, set: ['budget.calls=900'] });
    expect(raised).toMatchObject({ exitCode: 0, outcome: { outcome: 'better' } });
    await expect(proveRun({ run, set: ['search.depth=3'] })).rejects.toThrow(
      '--set: expected what may differ between a run and its proof (budget, concurrency, …), got search.depth; leave it out',
    );
  });

  it('prints the verdict, and with --json its fields', async () => {
    const run = copy(clear);
    const shown = await drpoHere(['prove', '--run', run]);
    expect(shown.stdout).toMatch(/^Verdict: better by 2\.00 \(.*\)\. On 6 fresh queries, judged by simulated\.\n$/);
    const json = await drpoHere(['prove', '--run', run, '--json']);
    expect(json.stderr).toContain('The proof is settled, so nothing was asked.');
    expect(JSON.parse(json.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      outcome: 'better',
      queries: 6,
      folder: run,
    });
  });
});
