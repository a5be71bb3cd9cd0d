// npm run bench [latency in ms] [repeats]: one search against a small server of its own, as it is, with one call at a time
// (what a sequential implementation does), and as raw fetches (the floor), side by side; what going on costs.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import type { OptimizeResult } from '../../run/result.ts';
import { measureCpuMs, runOptimizeCommand } from './command.ts';
import { replayRequests, countCriticalPathCalls } from './replay.ts';
import type { LoggedRequest } from './server.ts';

interface Measurement {
  /** Seconds from the first request to the last answer, and all in. */
  wallSeconds: number;
  totalSeconds: number;
  /** Milliseconds of CPU of this process. */
  cpuMs: number;
  requests: LoggedRequest[];
}

const [latencyMs = 20, repeats = 3] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'drpo-bench-'));
const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), String(latencyMs)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// whatever ends this, a closed pipe too
process.on('exit', () => server.kill());
const url = await new Promise<string>((done) =>
  server.stdout.once('data', (line: Buffer) => done(line.toString().trim())),
);
const takeRequestLog = async (): Promise<LoggedRequest[]> =>
  (await fetch(`${url}/log`)).json() as Promise<LoggedRequest[]>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own server

/** `work` may give the CPU it took elsewhere, in milliseconds. */
async function measure(work: () => Promise<number | void>): Promise<Measurement> {
  await takeRequestLog();
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const elsewhere = await work();
  const { user, system } = process.cpuUsage(cpu);
  const all = (performance.now() - started) / 1000;
  const met = await takeRequestLog();
  const wall = met.length ? (Math.max(...met.map((m) => m.end)) - Math.min(...met.map((m) => m.start))) / 1000 : 0;
  return { wallSeconds: wall, totalSeconds: all, cpuMs: elsewhere ?? (user + system) / 1000, requests: met };
}

/** The measurement in the middle, by its time. */
async function measureMedian(work: (i: number) => Promise<number | void>): Promise<Measurement> {
  const all: Measurement[] = [];
  for (let i = 0; i < repeats; i++) all.push(await measure(() => work(i)));
  return (
    all.toSorted((a, b) => a.wallSeconds - b.wallSeconds || a.totalSeconds - b.totalSeconds)[Math.floor(repeats / 2)] ??
    (await measure(async () => undefined))
  );
}

const roles = Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((role) => [role, `${role}@${url}`]));
const WIDE_SETTINGS = ['search.beamWidth=3', 'search.actions=4'];
const runSilently = async (name: string, ...set: string[]): Promise<void> => void (await runBenchSearch(name, ...set));

/** A search in a folder of that name; the same folder goes on. */
async function runBenchSearch(name: string, ...set: string[]): Promise<OptimizeResult> {
  const config = loadConfig({ roles, set: ['preset=reference', ...set] });
  return optimize({ config, folder: join(dir, name) });
}

const getFileSize = (name: string, file: string): number => statSync(join(dir, name, file)).size;
const removeFiles = (name: string, ...files: string[]): void =>
  files.forEach((file) => rmSync(join(dir, name, file), { force: true }));
const CHECKPOINT_FILES = ['checkpoints.sqlite', 'checkpoints.sqlite-wal', 'checkpoints.sqlite-shm'];

await runBenchSearch('warm-up', 'search.depth=4');
const inProcess = await measureMedian((i) => runSilently(`here-${i}`));
const { nodes, levels } = await runBenchSearch('here-0');
const asCommand = await measureMedian((i) =>
  runOptimizeCommand(join(dir, `command-${i}`), roles, ['preset=reference']),
);
const bodiesFile = join(dir, 'bodies.jsonl');
writeFileSync(bodiesFile, inProcess.requests.map((m) => m.body).join('\n'));
const plainClient = await measureMedian(() => measureCpuMs(join(import.meta.dirname, 'plain.ts'), [url, bodiesFile]));
const oneAtATime = await measure(() => runSilently('alone', 'concurrency=1'));
const floor = await measureMedian(() => replayRequests(url, nodes, inProcess.requests));
const wideBeams = await measureMedian((i) => runSilently(`wide-${i}`, ...WIDE_SETTINGS));
const { nodes: wideNodes } = await runBenchSearch('wide-0', ...WIDE_SETTINGS);
const wideFloor = await measureMedian(() => replayRequests(url, wideNodes, wideBeams.requests));
const sequentialCalls = countCriticalPathCalls(nodes);
const idealSeconds = (sequentialCalls * latencyMs) / 1000;

