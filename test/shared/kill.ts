// Kill and resume, through the command line: default.json's search against the scripted server, in the reference preset
// and in the default one with final and retest; killed at random calls, torn, interrupted, out of budget. Prints what was
// asked for against what was needed, and the result's hash each time. Stage 1 and the other commands: test/attack/.
// node test/shared/kill.ts [seed] [runs]
import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMersenneTwister } from '../../statistics/random.ts';
import { asked, configFile, folder, optimizing, scripted, type Scripted } from './scripted.ts';
import { hashLastingResult } from './lastingResult.ts';

const [seed, runs] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 12)];
const draw = createMersenneTwister(seed);
const verdicts: boolean[] = [];
function say(good: boolean, text: string): void {
  verdicts.push(good);
  console.log(`${good ? 'ok  ' : 'FAIL'} ${text}`);
}

/** A search that can be run undisturbed and otherwise, and what it takes. */
interface Trial {
  server: Scripted;
  dir: string;
  config: string;
  needed: number;
  wanted: string;
}

async function trialOf(name: string, more: Record<string, unknown>, latency = '30'): Promise<Trial> {
  const [server, dir] = [await scripted({ latency }), folder()];
  const config = configFile(dir, server.url, more);
  const { seconds } = await optimizing(config, join(dir, 'plain')).ended;
  const [needed, wanted] = [asked(server).length, hashLastingResult(join(dir, 'plain'))];
  console.log(`${name}, undisturbed: ${needed} calls, ${seconds.toFixed(1)} s, result ${wanted}`);
  return { server, dir, config, needed, wanted };
}

/** Calls at a time, the default; killed ten times there may be ten times as many. */
const IN_FLIGHT = 16;

/** Runs a folder to its end and counts what was asked for beyond what was needed. */
async function finish(
  trial: Trial,
  out: string,
  name: string,
  allowed: number,
  flags: string[] = [],
  kills = 1,
): Promise<void> {
  const { server, config, needed, wanted } = trial;
  const { status, stderr } = await optimizing(config, join(trial.dir, out), flags).ended;
  const [calls, hash] = [
    asked(server).length,
    status === 0 ? hashLastingResult(join(trial.dir, out)) : `none, exit ${status}: ${stderr.slice(0, 300)}`,
  ];
  const good = hash === wanted && calls - needed <= allowed && allowed <= IN_FLIGHT * kills;
  say(good, `${name}: ${calls} calls of ${needed} needed, in flight ${allowed}, result ${hash}`);
}

/** Waits until so many requests have been answered, or the run has ended. */
async function reached({ server }: Trial, calls: number, ended: Promise<unknown>): Promise<void> {
  const over = ended.then(() => 'over');
  while (asked(server).length < calls) if ((await Promise.race([over, sleep(1)])) === 'over') return;
}

/** Kills a run when it has so many answers; gives what was in flight then: asked for, and not written down. */
async function killed(trial: Trial, out: string, calls: number): Promise<number> {
  const path = join(trial.dir, out);
  const lost = (): number => asked(trial.server).length - recorded(path);
  const before = lost();
  const { child, ended } = optimizing(trial.config, path);
  await reached(trial, calls, ended);
  await sleep((30 * draw()) / 2 ** 32);
  child.kill('SIGKILL');
  await ended;
  await sleep(100);
  return lost() - before;
}

