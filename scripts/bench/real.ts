// npm run bench:real [-- TAG … --base smol135 --judge qwen05 --threads 1 --set KEY=VALUE …]: one short search on real small models
// behind llama.cpp's own server, with each tag and with the checkout, side by side. Each starts with a server of its own.
// Tags from before the command line had its own folder search alone, because their final has other options.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { startRealServer } from '../real/startRealServer.ts';
import { requireRealModelName } from '../real/realModels.ts';

const { values, positionals: tags } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string', default: 'smol135' },
    judge: { type: 'string', default: 'qwen05' },
    threads: { type: 'string', default: '1' },
    set: { type: 'string', multiple: true, default: [] },
    minutes: { type: 'string', default: '15' },
  },
});
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'drpo-real-'));
/** Queries of the package that the search and its final ask. */
const QUERY_COUNT = 24;
const SLOTS = 2;
const CONTEXT_TOKENS = 8192;

const Tokens = z.looseObject({ input: z.number(), cachedInput: z.number().default(0), output: z.number() });
const Result = z.looseObject({
  nodes: z.array(z.unknown()),
  calls: z.record(z.string(), z.number()),
  tokens: z.record(z.string(), Tokens),
  missing: z.looseObject({ judgements: z.number() }),
  verdict: z
    .looseObject({ mean: z.number().nullish(), low: z.number().nullish(), high: z.number().nullish() })
    .nullish(),
  seconds: z.number(),
  stoppedBy: z.string(),
});
const EventLine = z.looseObject({ kind: z.string(), what: z.string() });

