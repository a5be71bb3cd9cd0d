// Kill and resume of every command that runs models, on the embedded simulated ones: killed at random answers, gone on
// with, and held against an undisturbed run. An answered call is never made again: its key stands once in calls.jsonl.
// node test/shared/killAny.ts [seed] [runs]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMersenneTwister } from '../../statistics/random.ts';
import { root } from './cli.ts';

const [seed, runs] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 4)];
const draw = createMersenneTwister(seed);
const dir = mkdtempSync(join(tmpdir(), 'drpo-kill-any-'));
const instructions = join(dir, 'instructions.json');
writeFileSync(
  instructions,
  JSON.stringify(
    Array.from({ length: 40 }, (_, id) => ({ id, instruction: `How is a paper boat of size ${id} folded?` })),
  ),
);

const set = (...settings: string[]): string[] => settings.flatMap((one) => ['--set', one]);
const small = set('search.depth=5', 'search.maxDepthIncrease=1', 'concurrency=4');
const stage1 = set('examples.rewrite=true', 'examples.rewriteLimit=4', 'examples.rewriteRounds=3');
const judged = ['--instructions', instructions, '--limit', '20'];
/** Each command, the file its result is in, and what of it depends on the time. */
const commands: readonly (readonly [name: string, args: readonly string[], file: string])[] = [
  ['optimize with stage 1, final and retest', ['optimize', ...small, ...stage1], 'result.json'],
  ['optimize with three judges', ['optimize', ...small, ...set('judge.samples=3')], 'result.json'],
  ['icl', ['icl', ...small, ...stage1], 'examples.json'],
  ['evaluate', ['evaluate', '--method', 'urial', ...small, ...judged], 'result.json'],
  ['experiment', ['experiment', 'main', ...small, ...judged], 'result.json'],
];

const answers = (out: string): string[] =>
  existsSync(join(out, 'calls.jsonl')) ? readFileSync(join(out, 'calls.jsonl'), 'utf8').split('\n').slice(0, -1) : [];

/** Runs a command, and kills it once so many answers are there. */
async function run(args: readonly string[], out: string, until: number | null = null): Promise<number | null> {
  const all = [join(root, 'cli/drpo.ts'), ...args, '--optimizer', 'simulated', '--quiet', '--out', out];
  const env = { ...process.env, LANGSMITH_TRACING: 'false' };
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const over = ended.then(() => 'over');
  if (until === null) return ended;
  while (answers(out).length < until) if ((await Promise.race([over, sleep(1)])) === 'over') return ended;
  child.kill('SIGKILL');
  return ended;
}

const TIMES = new Set(['seconds', 'folder', 'startedAt']);
function hashOf(file: string): string {
  const text = readFileSync(file, 'utf8');
  const kept = file.endsWith('.json')
    ? JSON.stringify(JSON.parse(text), (key, value: unknown) => (TIMES.has(key) ? undefined : value))
    : text;
  return createHash('sha256').update(kept).digest('hex').slice(0, 12);
}

/** Keys that stand more than once: calls that were answered and made again. */
function repeated(out: string): number {
  const keys = answers(out).map((line) => /"key":"([^"]+)"/.exec(line)?.[1]);
  return keys.length - new Set(keys).size;
}

let failed = 0;
for (const [name, args, file] of commands) {
  const plain = join(dir, `${name} plain`);
  const status = await run(args, plain);
  const [needed, wanted] = [answers(plain).length, hashOf(join(plain, file))];
  console.log(`${name}, undisturbed: exit ${status}, ${needed} calls, ${file} ${wanted}`);
  for (let i = 0; i < runs; i++) {
    const [out, until] = [join(dir, `${name} ${i}`), 1 + Math.floor((draw() / 2 ** 32) * needed)];
    await run(args, out, until);
    const kept = answers(out).length;
    const again = await run(args, out);
    const [hash, twice] = [again === 0 ? hashOf(join(out, file)) : `none, exit ${again}`, repeated(out)];
    const good = hash === wanted && twice === 0;
    failed += good ? 0 : 1;
    console.log(
      `${good ? 'ok  ' : 'FAIL'} killed with ${kept} answers: ${answers(out).length} in the end, ${twice} twice, ${hash}`,
    );
  }
}
process.exitCode = failed ? 1 : 0;
