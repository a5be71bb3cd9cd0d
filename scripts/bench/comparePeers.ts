// npm run bench:peers [-- --seeds 5 --tokens 6000 --tools drpo,gepa,promptfoo --out FILE.jsonl]: drpo, GEPA and promptfoo's
// optimize on the same two real models behind llama.cpp's server, the same task, which rules score, and equal budgets of tokens.
// Each prompt found answers 20 fresh queries. A run that was killed continues: searches in FILE.jsonl are not made again.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { renderTextTable } from '../../evals/justEval/table.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { createMersenneTwister, shuffle } from '../../statistics/random.ts';
import { REAL_MODEL_NAMES, type RealModelName } from '../real/realModels.ts';
import { startRealServer } from '../real/startRealServer.ts';
import { startCountingProxy } from './peers/countingProxy.ts';
import { PEERS, type Peer } from './peers/peers.ts';
import { readPeerTask } from './peers/peerTask.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    tokens: { type: 'string', default: '6000' },
    tools: { type: 'string', default: Object.keys(PEERS).join(',') },
    base: { type: 'string', default: 'qwen05' },
    optimizer: { type: 'string', default: 'qwen15' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: 'runs/peers.jsonl' },
  },
});
const Count = z.coerce.number().int().min(1);
const Options = z.object({
  seeds: Count,
  tokens: Count,
  threads: Count,
  tools: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(Object.keys(PEERS)))),
  base: z.enum(REAL_MODEL_NAMES),
  optimizer: z.enum(REAL_MODEL_NAMES),
  out: z.string().min(1),
});
const parsed = Options.safeParse(values);
if (!parsed.success) {
  for (const { path, message } of parsed.error.issues) process.stderr.write(`--${path.join('.')}: ${message}\n`);
  process.exit(2);
}
const options = parsed.data;
const SLOTS = 4;
const CONTEXT_TOKENS = 32_768;
/** Written by hand with the rules in view: if it does not win, the task has no room. */
const BY_HAND =
  'Begin each answer with the word "Hello". Then answer in one or two short sentences, at most 30 words in all. Do not use lists or headings.';

/** A finished search. `first` and `found`: the mean score of the fresh answers, 0 to 1. */
const Search = z.object({
  tool: z.string(),
  seed: z.number(),
  tokens: z.number(),
  calls: z.number(),
  seconds: z.number(),
  first: z.number(),
  found: z.number(),
  prompt: z.string(),
});
type Search = z.infer<typeof Search>;

const readSearches = (): Search[] =>
  existsSync(options.out)
    ? readFileSync(options.out, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => Search.parse(JSON.parse(line)))
    : [];

const start = (name: RealModelName) =>
  startRealServer(name, { slots: SLOTS, context: CONTEXT_TOKENS, threads: options.threads });

const task = await readPeerTask();
const base = await start(options.base);
const optimizer = options.optimizer === options.base ? base : await start(options.optimizer);
const proxy = await startCountingProxy(base, optimizer, task.scoreAnswer);
const folder = mkdtempSync(join(tmpdir(), 'drpo-peers-'));

/** The mean score of fresh answers, 0 to 1. */
async function scoreFresh(messagesFor: (query: string) => object[]): Promise<number> {
  const ask = async (query: string): Promise<number> => {
    const response = await fetch(`${proxy.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'base', messages: messagesFor(query) }),
    });
    const { choices } = Completion.parse(await response.json());
    return (await task.scoreAnswer(query, choices[0].message.content)).score;
  };
  const scores: number[] = [];
  for (let i = 0; i < task.fresh.length; i += SLOTS)
    scores.push(...(await Promise.all(task.fresh.slice(i, i + SLOTS).map(ask))));
  return computeMean(scores) ?? NaN;
}
const Completion = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });

async function search(tool: string, { firstPrompt, optimize, createMessages }: Peer, seed: number): Promise<Search> {
  const queries = shuffle(task.training, createMersenneTwister(seed));
  const inFolder = mkdtempSync(join(folder, `${tool}-${seed}-`));
  await proxy.reset(seed);
  const startedMs = performance.now();
  const prompt = await optimize({ url: proxy.url, queries, seed, tokens: options.tokens, folder: inFolder });
  const seconds = (performance.now() - startedMs) / 1000;
  const { calls, input, output } = await proxy.count();
  const first = await scoreFirst(tool);
  // the server's answers vary a little with what it does at the same time, so equal prompts are not scored twice
  const found = prompt === firstPrompt ? first : await scoreFresh((query) => createMessages(prompt, query));
  return { tool, seed, tokens: input + output, calls, seconds, first, found, prompt };
}

const firstScores = new Map<string, Promise<number>>();
/** The score of the first prompt in the form in which a tool sends it. */
function scoreFirst(tool: string): Promise<number> {
  const { createMessages, firstPrompt } = getPeer(tool);
  const score = firstScores.get(tool) ?? scoreFresh((query) => createMessages(firstPrompt, query));
  firstScores.set(tool, score);
  return score;
}

function getPeer(tool: string): Peer {
  const peer = PEERS[tool];
  if (peer === undefined) throw new Error(`expected one of ${Object.keys(PEERS).join(', ')}, got ${tool}`);
  return peer;
}

/** A mean with its 95 % interval over the seeds. */
function describeMean(numbers: readonly number[], digits: number): string {
  const interval = computePairedInterval(numbers);
  const mean = (computeMean(numbers) ?? NaN).toFixed(digits);
  return interval === null ? mean : `${mean} (${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)})`;
}

function describeTool(tool: string, searches: readonly Search[]): string[] {
  const mean = (of: (one: Search) => number): number => computeMean(searches.map(of)) ?? NaN;
  return [
    tool,
    String(searches.length),
    mean(({ tokens }) => tokens).toFixed(0),
    mean(({ calls }) => calls).toFixed(0),
    mean(({ seconds }) => seconds).toFixed(0),
    mean(({ first }) => first).toFixed(2),
    mean(({ found }) => found).toFixed(2),
    describeMean(
      searches.map(({ first, found }) => found - first),
      2,
    ),
    describeMean(
      searches.map(({ first, found, tokens }) => ((found - first) / tokens) * 100_000),
      2,
    ),
  ];
}

const TITLES = ['tool', 'searches', 'tokens', 'calls', 'seconds', 'first', 'found', 'gain', 'gain in 100,000 tokens'];
try {
  const tools = options.tools.map((tool) => [tool, getPeer(tool)] as const);
  if (!existsSync(options.out)) {
    const [plain, byHand] = [
      await scoreFirst('drpo'),
      await scoreFresh((q) => getPeer('drpo').createMessages(BY_HAND, q)),
    ];
    console.log(
      `Room: the first prompt scores ${plain.toFixed(2)}, the rules written out by hand ${byHand.toFixed(2)}.`,
    );
  }
  for (let seed = 1; seed <= options.seeds; seed++)
    for (const [tool, peer] of tools)
      if (!readSearches().some((one) => one.tool === tool && one.seed === seed))
        appendFileSync(options.out, `${JSON.stringify(await search(tool, peer, seed))}\n`);
  const found = readSearches();
  const rows = tools.map(([tool]) =>
    describeTool(
      tool,
      found.filter((one) => one.tool === tool),
    ),
  );
  console.log(renderTextTable([TITLES, ...rows]));
} finally {
  proxy.stop();
  await Promise.all([...new Set([base, optimizer])].map((server) => server.stop()));
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  else console.log(folder);
}
