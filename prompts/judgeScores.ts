import { z } from 'zod';
import { computeExpectedScore, type DigitOdds } from '../state/digitOdds.ts';
import { isUnexplained, type Evaluation, type Score } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import { fence } from './fence.ts';
import {
  formatContext,
  formatExpected,
  formatToolCalls,
  JUDGE_INSTRUCTIONS,
  SCALE_RULES,
  type JudgeVariables,
} from './judge.ts';
import { joinSections, type PromptParts } from './promptParts.ts';
import { createEvaluationReader, type ReadResult } from './reply.ts';

/** The keys of a reply with scores alone, each on a line of its own. */
const formatScoreKeys = (rewards: readonly Reward[]): string =>
  `{\n${rewards.map(({ name }) => `  ${JSON.stringify(name)}: "..."`).join(',\n')}\n}`;

/** Asks for nothing but the scores of one response, one digit for each selected reward. */
export const renderJudgeScoresPrompt = ({
  query,
  response,
  toolCalls,
  expected,
  context = [],
  rewards,
  reasoning,
  stage,
  instructions,
  tone = 'stern',
}: JudgeVariables): PromptParts => ({
  rules: `\
${instructions ?? JUDGE_INSTRUCTIONS[tone][stage]}

You get aspects, a query and a response to it. For each aspect, ${SCALE_RULES}

Reply with one JSON object and nothing else.`,
  shared: joinSections(
    `Score the response on these aspects:\n${rewards.map((r) => `- ${r.name}: ${r.scoring}`).join('\n')}`,
    reasoning && `Why these aspects matter:\n${fence('reasoning', reasoning)}`,
    `The keys of the JSON object are exactly these aspects, and the values are the scores:\n${formatScoreKeys(rewards)}`,
    formatContext(context),
    fence('query', query),
    formatExpected(expected),
  ),
  fresh: `${formatToolCalls(toolCalls)}${fence('response', response)}\n\nReply with the JSON object alone.`,
});

/** The form of a reply with scores alone. */
export const createJudgeScoresForm = (rewards: readonly Reward[]): z.ZodType =>
  z.strictObject(Object.fromEntries(rewards.map(({ name }) => [name, z.int().min(1).max(5)])));

/** Tokens that a reply with scores alone needs at most: one for each character, and as many again for white space. */
export const countScoreTokens = (rewards: readonly Reward[]): number =>
  32 + 2 * rewards.reduce((sum, { name }) => sum + name.length + 6, 0);

/**
 * Reads a judge's reply, with each score as the mean over the odds of its digit. A score without odds is as it was written,
 * but if scores alone were asked for, it cannot be read without a rationale.
 */
export function readExpectedScores(
  rewards: readonly Reward[],
  text: string,
  digits: readonly DigitOdds[],
  areAlone = false,
): ReadResult<Evaluation> {
  const reading = createEvaluationReader(rewards)(text);
  if ('complaint' in reading) return reading;
  const scores = Object.entries(reading.value).map(([name, score]): [string, Score | undefined] => {
    const odds = digits.find(({ at }) => at === findScorePlace(text, name));
    if (odds) return [name, { ...score, score: computeExpectedScore(odds) }];
    return [name, areAlone && isUnexplained(score) ? undefined : score];
  });
  const value = Object.fromEntries(scores.flatMap(([name, score]) => (score ? [[name, score]] : [])));
  return scores.every(([, score]) => score) ? { value } : { complaint: 'the odds of a score were missing' };
}

/** The place of the digit that scores an aspect, in the last object that does; undefined if there is none. */
function findScorePlace(text: string, name: string): number | undefined {
  const key = JSON.stringify(name).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(`${key}\\s*:\\s*(?:\\{.*?"score"\\s*:\\s*)?"?([1-5])(?![\\d.])`, 'dgis');
  return [...text.matchAll(pattern)].at(-1)?.indices?.[1]?.[0];
}