const formatRow = (name: string, m: Measurement, under = floor, least = idealSeconds): string =>
  [
    name.padEnd(34),
    m.wallSeconds.toFixed(2).padStart(8),
    (m.wallSeconds / under.wallSeconds).toFixed(2).padStart(8),
    (m.wallSeconds / least).toFixed(2).padStart(16),
    (m.cpuMs / m.requests.length).toFixed(2).padStart(15),
  ].join('');
console.log(
  `${inProcess.requests.length} requests over ${levels} levels, ${sequentialCalls} of them one after the other, ${latencyMs} ms each: at least ${idealSeconds.toFixed(2)} s\n`,
);
console.log(
  `${''.padEnd(34)}${'wall s'.padStart(8)}${'× floor'.padStart(8)}${'× critical path'.padStart(16)}${'CPU ms a call'.padStart(15)}`,
);
console.log(formatRow('this', inProcess));
console.log(formatRow('this, a command of its own, all in', asCommand));
console.log(
  `${'a plain ChatOpenAI, as many, all in'.padEnd(58)}${(plainClient.cpuMs / plainClient.requests.length).toFixed(2).padStart(23)}`,
);
console.log(formatRow('this, one call at a time', oneAtATime));
console.log(formatRow('raw fetch, same call graph', floor));
const wideIdealSeconds = (countCriticalPathCalls(wideNodes) * latencyMs) / 1000;
console.log(formatRow('this, three beams of four', wideBeams, wideFloor, wideIdealSeconds));
console.log(formatRow('raw fetch, three beams of four', wideFloor, wideFloor, wideIdealSeconds));
console.log(
  `\noverhead: ${((inProcess.cpuMs - floor.cpuMs) / inProcess.requests.length).toFixed(2)} ms of CPU a call beyond the raw fetch`,
);
console.log(
  `checkpoints: ${(getFileSize('here-0', 'checkpoints.sqlite') / levels / 1024).toFixed(0)} KB a level; answers: ${(getFileSize('here-0', 'calls.jsonl') / inProcess.requests.length / 1024).toFixed(1)} KB a call; journal: ${(getFileSize('here-0', 'nodes.jsonl') / nodes.length / 1024).toFixed(1)} KB a node`,
);

const fromCache = await measureMedian(async (i) => {
  removeFiles(`here-${i}`, 'result.json', 'nodes.jsonl', ...CHECKPOINT_FILES);
  await runSilently(`here-${i}`);
});
console.log(
  `a finished run from its answers alone: ${fromCache.requests.length} requests, ${fromCache.totalSeconds.toFixed(2)} s, ${fromCache.cpuMs.toFixed(0)} ms of CPU`,
);
await runBenchSearch('half', `budget.calls=${Math.floor(inProcess.requests.length / 2)}`);
for (const [name, files] of [
  ['from its checkpoints', []],
  ['from its answers alone', CHECKPOINT_FILES],
] as const) {
  const resumed = await measureMedian(async (i) => {
    cpSync(join(dir, 'half'), join(dir, `${name}-${i}`), { recursive: true });
    removeFiles(`${name}-${i}`, ...files);
    await runSilently(`${name}-${i}`);
  });
  console.log(
    `half a run gone on with ${name}: ${resumed.requests.length} requests, ${(resumed.totalSeconds - resumed.wallSeconds).toFixed(2)} s beyond them, ${(resumed.cpuMs / resumed.requests.length).toFixed(2)} ms of CPU a call`,
  );
}
rmSync(dir, { recursive: true });
