// Kill and resume, through the command line: default.json's search against the scripted server, killed at random points,
// torn, interrupted, out of budget. Prints what was asked for against what was needed, and the result's hash each time.
// node test/shared/kill.ts [seed] [runs]
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mersenneTwister } from '../../nodes/random.ts';
import { root, shared } from './cli.ts';

/** A request as the server logged it; times in milliseconds since the epoch. */
export interface Logged {
  role: string;
  status: number;
  attempt: number;
  t_start: number;
  t_end: number;
  inflight: number;
}
export interface Scripted {
  url: string;
  log: () => Logged[];
  reset: () => void;
  close: () => Promise<void>;
}
const parity = join(shared, 'tools/parity');
const golden = JSON.parse(readFileSync(join(parity, 'golden/default.json'), 'utf8')) as {
  server: Record<string, string>;
  queries: { text: string }[];
  params: Record<string, unknown>;
};
const { start } = (await import(join(parity, 'scripted-llm.mjs'))) as {
  start: (options: Record<string, string>) => Promise<Scripted>;
};

export const scripted = (options: Record<string, string>): Promise<Scripted> =>
  start({ ...golden.server, port: '0', ...options });
export const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-kill-'));
/** Requests to the four roles, embeddings apart. */
export const asked = (server: Scripted): Logged[] => server.log().filter((r) => r.role !== 'embed');

/** default.json's config in a file, its roles at a server. */
export function configFile(dir: string, url: string, more: Record<string, unknown> = {}): string {
  const model = (name: string) => ({ model: name, baseUrl: url });
  const {
    beam_size: beamWidth,
    n_actions: actions,
    depth,
    max_depth_increase: maxDepthIncrease,
    k,
    initial_system_prompt,
  } = golden.params;
  writeFileSync(join(dir, 'queries.json'), JSON.stringify(golden.queries.map((q) => q.text)));
  const config = {
    preset: 'reference',
    models: {
      ...Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((role) => [role, model(role)])),
      embeddings: { provider: 'openai', ...model('embed') },
    },
    queries: { files: ['queries.json'], order: 'given' },
    examples: { file: join(parity, 'data/ICL_examples.json'), k },
    initialPrompt: initial_system_prompt,
    search: { beamWidth, actions, depth, maxDepthIncrease },
    ...more,
  };
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return join(dir, 'config.json');
}

export interface Ended {
  status: number | null;
  stderr: string;
  seconds: number;
}

/** `optimize` under way: its process and its end. */
export function optimizing(
  config: string,
  out: string,
  flags: readonly string[] = [],
): { child: ChildProcess; ended: Promise<Ended> } {
  const started = performance.now();
  const args = [join(root, 'scripts/drpo.ts'), 'optimize', '--config', config, '--out', out, '--json', ...flags];
  const env = { ...process.env, LANGSMITH_TRACING: 'false' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((done, fail) =>
    child
      .on('error', fail)
      .on('close', (status) => done({ status, stderr, seconds: (performance.now() - started) / 1000 })),
  );
  return { child, ended };
}

/** What of a result must not depend on what happened on the way: all but times, retries and faults. */
export function hashOf(out: string): string {
  const {
    seconds: _,
    retries: __,
    failures: ___,
    ...rest
  } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Record<string, unknown>;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 12);
}

if (import.meta.main) await main(Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 12));

