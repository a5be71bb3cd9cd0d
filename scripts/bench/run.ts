// npm run bench [latency in ms] [repeats]: one search against a small server of its own, as it is, with one call at a time
// (what a sequential implementation does), and as raw fetches (the floor), side by side; what going on costs.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import type { Result } from '../../run/result.ts';
import { cpuOf, optimizeAlone } from './command.ts';
import { replay, stepsIn } from './replay.ts';
import type { Met } from './server.ts';

interface Measured {
  /** Seconds from the first request to the last answer, and all in. */
  wall: number;
  all: number;
  /** Milliseconds of CPU of this process. */
  cpu: number;
  met: Met[];
}

const [latency = 20, repeats = 3] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'drpo-bench-'));
const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), String(latency)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// whatever ends this, a closed pipe too
process.on('exit', () => server.kill());
const url = await new Promise<string>((done) =>
  server.stdout.once('data', (line: Buffer) => done(line.toString().trim())),
);
const taken = async (): Promise<Met[]> => (await fetch(`${url}/log`)).json() as Promise<Met[]>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own server

/** `work` may give the CPU it took elsewhere, in milliseconds. */
async function measure(work: () => Promise<number | void>): Promise<Measured> {
  await taken();
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const elsewhere = await work();
  const { user, system } = process.cpuUsage(cpu);
  const all = (performance.now() - started) / 1000;
  const met = await taken();
  const wall = met.length ? (Math.max(...met.map((m) => m.end)) - Math.min(...met.map((m) => m.start))) / 1000 : 0;
  return { wall, all, cpu: elsewhere ?? (user + system) / 1000, met };
}

/** The measurement in the middle, by its time. */
async function median(work: (i: number) => Promise<number | void>): Promise<Measured> {
  const all: Measured[] = [];
  for (let i = 0; i < repeats; i++) all.push(await measure(() => work(i)));
  return (
    all.toSorted((a, b) => a.wall - b.wall || a.all - b.all)[Math.floor(repeats / 2)] ??
    (await measure(async () => undefined))
  );
}

const roles = Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((role) => [role, `${role}@${url}`]));
const WIDE = ['search.beamWidth=3', 'search.actions=4'];
const run = async (name: string, ...set: string[]): Promise<void> => void (await search(name, ...set));

/** A search in a folder of that name; the same folder goes on. */
async function search(name: string, ...set: string[]): Promise<Result> {
  const config = loadConfig({ roles, set: ['preset=reference', ...set] });
  return (await optimize(config, { out: join(dir, name), screen: null })).outcome;
}

const size = (name: string, file: string): number => statSync(join(dir, name, file)).size;
const forget = (name: string, ...files: string[]): void =>
  files.forEach((file) => rmSync(join(dir, name, file), { force: true }));
const CHECKPOINTS = ['checkpoints.sqlite', 'checkpoints.sqlite-wal', 'checkpoints.sqlite-shm'];

await search('warm-up', 'search.depth=4');
const here = await median((i) => run(`here-${i}`));
const { nodes, levels } = await search('here-0');
const started = await median((i) => optimizeAlone(join(dir, `command-${i}`), roles, ['preset=reference']));
const bodies = join(dir, 'bodies.jsonl');
writeFileSync(bodies, here.met.map((m) => m.body).join('\n'));
const plain = await median(() => cpuOf(join(import.meta.dirname, 'plain.ts'), [url, bodies]));
const alone = await measure(() => run('alone', 'concurrency=1'));
const floor = await median(() => replay(url, nodes, here.met));
const wide = await median((i) => run(`wide-${i}`, ...WIDE));
const { nodes: wideNodes } = await search('wide-0', ...WIDE);
const wideFloor = await median(() => replay(url, wideNodes, wide.met));
const steps = stepsIn(nodes);
const ideal = (steps * latency) / 1000;

const row = (name: string, m: Measured, under = floor, least = ideal): string =>
  [
    name.padEnd(34),
    m.wall.toFixed(2).padStart(8),
    (m.wall / under.wall).toFixed(2).padStart(8),
    (m.wall / least).toFixed(2).padStart(16),
    (m.cpu / m.met.length).toFixed(2).padStart(15),
  ].join('');
console.log(
  `${here.met.length} requests over ${levels} levels, ${steps} of them one after the other, ${latency} ms each: at least ${ideal.toFixed(2)} s\n`,
);
console.log(
  `${''.padEnd(34)}${'wall s'.padStart(8)}${'× floor'.padStart(8)}${'× critical path'.padStart(16)}${'CPU ms a call'.padStart(15)}`,
);
console.log(row('this', here));
console.log(row('this, a command of its own, all in', started));
console.log(
  `${'a plain ChatOpenAI, as many, all in'.padEnd(58)}${(plain.cpu / plain.met.length).toFixed(2).padStart(23)}`,
);
console.log(row('this, one call at a time', alone));
console.log(row('raw fetch, same call graph', floor));
const wideIdeal = (stepsIn(wideNodes) * latency) / 1000;
console.log(row('this, three beams of four', wide, wideFloor, wideIdeal));
console.log(row('raw fetch, three beams of four', wideFloor, wideFloor, wideIdeal));
console.log(
  `\noverhead: ${((here.cpu - floor.cpu) / here.met.length).toFixed(2)} ms of CPU a call beyond the raw fetch`,
);
console.log(
  `checkpoints: ${(size('here-0', 'checkpoints.sqlite') / levels / 1024).toFixed(0)} KB a level; answers: ${(size('here-0', 'calls.jsonl') / here.met.length / 1024).toFixed(1)} KB a call; journal: ${(size('here-0', 'nodes.jsonl') / nodes.length / 1024).toFixed(1)} KB a node`,
);

const again = await median(async (i) => {
  forget(`here-${i}`, 'result.json', 'nodes.jsonl', ...CHECKPOINTS);
  await run(`here-${i}`);
});
console.log(
  `a finished run from its answers alone: ${again.met.length} requests, ${again.all.toFixed(2)} s, ${again.cpu.toFixed(0)} ms of CPU`,
);
await search('half', `budget.calls=${Math.floor(here.met.length / 2)}`);
for (const [name, files] of [
  ['from its checkpoints', []],
  ['from its answers alone', CHECKPOINTS],
] as const) {
  const resumed = await median(async (i) => {
    cpSync(join(dir, 'half'), join(dir, `${name}-${i}`), { recursive: true });
    forget(`${name}-${i}`, ...files);
    await run(`${name}-${i}`);
  });
  console.log(
    `half a run gone on with ${name}: ${resumed.met.length} requests, ${(resumed.all - resumed.wall).toFixed(2)} s beyond them, ${(resumed.cpu / resumed.met.length).toFixed(2)} ms of CPU a call`,
  );
}
rmSync(dir, { recursive: true });
