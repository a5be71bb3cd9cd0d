import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question } from '../../graphs/approve.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import { optimizeRemote } from '../../run/remote/optimizeRemote.ts';
import { drpo, root } from '../shared/cli.ts';
import { canServe, devServer, type DevServer } from './devServer.ts';
import { slowModels } from './slowModels.ts';

const served = canServe ? describe : describe.skip;
const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-remote-'));
const screen = null;
const SET = ['search.depth=8', 'queries.limit=40'];

served('optimize --remote', () => {
  let server: DevServer;
  beforeAll(async () => void (server = await devServer()));
  afterAll(() => server.close());

  it('returns the same tree, prompt and counts as the search here', async () => {
    const [here, there] = [folder(), folder()];
    const search = { models: { optimizer: 'simulated' }, search: { depth: 8 }, queries: { limit: 40 } };
    const config = { ...search, judge: { reliabilityChecks: 0 } };
    const { folder: _, ...local } = await optimize({ config, folder: here });
    const { exitCode: status, outcome } = await optimizeRemote({ set: SET }, { out: there, remote: server.url });
    expect([status, outcome.remote?.url]).toEqual([0, server.url]);
    const same = (result: typeof outcome): object => ({ ...result, seconds: 0, remote: null });
    expect(same(outcome)).toEqual(same(local));
    for (const name of ['prompt.txt', 'output.json', 'examples.json', 'config.json'])
      expect([name, readFileSync(join(there, name), 'utf8')]).toEqual([name, readFileSync(join(here, name), 'utf8')]);
    expect(readFileSync(join(there, 'report.html'), 'utf8')).toContain('<html');
  });

  it('pauses at each level and asks the person here', async () => {
    const asked: number[] = [];
    const ask = async (question: unknown): Promise<unknown> => {
      const { level, candidates } = question as Question;
      asked.push(level);
      return { level, edit: level === 1 ? { [candidates[0]?.id ?? '']: 'Mine.' } : {} };
    };
    const given = { set: ['search.depth=3', 'queries.limit=20', 'final=null'] };
    const { outcome } = await optimizeRemote(given, { out: folder(), remote: server.url, approve: ask });
    expect(asked).toEqual([0, 1, 2]);
    expect(outcome.nodes.some(({ prompt }) => prompt.startsWith('Mine.'))).toBe(true);
  });

  it('ends with its budget, and continues with a larger one', async () => {
    const options = { out: folder(), screen, remote: server.url };
    const small = await optimizeRemote({ set: [...SET, 'queries.seed=5', 'budget.calls=30'] }, options);
    expect([small.exitCode, small.outcome.stoppedBy]).toEqual([3, 'budget']);
    const whole = await optimizeRemote({ set: [...SET, 'queries.seed=5', 'budget.calls=900'] }, options);
    expect([whole.exitCode, whole.outcome.stoppedBy]).toEqual([0, expect.stringMatching(/^(final|depth)$/)]);
    expect(whole.outcome.final).not.toBeNull();
  });

  it('experiment --remote searches rows there and evaluates them here', async () => {
    const out = folder();
    const table = ['experiment', join(root, 'test/e2e/table.json'), '--optimizer', 'simulated', '--limit', '4'];
    const run = await drpo([...table, '--remote', server.url, '--out', out, '--json', '--quiet']);
    expect([run.status, run.stderr]).toEqual([0, '']);
    const outcome = JSON.parse(run.stdout) as {
      rows: { done: number }[];
      calls: { optimizer: number };
      remote: string;
    };
    expect([outcome.remote, ...outcome.rows.map((row) => row.done)]).toEqual([server.url, 1, 1]);
    expect(outcome.calls.optimizer).toBeGreaterThan(0);
  });

  it('reports an address without a server in one line', async () => {
    const run = await drpo(['optimize', '--remote', 'http://127.0.0.1:9', '--out', folder()]);
    expect([run.status, run.stderr.trim().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/expected a LangGraph server/)],
    ]);
  });
});

served('a run at a server whose connection is lost', () => {
  it('continues after this side was killed, and after the server was', async () => {
    const models = await slowModels(80);
    const config = join(folder(), 'server.json');
    const server = await devServer({ DRPO_CONFIG: models.configAt(config) });
    const out = folder();
    const set = ['search.depth=10', 'queries.limit=40', 'final=null'];
    const nodes = (): number =>
      existsSync(join(out, 'nodes.jsonl')) ? readFileSync(join(out, 'nodes.jsonl'), 'utf8').split('\n').length - 1 : 0;
    const until = async (count: number): Promise<void> => {
      while (nodes() < count) await sleep(50);
    };
    try {
      const args = ['optimize', '--remote', server.url, '--out', out, '--quiet', ...set.flatMap((s) => ['--set', s])];
      const client = spawn(process.execPath, [join(root, 'cli/drpo.ts'), ...args], { stdio: 'ignore' });
      await until(3);
      client.kill('SIGKILL');
      const going = optimizeRemote({ set }, { out, remote: server.url });
      await until(8);
      await server.kept(
        String(Reflect.get(JSON.parse(readFileSync(join(out, 'remote.json'), 'utf8')) as object, 'thread')),
      );
      await server.end('SIGKILL');
      await server.again();
      const { exitCode: status, outcome } = await going;
      expect([status, outcome.stoppedBy]).toEqual([0, 'depth']);
      const here = loadConfig({ file: config, set: [...set, 'judge.reliabilityChecks=0'] });
      const local = await optimize({ config: here, folder: folder() });
      expect(outcome.nodes).toEqual(local.nodes);
      expect(outcome.calls?.['base']).toBeGreaterThanOrEqual(local.calls?.['base'] ?? Infinity);
    } finally {
      await server.close();
    }
  });
});
