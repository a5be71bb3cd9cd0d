// Scale, through the command line: `npm run drpo -- optimize` with beam 10, 5 rewrites, against a server in this process that
// answers at once with texts of the published runs' lengths; and `plan` and `optimize` on a query file of a million lines.
// Prints evaluations, peak memory, CPU and disk, and time, CPU and disk an evaluation in each fifth of the run.
// node test/shared/scaleCli.ts [search|queries] [depth]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMersenneTwister } from '../../statistics/random.ts';
import { root } from './cli.ts';

const [what = 'search', depth = '200'] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'drpo-scale-'));
const MB = 2 ** 20;
const draw = createMersenneTwister(7);
const words = (length: number): string => {
  let text = '';
  while (text.length < length) text += ` ${draw().toString(36)}`;
  return text.slice(1, length + 1);
};
const pool = words(400_000);
const slice = (length: number): string => {
  const from = draw() % (pool.length - length);
  return pool.slice(from, from + length);
};
const scored = (): { rationale: string; score: number } => ({ rationale: slice(270), score: 1 + (draw() % 4) });
const REPLIES: Record<string, () => string> = {
  base: () => slice(2000),
  judge: () => JSON.stringify({ Clarity: scored(), Depth: scored() }),
  reward: () =>
    JSON.stringify({ aspects_selection: { reasoning: slice(600), selected_aspects: ['Clarity', 'Depth'] } }),
  optimizer: () => JSON.stringify({ analysis: slice(800), new_system_prompt: slice(1900) }),
};

/** Told of each judgement that is asked for. */
let onJudge = (): void => undefined;