async function main(seed: number, runs: number): Promise<void> {
  const draw = mersenneTwister(seed);
  const random = (): number => draw() / 2 ** 32;
  const server = await scripted({ latency: '30' });
  const dir = folder();
  const config = configFile(dir, server.url);
  const verdicts: boolean[] = [];
  const say = (good: boolean, text: string): void => {
    verdicts.push(good);
    console.log(`${good ? 'ok  ' : 'FAIL'} ${text}`);
  };

  const plain = await optimizing(config, join(dir, 'plain')).ended;
  const [needed, wanted, whole] = [asked(server).length, hashOf(join(dir, 'plain')), plain.seconds * 1000];
  console.log(`undisturbed: ${needed} calls, ${plain.seconds.toFixed(1)} s, result ${wanted}`);

  /** Runs a folder to its end and counts what was asked for beyond what was needed. */
  const finish = async (out: string, name: string, allowed: number, flags: string[] = []): Promise<void> => {
    const { status, stderr } = await optimizing(config, out, flags).ended;
    const [calls, hash] = [
      asked(server).length,
      status === 0 ? hashOf(out) : `none, exit ${status}: ${stderr.slice(0, 300)}`,
    ];
    say(
      hash === wanted && calls - needed <= allowed,
      `${name}: ${calls} calls of ${needed} needed, in flight ${allowed}, result ${hash}`,
    );
  };
  /** Kills a run after so long; gives what was in flight then. */
  const killed = async (out: string, after: number): Promise<number> => {
    const { child, ended } = optimizing(config, out);
    await sleep(after);
    child.kill('SIGKILL');
    const at = performance.timeOrigin + performance.now();
    await ended;
    await sleep(60);
    return asked(server).filter((r) => r.t_start <= at && r.t_end >= at - 50).length;
  };

  for (let i = 0; i < runs; i++) {
    server.reset();
    const [out, after] = [join(dir, `kill-${i}`), 500 + random() * (whole - 600)];
    await finish(out, `killed after ${Math.round(after)} ms`, await killed(out, after));
  }

  server.reset();
  let flying = 0;
  for (let i = 0; i < 10; i++) flying += await killed(join(dir, 'ten'), 700 + random() * 1000);
  await finish(join(dir, 'ten'), 'killed ten times', flying);

  server.reset();
  for (const name of ['result.json', 'checkpoints.sqlite', 'checkpoints.sqlite-wal', 'checkpoints.sqlite-shm'])
    rmSync(join(dir, 'ten', name), { force: true });
  await finish(join(dir, 'ten'), 'warm cache, without result and checkpoints', -needed);
  for (const name of [
    'result.json',
    'nodes.jsonl',
    'checkpoints.sqlite',
    'checkpoints.sqlite-wal',
    'checkpoints.sqlite-shm',
  ])
    rmSync(join(dir, 'ten', name), { force: true });
  await finish(join(dir, 'ten'), 'warm cache, without the journal too', -needed);

  server.reset();
  const torn = join(dir, 'torn');
  const inFlight = await killed(torn, whole / 2);
  for (const name of ['nodes.jsonl', 'calls.jsonl'])
    truncateSync(join(torn, name), readFileSync(join(torn, name)).length - 20);
  await finish(torn, 'last lines of nodes.jsonl and calls.jsonl torn', inFlight + 1);

  server.reset();
  const two = join(dir, 'two');
  const first = optimizing(config, two);
  await sleep(whole / 2);
  const second = await optimizing(config, two).ended;
  const firstStatus = (await first.ended).status;
  const refused = (second.status === 1 || second.status === 2) && second.stderr.trim().split('\n').length === 1;
  say(
    refused && firstStatus === 0 && hashOf(two) === wanted && asked(server).length === needed,
    `two processes: the second exit ${second.status} (${second.stderr.trim()}), the first exit ${firstStatus}, ${asked(server).length} calls, result ${hashOf(two)}`,
  );

  server.reset();
  const stopped = join(dir, 'stopped');
  const { child, ended } = optimizing(config, stopped);
  await sleep(whole / 2);
  child.kill('SIGINT');
  const interrupted = await ended;
  const sent = asked(server).length;
  say(
    interrupted.status === 130,
    `SIGINT: exit ${interrupted.status} after ${sent} calls, ${
      interrupted.stderr
        .trim()
        .split('\n')
        .find((l) => l.startsWith('Stopped')) ?? interrupted.stderr.slice(0, 200)
    }`,
  );
  await finish(stopped, 'SIGINT, then gone on', 16);

  server.reset();
  const poor = join(dir, 'poor');
  const spent = await optimizing(config, poor, ['--set', 'budget.calls=100', '--set', 'concurrency=64']).ended;
  say(
    spent.status === 3 && asked(server).length <= 100,
    `budget of 100 calls at concurrency 64: exit ${spent.status}, ${asked(server).length} calls`,
  );
  await finish(poor, 'then a budget of 400', 0, ['--set', 'budget.calls=400']);

  for (const concurrency of [1, 8, 64]) {
    server.reset();
    await finish(join(dir, `c${concurrency}`), `concurrency ${concurrency}`, 0, [
      '--set',
      `concurrency=${concurrency}`,
    ]);
  }
  await server.close();
  const tailed = await scripted({ latency: 'lognormal:30:0.8' });
  const tail = configFile(folder(), tailed.url);
  for (const concurrency of [1, 8, 64]) {
    tailed.reset();
    const out = join(dir, `tail-${concurrency}`);
    const { status } = await optimizing(tail, out, ['--set', `concurrency=${concurrency}`]).ended;
    say(
      status === 0 && hashOf(out) === wanted && asked(tailed).length === needed,
      `lognormal latency, concurrency ${concurrency}: ${asked(tailed).length} calls, result ${hashOf(out)}`,
    );
  }
  await tailed.close();
  console.log(`${verdicts.filter(Boolean).length} of ${verdicts.length} hold`);
  process.exitCode = verdicts.every(Boolean) ? 0 : 1;
}
