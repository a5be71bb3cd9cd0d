import { choicesAsked } from './calls.ts';
import type { Walk } from './walk.ts';
import { judgePrompt } from '../prompts/judge.ts';
import { chatLayout, plainLayout, type RespondVariables, splitLayout } from '../prompts/respond.ts';
import { rewriteExamplePrompt } from '../prompts/rewriteExample.ts';
import { rewriteSystemPromptPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { selectRewardsPrompt } from '../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, STATIC_ASPECTS } from '../state/aspects.ts';
import type { Example } from '../state/example.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { type Assumed, byRole, filler, REASONING, type Tokens } from './assumptions.ts';
import type { Given } from './planInput.ts';

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
    const { depth, fresh, rewrites: requests, kept, children } = level;
    const query = queries[level.query] ?? '';
    const versions = depth < 2 ? 0 : Math.min(history, reference ? depth : 1 + rewrites);
    const former = Array.from({ length: Math.round(versions) }, promptOf);
    const v = {
      prompt: promptOf(),
      query: queries[walk[depth - 1]?.query ?? 0] ?? '',
      response: filler(assumed.response),
      evaluation,
      history: former,
    };
    add('optimizer', requests, rewriteSystemPromptPrompt(v).length, 0);
    add('optimizer', choicesAsked(level), 0, assumed.reply.optimizer);
    const anew = depth === 0 ? 0 : (children - kept) / children;
    [rewritten, rewrites] = [1 - (1 - rewritten) * (1 - anew), rewrites + anew];
    const asked = { prompt: promptOf(), query, examples: (shots[level.query] ?? []).map(asRewritten) };
    add('base', children, baseLength(config, asked), assumed.response);
    const judged = { query, response: filler(assumed.response), rewards, reasoning, stage: 'prompt' as const };
    add('judge', children, judgePrompt(judged).length, assumed.reply.judge);
    const offered = selectRewardsPrompt({ query, aspects: ASPECTS, least: 2, most: 5 }).length;
    if (dynamic) add('reward', fresh, offered, assumed.reply.reward);
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

/** Adds what rewriting the examples takes, so many rounds of each. */
export function addStage1(
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
