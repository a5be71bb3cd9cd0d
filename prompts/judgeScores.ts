import { computeExpectedScore, type DigitOdds } from '../state/digitOdds.ts';
import { isUnexplained, type Evaluation, type Score } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import { arrangeJudgeParts, SCALE_RULES, type JudgeVariables } from './judge.ts';
import type { PromptParts } from './promptParts.ts';
import { createEvaluationReader, type ReadResult } from './reply.ts';

/** Asks for nothing but the scores of one response, one digit for each selected reward. */
export function renderJudgeScoresPrompt(variables: JudgeVariables): PromptParts {
  const names = variables.rewards.map(({ name }) => name);
  return arrangeJudgeParts(variables, {
    rules: `\
For each aspect, ${SCALE_RULES}

Reply with one digit for each aspect, in the order of the aspects, with spaces between them, and nothing else.`,
    reply: `Reply with ${names.length === 1 ? 'one digit' : `${names.length} digits`} from 1 to 5, one for each of: ${names.join(', ')}.`,
  });
}

/** Tokens that a reply with scores alone needs at most: a digit and a space for each aspect, with room to spare. */
export const countScoreTokens = (rewards: readonly Reward[]): number => 16 + 4 * rewards.length;

/** The places of the scores of a text, from 0, in the order of the aspects; undefined if it has another number. */
const listScorePlaces = (text: string, rewards: readonly Reward[]): number[] | undefined => {
  // the 5 of "4/5" is no score
  const plain = text.replaceAll(/\/\s*5\b/g, (scale) => ' '.repeat(scale.length));
  const numbers = [...plain.matchAll(/\d+(?:\.\d+)?/g)];
  if (!numbers.every(([number]) => /^[1-5]$/.test(number))) return undefined;
  const places = numbers.map(({ index }) => index);
  const names = rewards.map(({ name }) => plain.toLowerCase().indexOf(name.toLowerCase()));
  if (names.every((at) => at < 0)) return places;
  // a digit that a name introduces is that aspect's, whatever the order
  const own = names.map((at) => (at < 0 ? -1 : (places.find((place) => place > at) ?? -1)));
  return own.includes(-1) || new Set(own).size < own.length ? undefined : own;
};

/**
 * Reads a reply with a digit for each aspect, in their order. Each score is the mean over the digit's odds, so it cannot be read
 * without them. A reply with points and rationales is read as that.
 */
export function readScoresAlone(
  rewards: readonly Reward[],
  text: string,
  digits: readonly DigitOdds[],
): ReadResult<Evaluation> {
  const explained = readExplained(rewards, text, digits);
  const places = listScorePlaces(text, rewards);
  if ('value' in explained || places?.length !== rewards.length) return explained;
  const scores = rewards.map(({ name }, i): [string, Score] | undefined => {
    const odds = digits.find(({ at }) => at === places[i]);
    return odds && [name, { rationale: '', score: computeExpectedScore(odds) }];
  });
  const read = scores.flatMap((score) => (score ? [score] : []));
  return read.length === rewards.length ? { value: Object.fromEntries(read) } : { complaint: 'the odds were missing' };
}

/** A reply with rationales, though none were asked for. */
function readExplained(...[rewards, text, digits]: Parameters<typeof readExpectedScores>): ReadResult<Evaluation> {
  const reading = readExpectedScores(rewards, text, digits);
  const isExplained = 'value' in reading && !Object.values(reading.value).some(isUnexplained);
  return isExplained ? reading : { complaint: `expected ${rewards.length} digits from 1 to 5` };
}

/** Reads a judge's reply, with each score as the mean over the odds of its digit. One without odds is as it was written. */
export function readExpectedScores(
  rewards: readonly Reward[],
  text: string,
  digits: readonly DigitOdds[],
): ReadResult<Evaluation> {
  const reading = createEvaluationReader(rewards)(text);
  if ('complaint' in reading) return reading;
  const scores = Object.entries(reading.value).map(([name, score]) => {
    const place = findScorePlace(text, name);
    const odds = digits.find(({ at }) => at === place);
    return [name, odds ? { ...score, score: computeExpectedScore(odds) } : score];
  });
  return { value: Object.fromEntries(scores) };
}

/** What stands before the score in an aspect's own object. */
const BEFORE_SCORE = String.raw`\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*?"score"\s*:\s*`;

/** The place of the digit that scores an aspect, in the last object that does; undefined if there is none. */
function findScorePlace(text: string, name: string): number | undefined {
  const key = JSON.stringify(name).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const findAfter = (before: string): number | undefined =>
    [...text.matchAll(new RegExp(String.raw`${key}\s*:\s*${before}"?([1-5])(?:\.0+)?(?![\d.])`, 'dgis'))].at(-1)
      ?.indices?.[1]?.[0];
  // in its own object first: an aspect may be called "score"
  return findAfter(BEFORE_SCORE) ?? findAfter('');
}