async function instant(): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => (text += chunk.toString()));
    req.on('end', () => {
      const { model, n = 1 } = JSON.parse(text) as { model: string; n?: number };
      if (model === 'judge') onJudge();
      const choices = Array.from({ length: n }, (_, index) => ({
        index,
        finish_reason: 'stop',
        message: { role: 'assistant', content: REPLIES[model]?.() ?? '' },
      }));
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ choices, usage: { prompt_tokens: 900, completion_tokens: 500, total_tokens: 1400 } }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1` };
}

/** Told by the process itself as it ends: its peak memory in KB, its CPU in microseconds. */
const TELL = `data:text/javascript,process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime }));
})`;

/** Runs the command line as `npm run drpo` does; gives what it said, its peak memory in MB and its CPU in seconds. */
async function drpo(
  args: readonly string[],
  onStart: (pid: number) => void = () => undefined,
): Promise<{ said: string; peak: number; cpu: number }> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { drpo: string } };
  const [, ...flags] = scripts.drpo.split(' ');
  const env = { ...process.env, LANGSMITH_TRACING: 'false' };
  const all = ['--import', TELL.replaceAll('\n', ''), ...flags, ...args];
  const child = spawn(process.execPath, all, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  onStart(child.pid ?? 0);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((done) => child.on('close', done));
  const at = said.lastIndexOf('{"maxRSS"');
  const { maxRSS, cpu } = JSON.parse(said.slice(at)) as { maxRSS: number; cpu: number };
  return { said: said.slice(0, at), peak: maxRSS / 1024, cpu: cpu / 1e6 };
}

const models = (url: string): string[] =>
  ['base', 'reward', 'judge', 'optimizer'].flatMap((role) => [`--${role}`, `${role}@${url}`]);
const set = (...all: string[]): string[] => all.flatMap((one) => ['--set', one]);

interface Mark {
  ms: number;
  /** Milliseconds of CPU, in hundredths of a second as Linux counts them. */
  cpu: number;
  kb: number;
  /** Memory, in MB. */
  rss: number;
}

/** Where a process and its folder stand. */
function markOf(pid: number, out: string): Mark {
  const [, ticks = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = ticks.split(' ').slice(11, 13).map(Number);
  const bytes = readdirSync(out).reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
  const [, pages = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
  return { ms: performance.now(), cpu: 10 * (user + system), kb: bytes / 1024, rss: pages / 256 };
}

/** Notes where a run of so many evaluations stands after each fifth. */
function inFifths(whole: number, out: string): { marks: Mark[]; onStart: (pid: number) => void } {
  const marks: Mark[] = [];
  let done = 0;
  const onStart = (pid: number): void => {
    onJudge = () => {
      if (done++ % Math.floor(whole / 5) === 0 && marks.length < 6) marks.push(markOf(pid, out));
    };
  };
  return { marks, onStart };
}

function tellFifths(marks: readonly Mark[], evaluations: number): void {
  console.log(`RSS at the start and after each fifth: ${marks.map(({ rss }) => rss.toFixed(0)).join(', ')} MB`);
  const each = (['ms', 'cpu', 'kb'] as const).map((of) =>
    marks.slice(1).map((mark, i) => (mark[of] - (marks[i]?.[of] ?? 0)) / evaluations),
  );
  for (const [i, name] of ['ms', 'ms of CPU', 'KB on disk'].entries()) {
    const fifths = each[i] ?? [];
    const ratio = (fifths.at(-1) ?? 0) / (fifths[0] ?? 1);
    console.log(
      `${name} an evaluation, by fifths: ${fifths.map((f) => f.toFixed(2)).join(', ')}; last over first ${ratio.toFixed(2)}`,
    );
  }
}

async function search(url: string): Promise<void> {
  writeFileSync(join(dir, 'queries.json'), JSON.stringify(Array.from({ length: 300 }, (_, i) => `${i} ${slice(180)}`)));
  const files = `queries.files=${JSON.stringify([join(dir, 'queries.json')])}`;
  const wide = ['search.beamWidth=10', 'search.actions=5', `search.depth=${depth}`, 'search.maxDepthIncrease=0'];
  const out = join(dir, 'run');
  const options = set(...wide, files, 'preset=reference', 'queries.limit=300', 'concurrency=64');
  const whole = 1 + 5 + 25 + (Number(depth) - 3) * 50;
  const { marks, onStart } = inFifths(whole, out);
  const { said, peak, cpu } = await drpo(['optimize', '--quiet', '--out', out, ...models(url), ...options], onStart);
  const sizes = Object.fromEntries(readdirSync(out).map((name) => [name, statSync(join(out, name)).size / MB]));
  const { nodes, seconds } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as {
    nodes: unknown[];
    seconds: number;
  };
  console.log(
    `${nodes.length} evaluations in ${seconds.toFixed(0)} s, CPU ${((1000 * cpu) / nodes.length).toFixed(2)} ms an evaluation, peak RSS ${peak.toFixed(0)} MB ${said}`,
  );
  console.log(
    Object.entries(sizes)
      .map(([name, mb]) => `${name} ${mb.toFixed(1)} MB`)
      .join(', '),
  );
  tellFifths(marks, Math.floor(whole / 5));
}

async function queries(url: string): Promise<void> {
  for (const kind of ['txt', 'jsonl']) {
    const file = join(dir, `million.${kind}`);
    const line = (i: number): string => {
      const text = `What is the matter with number ${i}, and why is it so? ${pool.slice(0, i % 97)}`;
      return kind === 'txt' ? text : JSON.stringify({ instruction: text });
    };
    writeFileSync(file, '');
    for (let i = 0; i < 1_000_000; i += 10_000)
      writeFileSync(file, `${Array.from({ length: 10_000 }, (_, j) => line(i + j)).join('\n')}\n`, { flag: 'a' });
    const options = [...models(url), ...set(`queries.files=${JSON.stringify([file])}`, 'search.depth=4', 'final=null')];
    const few = [...models(url), ...set('search.depth=4', 'final=null')];
    for (const [name, args] of [
      ['plan', ['plan', '--quiet', ...options]],
      ['optimize', ['optimize', '--quiet', '--out', join(dir, kind), ...options]],
      ['optimize on the few seed queries', ['optimize', '--quiet', '--out', join(dir, `${kind}-few`), ...few]],
    ] as const) {
      const { said, peak, cpu } = await drpo(args);
      const size = name.includes('few')
        ? ''
        : `1,000,000 lines of ${kind}, ${(statSync(file).size / MB).toFixed(0)} MB, `;
      console.log(`${name}: ${size}peak RSS ${peak.toFixed(0)} MB, CPU ${cpu.toFixed(1)} s ${said}`);
    }
  }
}

const { server, url } = await instant();
await (what === 'queries' ? queries(url) : search(url));
server.closeAllConnections();
server.close();
rmSync(dir, { recursive: true });