/** The folder of a tag's files, with this checkout's packages. */
function checkOut(tag: string): string {
  const tree = join(folder, tag.replace(/\W/g, '-'));
  execFileSync('git', ['worktree', 'add', '--quiet', '--force', '--detach', tree, tag], { cwd: root });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

/** What a tree's search has besides the search: the final, and no checks of the judge. */
const getFinalOptions = (tree: string): object =>
  existsSync(join(tree, 'cli'))
    ? {
        final: { candidates: 2, selectionQueries: 2, proof: { minQueries: 6, maxQueries: 6 } },
        judge: { reliabilityChecks: 0 },
      }
    : { final: null, judge: { retest: 0 } };

function writeConfig(name: string, tree: string, baseUrl: string, judgeUrl: string): string {
  const everyday = z
    .array(z.object({ query: z.string() }))
    .parse(JSON.parse(readFileSync(join(root, 'data/everyday.json'), 'utf8')));
  writeFileSync(join(folder, 'queries.json'), JSON.stringify(everyday.slice(0, QUERY_COUNT).map(({ query }) => query)));
  const role = (url: string, maxTokens: number) => ({
    model: 'm',
    baseUrl: `${url}/v1`,
    maxTokens,
    timeoutSeconds: 600,
  });
  const config = {
    models: {
      base: role(baseUrl, 160),
      reward: role(judgeUrl, 500),
      judge: role(judgeUrl, 500),
      optimizer: role(judgeUrl, 700),
    },
    concurrency: SLOTS,
    queries: { files: ['queries.json'] },
    examples: { k: 0 },
    search: { beamWidth: 2, actions: 2, depth: 3, maxDepthIncrease: 0 },
    ...getFinalOptions(tree),
    budget: { minutes: Number(values.minutes) },
  };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Runs `optimize` of a tree as a user does. */
async function optimizeIn(tree: string, config: string, out: string): Promise<void> {
  const set = values.set.flatMap((text) => ['--set', text]);
  const args = ['run', '-s', 'drpo', '--', 'optimize', '--quiet', '--config', config, '--out', out, ...set];
  const child = spawn('npm', args, { cwd: tree, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) process.stderr.write(`${out}: exit ${String(code)}\n`);
}

async function measure(name: string, tree: string): Promise<string[]> {
  const threads = Number(values.threads);
  const start = (model: string) =>
    startRealServer(requireRealModelName(model), { slots: SLOTS, context: CONTEXT_TOKENS, threads });
  const judge = await start(values.judge);
  const base = values.base === values.judge ? judge : await start(values.base);
  const out = join(folder, `${name}-run`);
  try {
    await optimizeIn(tree, writeConfig(name, tree, base.url, judge.url), out);
    const metrics = await Promise.all([...new Set([base, judge])].map((server) => server.readMetrics()));
    return describe(name, out, metrics);
  } finally {
    await Promise.all([...new Set([base, judge])].map((server) => server.stop()));
  }
}

/** The figures of a run, those of tokens from the servers. */
function describe(name: string, out: string, metrics: readonly Record<string, number>[]): string[] {
  const result = Result.parse(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')));
  const events = join(out, 'events.jsonl');
  const lines = existsSync(events) ? readFileSync(events, 'utf8').split('\n').filter(Boolean) : [];
  const unreadable = lines.flatMap((line) => {
    const event = EventLine.safeParse(JSON.parse(line)).data;
    return event?.kind === 'unreadable' ? [event.what] : [];
  });
  const sum = (key: 'input' | 'cachedInput' | 'output'): number =>
    Object.values(result.tokens).reduce((total, usage) => total + usage[key], 0);
  const read = (key: string): number => metrics.reduce((total, one) => total + (one[key] ?? 0), 0);
  const calls = Object.values(result.calls).reduce((total, count) => total + count, 0);
  const judged = result.calls['judge'] ?? 0;
  const { mean, low, high } = result.verdict ?? {};
  const gain =
    mean == null
      ? '-'
      : `${mean.toFixed(2)}${low == null || high == null ? '' : ` (${low.toFixed(2)} to ${high.toFixed(2)})`}`;
  const evaluated = read('prompt_tokens_total');
  const written = read('tokens_predicted_total');
  const repaired = unreadable.filter((what) => what.includes('(repaired)')).length;
  return [
    name,
    String(calls),
    String(result.nodes.length),
    String(judged),
    String(sum('input')),
    String(evaluated),
    String(sum('cachedInput')),
    String(written),
    (evaluated / judged).toFixed(0),
    (written / judged).toFixed(0),
    `${unreadable.length} (${repaired} repaired)`,
    result.seconds.toFixed(0),
    gain,
    result.stoppedBy,
    ...LANGUAGE_ROLES.map((role) => describeRole(result.calls[role] ?? 0, result.tokens[role])),
  ];
}

/** Mean tokens of a role's call by its reported usage: evaluated and written. */
function describeRole(calls: number, usage: z.infer<typeof Tokens> | undefined): string {
  if (calls === 0 || usage === undefined) return '-';
  const [evaluated, written] = [usage.input - usage.cachedInput, usage.output].map((sum) => (sum / calls).toFixed(0));
  return `${evaluated} and ${written} (${calls})`;
}

const TITLES = [
  '',
  'calls',
  'nodes',
  'judge calls',
  'tokens in',
  'of them evaluated',
  'of them cached',
  'tokens out',
  'evaluated for each judge call',
  'out for each judge call',
  'unusable replies',
  'seconds',
  'gain in points',
  'stopped by',
  ...LANGUAGE_ROLES.map((role) => `${role}, in and out each call`),
];
const trees = new Map(tags.map((tag) => [tag, checkOut(tag)]));
try {
  const columns: string[][] = [];
  for (const [name, tree] of [...trees, ['checkout', root] as const]) columns.push(await measure(name, tree));
  for (const [i, title] of TITLES.entries())
    console.log(`${title.padEnd(30)}${columns.map((column) => (column[i] ?? '').padStart(24)).join('')}`);
} finally {
  for (const tree of trees.values()) execFileSync('git', ['worktree', 'remove', '--force', tree], { cwd: root });
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  else console.log(folder);
}
