import type { Example } from '../../state/example.ts';
import {
  type Calls,
  callsOf,
  choicesAsked,
  rewritingCalls,
  roundsOf,
  type Shape,
  stepsOf,
  type Walk,
} from '../../evals/forecast.ts';
import { reserved } from '../../graphs/heldOut.ts';
import { type FinalOptions, type Search, searchOptions } from '../../graphs/options.ts';
import { finalFor } from '../../graphs/share.ts';
import { rounds as roundsOfFinal } from '../../graphs/rounds.ts';
import { lexicalRetriever, makeSampleQueries } from '../../nodes/index.ts';
import { judgePrompt } from '../../prompts/judge.ts';
import { chatLayout, plainLayout, type RespondVariables, splitLayout } from '../../prompts/respond.ts';
import { rewriteExamplePrompt } from '../../prompts/rewriteExample.ts';
import { rewriteSystemPromptPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { selectRewardsPrompt } from '../../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, STATIC_ASPECTS } from '../../state/aspects.ts';
import { type Evaluation, mean } from '../../state/judgement.ts';
import { Config } from '../config.ts';
import { readData } from '../data.ts';
import { graphOptions } from '../session.ts';
import { type Assumed, type ByRole, filler, REASONING, ROLES, sumOf, type Tokens } from './assumed.ts';

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
  /** The search as it will be, with the final that fits it. */
  search: Search;
  /** Queries in all, and those of them held out for the final. */
  allQueries: number;
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
  const greedy = config.search.strategy === 'greedy' && { beamWidth: 1 };
  const search = searchOptions({ ...graphOptions(config), ...greedy });
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
  return { config, search, allQueries: sampled.queries.length, held, queries, examples, shots };
}

export const shapeOf = ({ config, search, allQueries, queries }: Given, taken = 1): Shape => ({
  ...search,
  taken,
  allQueries,
  queries: queries.length,
  mayEndAt: Math.min(config.search.stopWhenPerfect ? 1 : Infinity, (config.search.patience ?? Infinity) + 1),
});

/** The final on held-out queries: the first prompt on all, rounds of halving, then the proof; none where nothing was rewritten. */
function finalOf(given: Given, walk: Walk, dynamic: boolean, fullMarks: number): Calls & { steps: number } {
  const asked = walk.reduce((n, level) => n + level.children - level.kept, -1);
  const final = finalAfter(given, walk);
  const entrants = Math.min(final?.candidates ?? 0, Math.round(asked));
  if (!final || entrants < 1 || given.held < 1) return { base: 0, reward: 0, judge: 0, optimizer: 0, steps: 0 };
  const held = Math.min(given.held, final.queries + final.proof);
  const choosing = Math.min(final.queries, Math.max(1, given.held - 2));
  const easy = fullMarks * choosing;
  const all = roundsOfFinal(entrants + 1, Math.max(1, Math.round(choosing - easy)));
  const playing = mean(Array.from({ length: all }, (_, round) => Math.ceil(entrants / 2 ** round))) ?? 0;
  const evaluations = held + (choosing - easy) * playing + easy * Math.min(2, entrants) + (held - choosing);
  const steps = (dynamic ? 1 : 0) + 2 * (1 + all + (easy >= 0.5 ? 1 : 0) + (held > choosing ? 1 : 0));
  return { base: evaluations, judge: evaluations, reward: dynamic ? held : 0, optimizer: 0, steps };
}

/** The final as it fits the search that has gone so. */
function finalAfter({ config, search, allQueries }: Given, walk: Walk): FinalOptions | null {
  if (!BEAMS.has(config.search.strategy)) return search.final;
  const sum = (of: (level: Walk[number]) => number): number => walk.reduce((n, level) => n + of(level), 0);
  const raised = Math.min(
    search.maxDepthIncrease,
    sum(({ kept }) => Math.min(1, kept)),
  );
  const spent = {
    level: sum((l) => l.reached) - 1,
    raised,
    evaluations: sum((l) => l.children),
    inPaper: sum(({ depth, expanded, kept }) => (depth === 0 ? 1 : kept + (expanded - kept) * search.actions)),
    queries: allQueries,
  };
  return finalFor(spent, search);
}

const BEAMS: ReadonlySet<string> = new Set(['beam', 'greedy', 'stochastic-beam']);

/** Calls, tokens, steps, cost and time of a search and, where asked for, of stage 1 (`rewriteRounds` rewrites an example) and the final comparison. */
export function forecast(given: Given, walk: Walk, assumed: Assumed, rewriteRounds: number): Forecast {
  const { config } = given;
  const examples = config.examples.rewrite ? given.examples.slice(0, config.examples.limit ?? undefined) : [];
  const dynamic = config.rewards.mode === 'dynamic';
  const final = finalOf(given, walk, dynamic, assumed.fullMarks);
  const stage1 = rewritingCalls(examples.length, rewriteRounds);
  const search = callsOf(walk, dynamic);
  const judges = judgesOf(config);
  const again = retestsOf(config, search.judge);
  const calls = byRole((role) => {
    const once = search[role] + stage1[role] + final[role];
    return role === 'judge' ? judges * (once + again) : once;
  });
  const tokens = tokensOf(given, walk, assumed);
  for (const role of ROLES) {
    tokens[role].input *= search[role] > 0 ? 1 + final[role] / search[role] : 1;
    tokens[role].output *= search[role] > 0 ? 1 + final[role] / search[role] : 1;
  }
  addStage1(tokens, examples, rewriteRounds, assumed);
  const judged = search.judge + stage1.judge + final.judge;
  if (judged > 0)
    for (const side of ['input', 'output'] as const) tokens.judge[side] *= (judges * (judged + again)) / judged;
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

/** How often each judgement is asked for: of every judge, so many times; the same judge named twice gives the same answer. */
const judgesOf = ({ models, judge }: Config): number =>
  judge.samples * new Set([models.judge, ...judge.models].map((one) => JSON.stringify(one))).size;

/** Judgements that are made a second time. */
const retestsOf = ({ judge }: Config, judged: number): number => Math.min(judge.retest, Math.round(judged));

export const byRole = <T>(of: (role: (typeof ROLES)[number]) => T): ByRole<T> => ({
  base: of('base'),
  reward: of('reward'),
  judge: of('judge'),
  optimizer: of('optimizer'),
});

export function usdOf({ models }: Config, tokens: Tokens): number | null {
  if (ROLES.every((role) => models[role].price === undefined)) return null;
  return ROLES.reduce((usd, role) => {
    const { input = 0, output = 0 } = models[role].price ?? {};
    return usd + (tokens[role].input * input + tokens[role].output * output) / 1e6;
  }, 0);
}

/** Every text is rendered as it will be, on this config's queries and examples, with fillers for what models are yet to write. */
export function tokensOf({ config, queries, shots }: Given, walk: Walk, assumed: Assumed): Tokens {
  const tokens = byRole(() => ({ input: 0, output: 0 }));
  const add = (role: keyof Tokens, count: number, input: number, output: number): void => {
    tokens[role].input += (count * input) / 4;
    tokens[role].output += (count * output) / 4;
  };
  const { history } = config.search;
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
  for (const level of walk) {
    const { depth, reached, rewrites: requests, kept, children } = level;
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
    add('optimizer', requests, rewriteSystemPromptPrompt(v).length, 0);
    add('optimizer', choicesAsked(level), 0, assumed.reply.optimizer);
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
