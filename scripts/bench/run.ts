// npm run bench [latency in ms, default 20] [repeats, default 3]: one search against a local server, with drpo, with one call
// at a time (as a sequential implementation does) and as raw fetches (the lower limit); then what continuing a run costs.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import type { OptimizeResult } from '../../run/result.ts';
import { measureCpuMs, runOptimizeCommand } from './command.ts';
import { replayRequests, countCriticalPathCalls } from './replay.ts';
import type { LoggedRequest } from './server.ts';

interface Measurement {
  /** Seconds from the first request to the last answer, and in total. */
  wallSeconds: number;
  totalSeconds: number;
  /** CPU time in milliseconds. */
  cpuMs: number;
  requests: LoggedRequest[];
}

const [latencyMs = 20, repeats = 3] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'drpo-bench-'));
const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), String(latencyMs)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// whatever ends this process, a closed pipe too
process.on('exit', () => server.kill());
const url = await new Promise<string>((resolve) =>
  server.stdout.once('data', (line: Buffer) => resolve(line.toString().trim())),
);
const takeRequestLog = async (): Promise<LoggedRequest[]> =>
  (await fetch(`${url}/log`)).json() as Promise<LoggedRequest[]>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the bench's server

/** Measures `work`, which may return the CPU time of another process in milliseconds. */
async function measure(work: () => Promise<number | void>): Promise<Measurement> {
  await takeRequestLog();
  const [startedMs, cpuBefore] = [performance.now(), process.cpuUsage()];
  const otherCpuMs = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  const totalSeconds = (performance.now() - startedMs) / 1000;
  const requests = await takeRequestLog();
  const [firstMs, lastMs] = [Math.min(...requests.map((r) => r.start)), Math.max(...requests.map((r) => r.end))];
  const wallSeconds = requests.length ? (lastMs - firstMs) / 1000 : 0;
  return { wallSeconds, totalSeconds, cpuMs: otherCpuMs ?? (user + system) / 1000, requests };
}

/** The median measurement by wall time. */
async function measureMedian(work: (i: number) => Promise<number | void>): Promise<Measurement> {
  const measurements: Measurement[] = [];
  for (let i = 0; i < repeats; i++) measurements.push(await measure(() => work(i)));
  return (
    measurements.toSorted((a, b) => a.wallSeconds - b.wallSeconds || a.totalSeconds - b.totalSeconds)[
      Math.floor(repeats / 2)
    ] ?? (await measure(async () => undefined))
  );
}

const roles = Object.fromEntries(LANGUAGE_ROLES.map((role) => [role, `${role}@${url}`]));
const WIDE_SETTINGS = ['search.beamWidth=3', 'search.actions=4'];
const runSilently = async (name: string, ...set: string[]): Promise<void> => void (await runBenchSearch(name, ...set));

/** Runs a search in the folder of this name, or continues the one in it. */
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
writeFileSync(bodiesFile, inProcess.requests.map(({ body }) => body).join('\n'));
const plainClient = await measureMedian(() => measureCpuMs(join(import.meta.dirname, 'plain.ts'), [url, bodiesFile]));
const oneAtATime = await measure(() => runSilently('alone', 'concurrency=1'));
const floor = await measureMedian(() => replayRequests(url, nodes, inProcess.requests));
const wideBeams = await measureMedian((i) => runSilently(`wide-${i}`, ...WIDE_SETTINGS));
const { nodes: wideNodes } = await runBenchSearch('wide-0', ...WIDE_SETTINGS);
const wideFloor = await measureMedian(() => replayRequests(url, wideNodes, wideBeams.requests));
const sequentialCalls = countCriticalPathCalls(nodes);
const idealSeconds = (sequentialCalls * latencyMs) / 1000;

const formatRow = (name: string, m: Measurement, limit = floor, pathSeconds = idealSeconds): string =>
  [
    name.padEnd(34),
    m.wallSeconds.toFixed(2).padStart(8),
    (m.wallSeconds / limit.wallSeconds).toFixed(2).padStart(8),
    (m.wallSeconds / pathSeconds).toFixed(2).padStart(16),
    (m.cpuMs / m.requests.length).toFixed(2).padStart(16),
  ].join('');
console.log(
  `${inProcess.requests.length} requests over ${levels} levels, ${sequentialCalls} of them one after another, ${latencyMs} ms each: at least ${idealSeconds.toFixed(2)} s\n`,
);
console.log(
  `${''.padEnd(34)}${'wall s'.padStart(8)}${'× floor'.padStart(8)}${'× critical path'.padStart(16)}${'CPU ms per call'.padStart(16)}`,
);
console.log(formatRow('drpo', inProcess));
console.log(formatRow('drpo as a command, with start-up', asCommand));
console.log(
  `${'plain ChatOpenAI, with start-up'.padEnd(66)}${(plainClient.cpuMs / plainClient.requests.length).toFixed(2).padStart(16)}`,
);
console.log(formatRow('drpo, one call at a time', oneAtATime));
console.log(formatRow('raw fetch, same call graph', floor));
const wideIdealSeconds = (countCriticalPathCalls(wideNodes) * latencyMs) / 1000;
console.log(formatRow('drpo, three beams of four', wideBeams, wideFloor, wideIdealSeconds));
console.log(formatRow('raw fetch, three beams of four', wideFloor, wideFloor, wideIdealSeconds));
console.log(
  `\noverhead: ${((inProcess.cpuMs - floor.cpuMs) / inProcess.requests.length).toFixed(2)} ms of CPU per call more than the raw fetch`,
);
console.log(
  `checkpoints: ${(getFileSize('here-0', 'checkpoints.sqlite') / levels / 1024).toFixed(0)} KB per level; answers: ${(getFileSize('here-0', 'calls.jsonl') / inProcess.requests.length / 1024).toFixed(1)} KB per call; journal: ${(getFileSize('here-0', 'nodes.jsonl') / nodes.length / 1024).toFixed(1)} KB per node`,
);

const fromCache = await measureMedian(async (i) => {
  removeFiles(`here-${i}`, 'result.json', 'nodes.jsonl', ...CHECKPOINT_FILES);
  await runSilently(`here-${i}`);
});
console.log(
  `a finished run rebuilt from its answers alone: ${fromCache.requests.length} requests, ${fromCache.totalSeconds.toFixed(2)} s, ${fromCache.cpuMs.toFixed(0)} ms of CPU`,
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
    `half a run continued ${name}: ${resumed.requests.length} requests, ${(resumed.totalSeconds - resumed.wallSeconds).toFixed(2)} s besides them, ${(resumed.cpuMs / resumed.requests.length).toFixed(2)} ms of CPU per call`,
  );
}
rmSync(dir, { recursive: true });
server.kill();
