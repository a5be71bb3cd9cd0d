import { Option, type Command } from 'commander';
import { z } from 'zod';
import {
  callsOf,
  expectedWalk,
  extremeWalk,
  rewritingCalls,
  roundsOf,
  stepsOf,
  walkOf,
  type Calls,
  type Keeping,
  type Shape,
  type Walk,
} from '../evals/forecast.ts';
import { keepReason } from '../graphs/beam.ts';
import { reserved } from '../graphs/heldOut.ts';
import { searchOptions, type Search } from '../graphs/options.ts';
import { rounds as roundsOfFinal } from '../graphs/rounds.ts';
import { lexicalRetriever, makeSampleQueries } from '../nodes/index.ts';
import { judgePrompt } from '../prompts/judge.ts';
import { chatLayout, plainLayout, splitLayout, type RespondVariables } from '../prompts/respond.ts';
import { rewriteExamplePrompt } from '../prompts/rewriteExample.ts';
import { rewriteSystemPromptPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { selectRewardsPrompt } from '../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, STATIC_ASPECTS } from '../state/aspects.ts';
import type { Example } from '../state/example.ts';
import { Hypothesis, rootDraft } from '../state/hypothesis.ts';
import { mean, type Evaluation } from '../state/judgement.ts';
import { Config, loadConfig } from './config.ts';
import { UserFault } from './fault.ts';
import { RunFolder } from './folder.ts';
import { duration } from './progress.ts';
import { graphOptions, readData } from './session.ts';

const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
type ByRole<T> = Record<(typeof ROLES)[number], T>;
type Tokens = ByRole<{ input: number; output: number }>;

/** What no config tells. Lengths are in characters, four of which count as a token. */
export interface Assumed {
  /** How many of the hypotheses to be expanded keep their prompt, 0 to 1. */
  keptShare: number;
  /** How many of the rewrites are new; the others repeat a prompt and take no call. */
  taken: number;
  /** Seconds a call takes. */
  latency: number;
  /** A rewritten system prompt, a response, one aspect's rationale; aspects a query is judged by. */
  prompt: number;
  response: number;
  rationale: number;
  aspects: number;
  /** The answer of a rewritten in-context example. */
  example: number;
  /** A whole reply of each role; the optimizer's holds one rewrite. */
  reply: Omit<ByRole<number>, 'base'>;
}

/** The means of the authors' published runs (three trees, 283 judged nodes; kept: 302 of 506 in all nine, algorithm.md 1.9). */
const PUBLISHED: Assumed = {
  keptShare: 0.6,
  taken: 1,
  latency: 5,
  prompt: 1900,
  response: 2100,
  rationale: 270,
  aspects: 4.8,
  example: 2300,
  reply: { reward: 1700, judge: 1500, optimizer: 2800 },
};
/** The means of the embedded simulated models. */
const SIMULATED: Assumed = {
  keptShare: 0.45,
  taken: 0.85,
  latency: 0.002,
  prompt: 500,
  response: 290,
  rationale: 100,
  aspects: 4.8,
  example: 390,
  reply: { reward: 425, judge: 770, optimizer: 685 },
};
/** The share of a selection's reply that is the reasoning shown to the judge (the authors' 55 selections). */
const REASONING = 0.4;

const sumOf = (calls: Calls): number => ROLES.reduce((n, role) => n + calls[role], 0);
const filler = (length: number): string => 'x'.repeat(Math.max(0, Math.round(length)));

/** What a search, and what goes with it, takes. */
export interface Forecast {
  calls: Calls & { total: number };
  tokens: Tokens & { total: number };
  /** Calls that must wait for one another. */
  steps: number;
  /** Null where no role has a price. */
  usd: number | null;
  seconds: number;
}

/** A config with its data: what forecasts are made from. */
export interface Given {
  config: Config;
  /** The search as it will be: what its final costs is taken off its depth. */
  search: Search;
  /** Queries held out for the final. */
  held: number;
  queries: readonly string[];
  examples: readonly Example[];
  /** Of each query the examples it is answered with. */
  shots: readonly (readonly Example[])[];
}

/** Reads the config's data and finds the examples of each query; where an endpoint embeds, examples of middling length stand in. */
export async function givenOf(config: Config): Promise<Given> {
  const data = await readData(config);
  const { order, seed, limit } = config.queries;
  const sampled = await makeSampleQueries({ order, seed, limit })({ queries: data.queries });
  const search = searchOptions(graphOptions(config));
  const held = search.final ? reserved(sampled.queries.length, search.final.queries + search.final.proof) : 0;
  const longest = Math.min(sampled.queries.length - held, search.depth + search.maxDepthIncrease);
  const queries = sampled.queries.slice(0, longest).map((q) => q.text);
  const { examples } = data;
  const k = Math.min(config.examples.k, examples.length);
  const byLength = examples.toSorted((a, b) => a.answer.length + a.query.length - b.answer.length - b.query.length);
  const middle = byLength.slice(Math.floor((examples.length - k) / 2)).slice(0, k);
  const ranks =
    k > 0 && config.models.embeddings.provider === 'lexical'
      ? await lexicalRetriever().rank(queries, examples, k)
      : null;
  const shots = queries.map((_, i) => ranks?.[i]?.flatMap((j) => examples[j] ?? []) ?? middle);
  return { config, search, held, queries, examples, shots };
}

export const shapeOf = ({ config, search, queries }: Given, taken = 1): Shape => ({
  ...search,
  taken,
  queries: queries.length,
  mayEndAt: Math.min(config.search.stopWhenPerfect ? 1 : Infinity, (config.search.patience ?? Infinity) + 1),
});

/** The final on held-out queries: rounds of halving, then the proof by two; none where nothing was rewritten. */
function finalOf({ search, held }: Given, walk: Walk, dynamic: boolean): Calls & { steps: number } {
  const asked = walk.reduce((n, level) => n + level.children - level.kept, -1);
  const entrants = Math.min(search.final?.candidates ?? 0, Math.round(asked));
  if (!search.final || entrants < 1 || held < 1) return { base: 0, reward: 0, judge: 0, optimizer: 0, steps: 0 };
  const choosing = Math.min(search.final.queries, Math.max(1, held - 2));
  const all = roundsOfFinal(entrants + 1, choosing);
  const playing = (round: number): number => Math.ceil(entrants / 2 ** round) + 1;
  const choices = Array.from({ length: choosing }, (_, i) => playing(Math.floor((i * all) / choosing)));
  const evaluations = choices.reduce((sum, n) => sum + n, 2 * (held - choosing));
  const steps = (dynamic ? 1 : 0) + 2 * (all + (held > choosing ? 1 : 0));
  return { base: evaluations, judge: evaluations, reward: dynamic ? held : 0, optimizer: 0, steps };
}

/** Calls, tokens, steps, cost and time of a search and, where asked for, of stage 1 (`rewriteRounds` rewrites an example) and the final comparison. */
export function forecast(given: Given, walk: Walk, assumed: Assumed, rewriteRounds: number): Forecast {
  const { config } = given;
  const examples = config.examples.rewrite ? given.examples.slice(0, config.examples.limit ?? undefined) : [];
  const dynamic = config.rewards.mode === 'dynamic';
  const final = finalOf(given, walk, dynamic);
  const stage1 = rewritingCalls(examples.length, rewriteRounds);
  const search = callsOf(walk, dynamic);
  const calls = byRole((role) => search[role] + stage1[role] + final[role]);
  const tokens = tokensOf(given, walk, assumed);
  for (const role of ROLES) {
    tokens[role].input *= search[role] > 0 ? 1 + final[role] / search[role] : 1;
    tokens[role].output *= search[role] > 0 ? 1 + final[role] / search[role] : 1;
  }
  addStage1(tokens, examples, rewriteRounds, assumed);
  const before = examples.length ? 2 + 2 * rewriteRounds : 0;
  const roundsBefore = Math.max(before, sumOf(stage1) / config.concurrency);
  const waited =
    roundsBefore + roundsOf(walk, config.concurrency) + Math.max(final.steps, sumOf(final) / config.concurrency);
  return {
    calls: { ...calls, total: sumOf(calls) },
    tokens: { ...tokens, total: ROLES.reduce((n, role) => n + tokens[role].input + tokens[role].output, 0) },
    steps: before + stepsOf(walk) + final.steps,
    usd: usdOf(config, tokens),
    seconds: waited * assumed.latency,
  };
}

const byRole = <T>(of: (role: (typeof ROLES)[number]) => T): ByRole<T> => ({
  base: of('base'),
  reward: of('reward'),
  judge: of('judge'),
  optimizer: of('optimizer'),
});

function usdOf({ models }: Config, tokens: Tokens): number | null {
  if (ROLES.every((role) => models[role].price === undefined)) return null;
  return ROLES.reduce((usd, role) => {
    const { input = 0, output = 0 } = models[role].price ?? {};
    return usd + (tokens[role].input * input + tokens[role].output * output) / 1e6;
  }, 0);
}

/** Every text is rendered as it will be, on this config's queries and examples, with fillers for what models are yet to write. */
function tokensOf({ config, queries, shots }: Given, walk: Walk, assumed: Assumed): Tokens {
  const tokens = byRole(() => ({ input: 0, output: 0 }));
  const add = (role: keyof Tokens, count: number, input: number, output: number): void => {
    tokens[role].input += (count * input) / 4;
    tokens[role].output += (count * output) / 4;
  };
  const { actions, history } = config.search;
  const asRewritten = (e: Example): Example =>
    config.examples.rewrite ? { ...e, answer: filler(assumed.example) } : e;
  const reference = config.preset === 'reference';
  const dynamic = config.rewards.mode === 'dynamic';
  const rewards = dynamic ? someRewards(Math.round(assumed.aspects)) : fixedRewards(config.rewards.aspects);
  const evaluation = evaluationOf(rewards, assumed);
  const reasoning = dynamic ? filler(REASONING * assumed.reply.reward) : '';
  // of the prompts at a level: how many were ever rewritten, and how often on average
  let [rewritten, rewrites] = [0, 0];
  const promptOf = (): string => filler(config.initialPrompt.length * (1 - rewritten) + assumed.prompt * rewritten);
  for (const { depth, reached, rewrites: requests, kept, children } of walk) {
    const query = queries[depth] ?? '';
    const versions = depth < 2 ? 0 : Math.min(history, reference ? depth : 1 + rewrites);
    const former = Array.from({ length: Math.round(versions) }, promptOf);
    const v = {
      prompt: promptOf(),
      query: queries[depth - 1] ?? '',
      response: filler(assumed.response),
      evaluation,
      history: former,
    };
    add('optimizer', requests, rewriteSystemPromptPrompt(v).length, actions * assumed.reply.optimizer);
    const fresh = depth === 0 ? 0 : (children - kept) / children;
    [rewritten, rewrites] = [1 - (1 - rewritten) * (1 - fresh), rewrites + fresh];
    const asked = { prompt: promptOf(), query, examples: (shots[depth] ?? []).map(asRewritten) };
    add('base', children, baseLength(config, asked), assumed.response);
    const judged = { query, response: filler(assumed.response), rewards, reasoning, stage: 'prompt' as const };
    add('judge', children, judgePrompt(judged).length, assumed.reply.judge);
    const offered = selectRewardsPrompt({ query, aspects: ASPECTS, least: 2, most: 5 }).length;
    if (dynamic) add('reward', reached, offered, assumed.reply.reward);
  }
  return tokens;
}

function baseLength({ preset, models }: Config, asked: RespondVariables): number {
  if (models.base.api === 'completions') return plainLayout(asked).head.length + plainLayout(asked).tail.length;
  return (preset === 'reference' ? splitLayout : chatLayout)(asked).reduce((n, turn) => n + turn.content.length, 0);
}

type Rewards = { name: string; scoring: string }[];
const someRewards = (count: number): Rewards => ASPECTS.slice(0, count).map(({ name, scoring }) => ({ name, scoring }));
const fixedRewards = (names: readonly string[]): Rewards =>
  (names.length ? names : STATIC_ASPECTS).map((name) => ({
    name,
    scoring: ASPECTS.find((a) => a.name === name)?.scoring ?? filler(120),
  }));
const evaluationOf = (rewards: Rewards, { rationale }: Assumed): Evaluation =>
  Object.fromEntries(rewards.map(({ name }) => [name, { rationale: filler(rationale), score: 4 }]));

function addStage1(
  tokens: Tokens,
  examples: readonly Example[],
  rounds: number,
  { reply, aspects, ...assumed }: Assumed,
): void {
  const rewards = someRewards(Math.round(aspects));
  const evaluation = evaluationOf(rewards, { ...assumed, reply, aspects });
  for (const { query, answer } of examples) {
    const response = filler((answer.length + rounds * assumed.example) / (rounds + 1));
    const judged = {
      query,
      response,
      rewards,
      reasoning: filler(REASONING * reply.reward),
      stage: 'example' as const,
    };
    tokens.reward.input += selectRewardsPrompt({ query, aspects: EXAMPLE_ASPECTS, least: 3, most: 6 }).length / 4;
    tokens.reward.output += reply.reward / 4;
    tokens.judge.input += ((rounds + 1) * judgePrompt(judged).length) / 4;
    tokens.judge.output += ((rounds + 1) * reply.judge) / 4;
    tokens.optimizer.input += (rounds * rewriteExamplePrompt({ query, response, evaluation }).length) / 4;
    tokens.optimizer.output += (rounds * (assumed.example + reply.optimizer - assumed.prompt)) / 4;
  }
}

const Finished = z.object({
  nodes: z.array(Hypothesis),
  stoppedBy: z.string(),
  calls: z.record(z.string(), z.number()),
  tokens: z.record(z.string(), z.object({ input: z.number(), output: z.number() })),
  usd: z.number(),
  seconds: z.number(),
});
type Finished = z.infer<typeof Finished>;

/** What a finished run kept at each level: the parents that had a reason to. */
export function keptIn(
  { nodes }: Pick<Finished, 'nodes'>,
  { preset, search }: Pick<Config, 'preset' | 'search'>,
): Keeping[] {
  const parents = new Set(nodes.flatMap((n) => n.parent ?? []));
  const levels = Math.max(...nodes.map((n) => n.depth));
  const { lineage } = rootDraft('', ''); // not looked at
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const ancestors = (n: Hypothesis): string[] => {
    const parent = byId.get(n.parent ?? '');
    return parent ? [...ancestors(parent), parent.prompt] : [];
  };
  return Array.from({ length: levels }, (_, level) => {
    const expanded = nodes.filter((n) => n.depth === level && parents.has(n.id));
    const reasons = expanded.flatMap((n) => keepReason({ ...n, lineage }, search) ?? []);
    const asking = expanded.filter((n) => keepReason({ ...n, lineage }, search) === null);
    const requests = new Set(
      asking.map((n) => JSON.stringify([n.prompt, n.response, ancestors(n).slice(-search.history)])),
    );
    return {
      kept: reasons.length,
      alike: asking.length - requests.size,
      raises: reasons.some((reason) => reason === 'good' || preset === 'reference'),
    };
  });
}

/** How many of a run's rewrites were new: a duplicate is refused, or (reference preset) answered from the cache. */
function takenIn({ nodes, calls }: Finished, keptCount: number, rewrites: number, actions: number): number {
  const asked = new Set(nodes.map((n) => JSON.stringify([n.query, n.prompt])));
  const judgedAnew = Math.min(asked.size, calls['base'] ?? Infinity);
  return rewrites > 0 ? (judgedAnew - 1 - keptCount) / (actions * rewrites) : 1;
}

/** What stage 1 did: requests for rewrites, and the lengths of the answers it left. */
interface Stage1 {
  rewrites: number;
  answers: readonly number[];
}

/** How long a run's texts were, in place of what is assumed. */
function seenIn({ nodes, calls, tokens }: Finished, assumed: Assumed, actions: number, stage1: Stage1): Assumed {
  const average = (values: readonly number[], otherwise: number): number => mean(values) ?? otherwise;
  const reply = (role: string): number => (4 * (tokens[role]?.output ?? 0)) / Math.max(1, calls[role] ?? 0);
  const points = nodes.flatMap((n) => Object.values(n.evaluation));
  const rewritten = nodes.filter((n) => n.prompt !== nodes[0]?.prompt).map((n) => n.prompt.length);
  const prompt = average(rewritten, assumed.prompt);
  const example = average(stage1.answers, assumed.example);
  // of the optimizer's replies that is beside the rewrite: its analysis, in both stages
  const choices = actions * ((calls['optimizer'] ?? 0) - stage1.rewrites);
  const texts = choices * prompt + stage1.rewrites * example;
  const beside = (4 * (tokens['optimizer']?.output ?? 0) - texts) / Math.max(1, choices + stage1.rewrites);
  const lengths = (of: readonly string[], otherwise: number): number =>
    average(
      of.map((text) => text.length),
      otherwise,
    );
  return {
    ...assumed,
    prompt,
    example,
    response: lengths(
      nodes.map((n) => n.response),
      assumed.response,
    ),
    rationale: lengths(
      points.map((p) => p.rationale),
      assumed.rationale,
    ),
    aspects: average(
      nodes.map((n) => n.aspects.length),
      assumed.aspects,
    ),
    reply: { reward: reply('reward'), judge: reply('judge'), optimizer: prompt + beside },
  };
}

/** A finished run: what is forecast once its kept prompts and the lengths of its texts are known, beside what it took. */
export async function hindsight(
  run: string,
  assumed?: Partial<Assumed>,
): Promise<{ forecast: Forecast; actual: Forecast }> {
  const folder = RunFolder.existing(run);
  const config = Config.parse(folder.readJson('config.json'));
  const parsed = Finished.safeParse(folder.readJson('result.json'));
  if (!parsed.success || ['budget', 'interrupted'].includes(parsed.data.stoppedBy))
    throw new UserFault(
      `--run: expected a finished run, got ${run} (${parsed.data?.stoppedBy ?? 'no result.json'}); let \`optimize\` end first`,
    );
  const result = parsed.data;
  const given = await givenOf(config);
  const base = { ...assumedFor(config), ...assumed };
  const pattern = keptIn(result, config);
  const keeping = (level: number): Keeping | null => pattern[level] ?? null;
  const plain = walkOf(shapeOf(given), keeping);
  const [kept, rewritten] = [plain.reduce((n, l) => n + l.kept, 0), plain.reduce((n, l) => n + l.expanded - l.kept, 0)];
  const taken = takenIn(result, kept, rewritten, config.search.actions);
  const walk = walkOf(shapeOf(given, taken), keeping);
  const examples = Math.min(given.examples.length, config.examples.limit ?? Infinity);
  const rewrites = config.examples.rewrite
    ? Math.max(0, (result.calls['optimizer'] ?? 0) - callsOf(walk).optimizer)
    : 0;
  const answers = Object.values(z.record(z.string(), z.string()).parse(folder.readJson('examples.json') ?? {}));
  const stage1 = { rewrites, answers: answers.map((text) => text.length) };
  const lengths = seenIn(result, base, config.search.actions, stage1);
  const [calls, tokens] = [
    byRole((role) => result.calls[role] ?? 0),
    byRole((role) => result.tokens[role] ?? { input: 0, output: 0 }),
  ];
  const foreseen = forecast(given, walk, lengths, rewrites / Math.max(1, examples));
  const actual = {
    calls: { ...calls, total: sumOf(calls) },
    tokens: { ...tokens, total: ROLES.reduce((n, role) => n + tokens[role].input + tokens[role].output, 0) },
    steps: foreseen.steps,
    usd: foreseen.usd === null ? null : result.usd,
    seconds: result.seconds,
  };
  return { forecast: foreseen, actual };
}

export const assumedFor = ({ models }: Config): Assumed =>
  ROLES.every((role) => models[role].provider === 'simulated') ? SIMULATED : PUBLISHED;

/** The least, the expected and the most a config takes, before anything is sent. */
export function rangeOf(given: Given, assumed: Assumed): Record<'least' | 'expected' | 'most', Forecast> {
  const shape = shapeOf(given);
  const { preset, examples } = given.config;
  const fewest = Math.min(examples.rewriteRounds, preset === 'reference' ? 1 : 0);
  return {
    least: forecast(given, extremeWalk(shape, 'least'), assumed, fewest),
    expected: forecast(
      given,
      expectedWalk(shapeOf(given, assumed.taken), assumed.keptShare),
      assumed,
      examples.rewriteRounds,
    ),
    most: forecast(given, extremeWalk(shape, 'most'), assumed, examples.rewriteRounds),
  };
}

/** Forecasts side by side, a line a quantity. */
function table(columns: Readonly<Record<string, Forecast>>): string {
  const rows: [string, (f: Forecast) => string][] = [
    ['calls', (f) => whole(f.calls.total)],
    ...ROLES.map((role): [string, (f: Forecast) => string] => [`  ${role}`, (f) => whole(f.calls[role])]),
    ['tokens', (f) => whole(f.tokens.total)],
    ...ROLES.map((role): [string, (f: Forecast) => string] => [
      `  ${role}, in and out`,
      (f) => `${whole(f.tokens[role].input)} + ${whole(f.tokens[role].output)}`,
    ]),
    ['one after the other', (f) => whole(f.steps)],
    ['cost in USD', (f) => f.usd?.toFixed(4) ?? 'no prices'],
    ['time', (f) => duration(f.seconds)],
  ];
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(22)}${cells.map((c) => c.padStart(19)).join('')}`;
  return [
    line('', Object.keys(columns)),
    ...rows.map(([title, of]) => line(title, Object.values(columns).map(of))),
  ].join('\n');
}
const whole = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');

const stated = ({ keptShare, taken, latency, prompt, response, reply }: Assumed, concurrency: number): string =>
  `Assumed: ${Math.round(100 * keptShare)} % of the prompts kept (--kept), ${Math.round(100 * taken)} % of the rewrites new, ${latency} s a call (--latency), ${concurrency} calls at a time, 4 characters a token; ` +
  `characters in a rewritten prompt ${prompt}, a response ${response}, a reply of reward ${reply.reward}, judge ${reply.judge}, optimizer ${reply.optimizer} a rewrite; no faults, and every example rewritten in all rounds unless it is perfect at once (least).`;

interface Flags {
  config?: string;
  run?: string;
  latency?: string;
  kept?: string;
  json: boolean;
  quiet: boolean;
  set: string[];
  base?: string;
  reward?: string;
  judge?: string;
  optimizer?: string;
}

function numberOf(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new UserFault(`--${flag}: expected a number from 0${most < Infinity ? ` to ${most}` : ''}, got ${text}`);
}

/** `plan`: what `optimize` would do with this config. Contacts no model and needs no key. */
export async function plan(flags: Flags): Promise<void> {
  const { config: file, set, base, reward, judge, optimizer } = flags;
  const begun = flags.run !== undefined && file === undefined && optimizer === undefined;
  const config = begun
    ? Config.parse(RunFolder.existing(flags.run ?? '').readJson('config.json'))
    : loadConfig({ file, set, roles: { optimizer, base, reward, judge } });
  const [latency, keptShare] = [numberOf('latency', flags.latency, Infinity), numberOf('kept', flags.kept, 1)];
  const given = { ...(latency !== undefined && { latency }), ...(keptShare !== undefined && { keptShare }) };
  const assumed = { ...assumedFor(config), ...given };
  const range = rangeOf(await givenOf(config), assumed);
  const run = flags.run === undefined ? undefined : await hindsight(flags.run, given);
  const known =
    run &&
    `\n\nThe run, forecast from the prompts it kept, the share of new ones among its rewrites and the lengths of its texts, beside what it took:\n${table(run)}`;
  const people = `What \`optimize\` takes with this config; nothing was sent.\n${table({ ...range })}\n${stated(assumed, config.concurrency)}${known ?? ''}`;
  if (!flags.quiet) (flags.json ? process.stderr : process.stdout).write(`${people}\n`);
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...range, assumed, ...(run && { run }) }, rounded)}\n`);
}

/** Whole numbers, but for dollars, seconds and shares. */
const FRACTIONS = new Set(['usd', 'seconds', 'keptShare', 'taken', 'latency', 'aspects']);
const rounded = (key: string, value: unknown): unknown =>
  typeof value === 'number' && !FRACTIONS.has(key) ? Math.round(value) : value;

export function addPlan(root: Command): void {
  const model = (role: string): Option =>
    new Option(`--${role} <model>`, `who plays ${role}: MODEL[@BASEURL], or "simulated"`);
  root
    .command('plan')
    .description('what optimize would do: calls, tokens, steps, cost and time; contacts no model')
    .option('--config <file>', 'config, JSON or YAML')
    .option('--run <dir>', 'a finished run: forecast beside actual')
    .option(
      '--set <key=value>',
      'set a config key, such as search.beamWidth=3 (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--latency <seconds>', 'what a call takes')
    .option('--kept <share>', 'how many of the prompts are kept on the way, 0 to 1')
    .option('--json', 'the forecast as one JSON object on stdout, last line', false)
    .option('--quiet', 'no table', false)
    .addOption(new Option('--out <dir>').hideHelp())
    .addOption(new Option('--fresh').hideHelp())
    .addOption(model('base'))
    .addOption(model('reward'))
    .addOption(model('judge'))
    .addOption(model('optimizer'))
    .action(plan);
}
