// Scale: a search of 10,000 evaluations on nodes that answer at once, in real checkpoints and a real run folder; and a
// query file of a million lines. Prints time and disk an evaluation over the run, and memory.
// node --expose-gc test/shared/scale.ts [search|models|queries] [depth]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drpo } from '../../graphs/index.ts';
import { Gateway } from '../../models/index.ts';
import { FileStore } from '../../models/cache/fileStore.ts';
import type { Role } from '../../models/roles.ts';
import type { ModelRequest, Transport } from '../../models/transport.ts';
import { paperNodes, type Nodes } from '../../nodes/index.ts';
import { createMersenneTwister } from '../../statistics/random.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { readQueries } from '../../run/config/readQueries.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { SqliteSaver } from '../../checkpoints/sqliteSaver.ts';

const [what = 'search', given = '200'] = process.argv.slice(2);
const depth = Number(given);
const [beamWidth, actions] = [10, 5];
const dir = mkdtempSync(join(tmpdir(), 'drpo-scale-'));
const MB = 2 ** 20;
const bytes = (): Record<string, number> =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, statSync(join(dir, name)).size]));
const total = (sizes: Record<string, number>): number => Object.values(sizes).reduce((a, b) => a + b, 0);

const draw = createMersenneTwister(7);
const words = (length: number): string => {
  let text = '';
  while (text.length < length) text += ` ${draw().toString(36)}`;
  return text.slice(1, length + 1);
};
const [long, medium] = [words(400_000), words(40_000)];
/** A text of a published run's size, cut at random from a long one: distinct, and cheap to make. */
const slice = (of: string, length: number): string => {
  const from = draw() % (of.length - length);
  return of.slice(from, from + length);
};
const points = (): number => 1 + (draw() % 4); // never kept: the most work

/** As an answer from a network does: lets timers and writes have their turn. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Nodes that answer at once with texts of the published runs' lengths. */
const instant = (): Nodes => ({
  sampleQueries: async ({ queries }) => ({
    queries: queries.map((q) => (typeof q === 'string' ? { text: q, source: 'x' } : q)),
  }),
  retrieveExamples: async ({ queries }) => ({ exampleIndices: queries.map(() => [0, 1]) }),
  selectRewards: async () => ({
    rewards: [
      { name: 'Clarity', scoring: words(120) },
      { name: 'Depth', scoring: words(120) },
    ],
    reasoning: words(600),
  }),
  respond: async () => (await turn(), { response: slice(long, 2000) }),
  judge: async () => (
    await turn(),
    {
      evaluation: {
        Clarity: { rationale: slice(medium, 270), score: points() },
        Depth: { rationale: slice(medium, 270), score: points() },
      },
    }
  ),
  rewriteSystemPrompt: async ({ actions: n }) => ({
    prompts: Array.from({ length: n }, () => slice(long, 1900)),
    rejected: [],
  }),
  rewriteExample: async ({ response }) => ({ response }),
});

/** The paper's nodes over a gateway with a store, whose transports answer at once. */
function managed(): Nodes {
  const store = FileStore.open(join(dir, 'calls.jsonl'));
  const gateway = new Gateway({ concurrency: 64, store });
  const judgement = (): string =>
    JSON.stringify({
      Clarity: { rationale: slice(medium, 270), score: points() },
      Depth: { rationale: slice(medium, 270), score: points() },
    });
  const replies: Partial<Record<Role, (i: number) => string>> = {
    base: () => slice(long, 2000),
    reward: () =>
      JSON.stringify({ aspects_selection: { reasoning: words(600), selected_aspects: ['Clarity', 'Depth'] } }),
    judge: judgement,
    optimizer: () => JSON.stringify({ analysis: 'a', new_system_prompt: slice(long, 1900) }),
  };
  const transport = (role: Role): Transport & { kind: 'chat' } => ({
    kind: 'chat',
    endpoint: 'instant',
    provider: 'instant',
    model: role,
    params: {},
    takesN: true,
    send: async ({ n }: ModelRequest) => (
      await turn(),
      {
        texts: Array.from({ length: n }, (_, i) => replies[role]?.(i) ?? ''),
        finish: Array.from({ length: n }, () => 'stop'),
        usage: null,
      }
    ),
  });
  const of = (role: Role) => gateway.manage(role, transport(role));
  return paperNodes(
    { base: of('base'), reward: of('reward'), judge: of('judge'), optimizer: of('optimizer') },
    { k: 2 },
  );
}