/** Answers of the four roles in a run's folder. */
function recorded(out: string): number {
  const file = join(out, 'calls.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.filter((line) => !line.includes('"role":"embeddings"')).length;
}

async function killedOnce(trial: Trial, i: number, calls: number): Promise<void> {
  trial.server.reset();
  await finish(trial, `kill-${i}`, `killed after ${calls} calls`, await killed(trial, `kill-${i}`, calls));
}

const CHECKPOINTS = ['checkpoints.sqlite', 'checkpoints.sqlite-wal', 'checkpoints.sqlite-shm'];

/** Killed ten times in one run; then started again without what a run keeps besides its answers. */
async function killedOften(trial: Trial): Promise<void> {
  trial.server.reset();
  let flying = 0;
  for (let i = 1; i <= 10; i++) flying += await killed(trial, 'ten', Math.round((i * trial.needed) / 11));
  await finish(trial, 'ten', 'killed ten times', flying, [], 10);
  for (const gone of [CHECKPOINTS, [...CHECKPOINTS, 'nodes.jsonl']]) {
    trial.server.reset();
    for (const name of ['result.json', ...gone]) rmSync(join(trial.dir, 'ten', name), { force: true });
    await finish(trial, 'ten', `warm answers, without ${gone[0]}, ${gone[3] ?? 'result.json'}`, -trial.needed);
  }
}

async function torn(trial: Trial): Promise<void> {
  trial.server.reset();
  const inFlight = await killed(trial, 'torn', trial.needed / 2);
  for (const name of ['nodes.jsonl', 'calls.jsonl', 'events.jsonl']) tear(join(trial.dir, 'torn', name));
  await finish(trial, 'torn', 'last lines of all journals torn', inFlight + 1);
  for (const [name, spoil] of [
    ['cut in half', (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
    ['of zero bytes', (file: string) => truncateSync(file, 0)],
  ] as const) {
    trial.server.reset();
    const out = `checkpoints ${name}`;
    const flying = await killed(trial, out, trial.needed / 2);
    spoil(join(trial.dir, out, 'checkpoints.sqlite'));
    await finish(trial, out, out, flying);
  }
}

function tear(file: string): void {
  try {
    truncateSync(file, Math.max(0, readFileSync(file).length - 20));
  } catch {
    // nothing was noted in this run
  }
}

async function twoProcesses(trial: Trial): Promise<void> {
  const { server, config, dir, needed, wanted } = trial;
  server.reset();
  const first = optimizing(config, join(dir, 'two'));
  await reached(trial, needed / 3, first.ended);
  const second = await optimizing(config, join(dir, 'two')).ended;
  const { status } = await first.ended;
  const refused = second.status === 1 && second.stderr.trim().split('\n').length === 1;
  say(
    refused && status === 0 && hashLastingResult(join(dir, 'two')) === wanted && asked(server).length === needed,
    `two processes: the second exit ${second.status} (${second.stderr.trim().slice(0, 200)}), the first exit ${status}, ${asked(server).length} calls, result ${hashLastingResult(join(dir, 'two'))}`,
  );
}

async function interrupted(trial: Trial): Promise<void> {
  trial.server.reset();
  const { child, ended } = optimizing(trial.config, join(trial.dir, 'stopped'));
  await reached(trial, trial.needed / 3, ended);
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  const told = stderr.split('\n').find((line) => line.startsWith('StoppedError')) ?? stderr.slice(0, 200);
  say(status === 130, `SIGINT: exit ${status} after ${asked(trial.server).length} calls, ${told}`);
  await finish(trial, 'stopped', 'SIGINT, then gone on', 0);
}

async function outOfBudget(trial: Trial): Promise<void> {
  const { server, config, dir, needed } = trial;
  const limit = Math.round(needed / 3);
  server.reset();
  const flags = ['--set', `budget.calls=${limit}`, '--set', 'concurrency=64'];
  const spent = await optimizing(config, join(dir, 'poor'), flags).ended;
  say(
    spent.status === 3 && asked(server).length <= limit,
    `budget of ${limit} calls, 64 at a time: exit ${spent.status}, ${asked(server).length} calls`,
  );
  await finish(trial, 'poor', 'then with a larger one', 0, ['--set', `budget.calls=${needed}`]);
}

async function atAnyConcurrency(trial: Trial, latency: string): Promise<void> {
  for (const concurrency of [1, 8, 64]) {
    trial.server.reset();
    const flags = ['--set', `concurrency=${concurrency}`];
    await finish(trial, `${latency} ${concurrency}`, `${latency} ms, ${concurrency} at a time`, 0, flags);
  }
}

const whole = { preset: 'default', search: { depth: 8, maxDepthIncrease: 2 } };
for (const [name, more] of [
  ['reference', {}],
  ['default with final and retest', whole],
] as const) {
  const trial = await trialOf(name, more);
  const points = Array.from({ length: runs }, () => 1 + Math.floor((draw() / 2 ** 32) * (trial.needed - 1)));
  // the last calls are the judge's retest, and before them the final
  const last = name === 'reference' ? [] : [trial.needed - 30, trial.needed - 2];
  for (const [i, calls] of [...points, ...last].entries()) await killedOnce(trial, i, calls);
  for (const disturbed of [killedOften, torn, interrupted, outOfBudget]) await disturbed(trial);
  if (name === 'reference') await twoProcesses(trial);
  await atAnyConcurrency(trial, '30');
  await trial.server.close();
  const tailed = await trialOf(`${name}, log-normal latency`, more, 'lognormal:30:0.8');
  say(tailed.wanted === trial.wanted, `the same result as at a constant one`);
  await atAnyConcurrency(tailed, 'lognormal');
  await tailed.server.close();
}
console.log(`${verdicts.filter(Boolean).length} of ${verdicts.length} hold`);
process.exitCode = verdicts.every(Boolean) ? 0 : 1;
