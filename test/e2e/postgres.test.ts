import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCheckpoints } from '../../run/openCheckpoints.ts';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { optimize } from '../../run/optimize.ts';
import { chat, serve } from '../models/fake.ts';
import { drpoHere } from '../shared/here.ts';
import { readLastingResult } from '../shared/lastingResult.ts';
import { binaries, startPostgres, type PostgresServer } from './postgresServer.ts';

const SEARCH = ['search.depth=6', 'search.maxDepthIncrease=2', 'queries.limit=14', 'concurrency=2', 'final=null'];
const KEPT = 'checkpoints.postgresEnv=DRPO_TEST_POSTGRES';
const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-pg-run-'));
const config = (...set: string[]): Config =>
  loadConfig({ roles: { optimizer: 'simulated' }, set: [...SEARCH, ...set] });
const answers = (out: string): string[] =>
  existsSync(join(out, 'calls.jsonl')) ? readFileSync(join(out, 'calls.jsonl'), 'utf8').split('\n').slice(0, -1) : [];

interface Ended {
  status: number | null;
  stderr: string;
}

function commandOf(out: string): string[] {
  const set = [...SEARCH, KEPT].flatMap((one) => ['--set', one]);
  return ['optimize', '--optimizer', 'simulated', '--quiet', '--out', out, ...set];
}

const here = (out: string, address: string): Promise<Ended> =>
  drpoHere(commandOf(out), { DRPO_TEST_POSTGRES: address });

/** The command line on the folder, in a process of its own; `at`: what is done when so many answers are there. */
async function run(out: string, address: string, at: [answers: number, act: () => unknown]): Promise<Ended> {
  const args = [resolve('cli/drpo.ts'), ...commandOf(out)];
  const env = { ...process.env, LANGSMITH_TRACING: 'false', DRPO_TEST_POSTGRES: address };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = new Promise<number | null>((done) => child.on('close', done));
  while (answers(out).length < at[0] && child.exitCode === null) await sleep(2);
  if (at[1]() === 'kill') child.kill('SIGKILL');
  return { status: await closed, stderr };
}

const native = binaries();
// where npm has no Postgres for the platform the tests are skipped, and said to be
(native ? describe : describe.skip)('checkpoints in a real Postgres', () => {
  let server: PostgresServer;
  const plain = folder();
  beforeAll(async () => {
    server = await startPostgres(native ?? '');
    // the base model answers from this process, so that no run is ahead of what is done to it
    const { url } = await serve(({ body }) =>
      chat(`Answer ${createHash('sha256').update(JSON.stringify(body)).digest('hex')}.`),
    );
    SEARCH.push(`models.base={"model":"m","baseUrl":"${url}"}`);
    await optimize({ config: config(), folder: plain });
  });
  afterAll(() => server.stop());

  const kept = async (out: string): Promise<number | undefined> => {
    const env = { DRPO_TEST_POSTGRES: server.url };
    const { saver, thread, close } = await openCheckpoints(RunFolder.openExisting(out), config(KEPT), { env });
    const tuple = await saver.getTuple(thread);
    await close();
    return tuple?.metadata?.step;
  };

  it('a run that is killed three times continues from Postgres, and ends in the result of an undisturbed run in SQLite', async () => {
    const out = folder();
    const needed = answers(plain).length;
    const steps: (number | undefined)[] = [];
    for (const share of [0.2, 0.5, 0.8]) {
      await run(out, server.url, [Math.floor(share * needed), () => 'kill']);
      steps.push(await kept(out));
    }
    expect((await here(out, server.url)).status).toBe(0);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
    expect(steps.at(-1)).toEqual(expect.any(Number));
    expect(existsSync(join(out, 'checkpoints.sqlite'))).toBe(false);
    for (const name of readdirSync(out)) expect(readFileSync(join(out, name), 'utf8')).not.toContain('s3cret');
  });

  it('runs in one database do not mix, and a run whose checkpoints move to SQLite continues from its answers', async () => {
    const out = folder();
    process.env['DRPO_TEST_POSTGRES'] = server.url;
    await optimize({ config: config(KEPT, 'budget.calls=30'), folder: out });
    expect((await optimize({ config: config(), folder: out })).stoppedBy).not.toBe('budget');
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it('a database that goes away ends the run in one line, and the same command continues it', async () => {
    const out = folder();
    let crashed: Promise<void> | undefined;
    const ended = await run(out, server.url, [20, () => (crashed = server.crash())]);
    await crashed;
    expect(ended.stderr).toMatch(/^drpo: the checkpoints in Postgres cannot be read or written: .*\n$/);
    expect(ended.status).toBe(1);
    const absent = await here(out, server.url);
    expect(absent.stderr).toMatch(
      /^drpo: checkpoints\.postgresEnv: expected a Postgres database .* got .*ECONNREFUSED.*\n$/,
    );
    expect(absent.status).toBe(2);
    await server.start();
    expect((await here(out, server.url)).status).toBe(0);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });
});

describe('an error of the user', () => {
  const open = (more: NonNullable<Parameters<typeof openCheckpoints>[2]>): Promise<unknown> =>
    openCheckpoints(RunFolder.open(folder(), config(KEPT)), config(KEPT), more);

  it('names the variable or the package that is missing', async () => {
    await expect(open({ env: {} })).rejects.toThrow(/DRPO_TEST_POSTGRES, which is not set; set it/);
    const env = { DRPO_TEST_POSTGRES: 'postgres://localhost/x' };
    const load = (): never => {
      throw Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' });
    };
    await expect(open({ env, load: async () => load() })).rejects.toThrow(
      /npm install @langchain\/langgraph-checkpoint-postgres$/,
    );
  });

  it('says that an address with a password does not belong in a config, without the password', () => {
    const given = (): Config => config('checkpoints.postgresEnv=postgres://me:s3cret@host/db');
    expect(given).toThrow(/^checkpoints\.postgresEnv: expected the name of an environment variable/);
    expect(given).not.toThrow(/s3cret/);
  });
});