interface Mark {
  done: number;
  ms: number;
  cpu: number;
  disk: number;
  rss: number;
  /** After a collection, where `--expose-gc` was given. */
  heap: number;
}

/** Searches, and prints each fifth of the run beside the first. */
async function search(nodes: Nodes): Promise<void> {
  const folder = RunFolder.open(dir, loadConfig({ roles: { optimizer: 'simulated' } }));
  const saver = new SqliteSaver(join(dir, 'checkpoints.sqlite'));
  const marks: Mark[] = [];
  let [done, peak, collecting] = [0, 0, 0];
  const whole = 1 + actions + (depth - 2) * beamWidth * actions;
  const mark = (): void => {
    const { user, system } = process.cpuUsage();
    const ms = performance.now();
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const spent = performance.now() - ms;
    collecting += spent;
    marks.push({
      done,
      ms: ms - collecting + spent,
      cpu: (user + system) / 1000 - collecting + spent,
      disk: total(bytes()),
      rss: process.memoryUsage.rss(),
      heap,
    });
  };
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  mark();
  const graph = drpo(nodes, {
    beamWidth,
    actions,
    depth,
    maxDepthIncrease: 0,
    final: null,
    checkpointer: saver,
    journal: (node) => {
      folder.journal.append(node);
      if (++done % Math.floor(whole / 5) === 0) mark();
    },
  });
  const queries = Array.from({ length: depth }, (_, i) => `query ${i} ${words(180)}`);
  const examples = Array.from({ length: 16 }, (_, i) => ({ query: `example ${i}`, answer: slice(long, 2300) }));
  await graph.invoke({ queries, examples }, { configurable: { thread_id: 'run' } });
  await saver.close();
  clearInterval(timer);
  console.log(
    `${done} evaluations, peak RSS ${(peak / MB).toFixed(0)} MB, ${JSON.stringify(Object.fromEntries(Object.entries(bytes()).map(([n, b]) => [n, `${(b / MB).toFixed(1)} MB`])))}`,
  );
  const fifths = marks.slice(1).map((m, i) => {
    const before = marks[i] ?? m;
    const n = m.done - before.done;
    return {
      ms: (m.ms - before.ms) / n,
      cpu: (m.cpu - before.cpu) / n,
      kb: (m.disk - before.disk) / n / 1024,
      rss: m.rss / MB,
      heap: m.heap / MB,
    };
  });
  for (const [i, f] of fifths.entries())
    console.log(
      `fifth ${i + 1}: ${f.ms.toFixed(2)} ms, ${f.cpu.toFixed(2)} ms CPU, ${f.kb.toFixed(2)} KB on disk an evaluation; RSS ${f.rss.toFixed(0)} MB, heap ${f.heap.toFixed(0)} MB`,
    );
  const ratio = (of: 'ms' | 'cpu' | 'kb'): string => ((fifths.at(-1)?.[of] ?? 0) / (fifths[0]?.[of] ?? 1)).toFixed(2);
  console.log(`last fifth over first: time ${ratio('ms')}, CPU ${ratio('cpu')}, disk ${ratio('kb')}`);
}

/** Reads 180 queries of a file of a million lines, in both kinds of line file and both orders. */
async function queries(): Promise<void> {
  for (const kind of ['txt', 'jsonl']) {
    const file = join(dir, `million.${kind}`);
    const line = kind === 'txt' ? '%s\\n' : '{"instruction": "%s"}\\n';
    const text = '"What is the matter with number " i ", and why is it so? " substr(x, 1, i % 97)';
    const program = `BEGIN { x = sprintf("%97s", ""); gsub(/ /, "x", x); for (i = 0; i < 1000000; i++) printf("${line.replaceAll('"', '\\"')}", ${text}) }`;
    execFileSync('sh', ['-c', `awk '${program}' > ${file}`]);
    for (const order of ['shuffled', 'given'] as const) {
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      let peak = before;
      const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
      const started = performance.now();
      const read = await readQueries({ files: [file], order, seed: 1, limit: 180 });
      clearInterval(timer);
      globalThis.gc?.();
      console.log(
        `${kind}, ${order}: ${read.length} of 1,000,000 lines (${(statSync(file).size / MB).toFixed(0)} MB) in ${((performance.now() - started) / 1000).toFixed(1)} s, RSS ${(before / MB).toFixed(0)} MB before, ${(peak / MB).toFixed(0)} at most, heap ${(process.memoryUsage().heapUsed / MB).toFixed(0)} MB after`,
      );
    }
  }
}

if (what === 'queries') await queries();
else await search(what === 'models' ? managed() : instant());
rmSync(dir, { recursive: true });
