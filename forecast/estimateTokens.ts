import { countRequestedRewrites } from './calls.ts';
import type { Walk } from './walk.ts';
import { renderJudgePrompt } from '../prompts/judge.ts';
import { toChatTurns, toPlainParts, type RespondVariables, toSplitTurns } from '../prompts/respond.ts';
import { renderRewriteExamplePrompt } from '../prompts/rewriteExample.ts';
import { renderRewriteSystemPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { renderSelectRewardsPrompt } from '../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, STATIC_ASPECT_NAMES } from '../state/aspects.ts';
import type { Example } from '../state/example.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { type Assumptions, mapRoles, makeFiller, REASONING_SHARE, type RoleTokens } from './assumptions.ts';
import type { PlanInput } from './planInput.ts';

/** Every text is rendered as it will be, on this config's queries and examples, with fillers for what models are yet to write. */
export function forecastTokens(
  { config, queries, examplesByQuery: shots }: PlanInput,
  walk: Walk,
  assumed: Assumptions,
): RoleTokens {
  const tokens = mapRoles(() => ({ input: 0, output: 0 }));
  const add = (role: keyof RoleTokens, count: number, input: number, output: number): void => {
    tokens[role].input += (count * input) / 4;
    tokens[role].output += (count * output) / 4;
  };
  const { historyLength } = config.search;
  const asRewritten = (e: Example): Example =>
    config.examples.rewrite ? { ...e, answer: makeFiller(assumed.example) } : e;
  const reference = config.preset === 'reference';
  const dynamic = config.rewards.mode === 'dynamic';
  const rewards = dynamic ? pickRewards(Math.round(assumed.aspects)) : makeFixedRewards(config.rewards.criteria);
  const evaluation = makeEvaluation(rewards, assumed);
  const reasoning = dynamic ? makeFiller(REASONING_SHARE * assumed.reply.reward) : '';
  // of the prompts at a level: how many were ever rewritten, and how often on average
  let [rewritten, rewrites] = [0, 0];
  const promptOf = (): string => makeFiller(config.initialPrompt.length * (1 - rewritten) + assumed.prompt * rewritten);
  for (const level of walk) {
    const { depth, freshProbability: fresh, rewrites: requests, kept, children } = level;
    const query = queries[level.queryIndex] ?? '';
    const versions = depth < 2 ? 0 : Math.min(historyLength, reference ? depth : 1 + rewrites);
    const former = Array.from({ length: Math.round(versions) }, promptOf);
    const v = {
      prompt: promptOf(),
      query: queries[walk[depth - 1]?.queryIndex ?? 0] ?? '',
      response: makeFiller(assumed.response),
      evaluation,
      history: former,
    };
    add('optimizer', requests, renderRewriteSystemPrompt(v).length, 0);
    add('optimizer', countRequestedRewrites(level), 0, assumed.reply.optimizer);
    const anew = depth === 0 ? 0 : (children - kept) / children;
    [rewritten, rewrites] = [1 - (1 - rewritten) * (1 - anew), rewrites + anew];
    const asked = { prompt: promptOf(), query, examples: (shots[level.queryIndex] ?? []).map(asRewritten) };
    add('base', children, countBasePromptChars(config, asked), assumed.response);
    const judged = { query, response: makeFiller(assumed.response), rewards, reasoning, stage: 'prompt' as const };
    add('judge', children, renderJudgePrompt(judged).length, assumed.reply.judge);
    const offered = renderSelectRewardsPrompt({ query, aspects: ASPECTS, least: 2, most: 5 }).length;
    if (dynamic) add('reward', fresh, offered, assumed.reply.reward);
  }
  return tokens;
}

function countBasePromptChars({ preset, models }: Config, asked: RespondVariables): number {
  if (models.base.api === 'completions') return toPlainParts(asked).head.length + toPlainParts(asked).tail.length;
  return (preset === 'reference' ? toSplitTurns : toChatTurns)(asked).reduce((n, turn) => n + turn.content.length, 0);
}

type Rewards = { name: string; scoring: string }[];
const pickRewards = (count: number): Rewards => ASPECTS.slice(0, count).map(({ name, scoring }) => ({ name, scoring }));
const makeFixedRewards = (names: readonly string[]): Rewards =>
  (names.length ? names : STATIC_ASPECT_NAMES).map((name) => ({
    name,
    scoring: ASPECTS.find((a) => a.name === name)?.scoring ?? makeFiller(120),
  }));
const makeEvaluation = (rewards: Rewards, { rationale }: Assumptions): Evaluation =>
  Object.fromEntries(rewards.map(({ name }) => [name, { rationale: makeFiller(rationale), score: 4 }]));

/** Adds what rewriting the examples takes, so many rounds of each. */
export function addStage1Tokens(
  tokens: RoleTokens,
  examples: readonly Example[],
  rounds: number,
  { reply, aspects, ...assumed }: Assumptions,
): void {
  const rewards = pickRewards(Math.round(aspects));
  const evaluation = makeEvaluation(rewards, { ...assumed, reply, aspects });
  for (const { query, answer } of examples) {
    const response = makeFiller((answer.length + rounds * assumed.example) / (rounds + 1));
    const judged = {
      query,
      response,
      rewards,
      reasoning: makeFiller(REASONING_SHARE * reply.reward),
      stage: 'example' as const,
    };
    tokens.reward.input += renderSelectRewardsPrompt({ query, aspects: EXAMPLE_ASPECTS, least: 3, most: 6 }).length / 4;
    tokens.reward.output += reply.reward / 4;
    tokens.judge.input += ((rounds + 1) * renderJudgePrompt(judged).length) / 4;
    tokens.judge.output += ((rounds + 1) * reply.judge) / 4;
    tokens.optimizer.input += (rounds * renderRewriteExamplePrompt({ query, response, evaluation }).length) / 4;
    tokens.optimizer.output += (rounds * (assumed.example + reply.optimizer - assumed.prompt)) / 4;
  }
}
