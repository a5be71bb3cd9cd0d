import type { RunnableConfig } from '@langchain/core/runnables';
import { countScoreTokens, readScoresAlone, renderJudgeScoresPrompt } from '../prompts/judgeScores.ts';
import type { ReadResult } from '../prompts/reply.ts';
import type { Evaluation } from '../state/judgement.ts';
import { askModel } from './askModel.ts';
import { getDigitOdds } from './getDigitOdds.ts';
import { makeJudge, type JudgeOptions } from './judge.ts';
import type { Judge } from './node.ts';

/** Options of `makeExpectedJudge`. */
export type ExpectedJudgeOptions = Omit<JudgeOptions, 'prompt' | 'reader' | 'scoring'>;

/**
 * Makes a judge that writes nothing but a digit for each aspect. A score is the mean over the digit's odds, and has no remark.
 * Without odds the judge is asked for points and remarks, as is that of an in-context example, which is always rewritten.
 */
export function makeExpectedJudge(options: ExpectedJudgeOptions): Judge {
  const judgeWithRemarks = makeJudge({ ...options, scoring: 'expected' });
  const askForDigits = makeDigitQuestion(options);
  return async function judge(reads, config) {
    const reading =
      reads.stage === 'example' || reads.rewards.length === 0 ? undefined : await askForDigits(reads, config);
    return reading && 'value' in reading ? { evaluation: reading.value } : judgeWithRemarks(reads, config);
  };
}

/** Requests for the first digits, corrections included, after which a judge that wrote something else is asked for none. */
const MAX_FIRST_REQUESTS = 3;

/**
 * Makes the question for digits. The first one of a run is asked alone and corrected twice, so that what a judge is asked
 * for later depends neither on the order of its replies nor on a kill. Undefined: the judge is not asked for digits.
 */
function makeDigitQuestion({ model, instructions, tone, sample = 0 }: ExpectedJudgeOptions) {
  const odds = getDigitOdds(model);
  let isRead = false;
  let first: Promise<unknown> | undefined;
  const ask = async (
    reads: Parameters<Judge>[0],
    config: RunnableConfig | undefined,
    requests: number,
  ): Promise<ReadResult<Evaluation> | undefined> => {
    let replies = 0;
    const [reading] = await askModel({
      model,
      step: 'judge',
      text: renderJudgeScoresPrompt({ ...reads, instructions, tone }),
      read: (text, _, digits) => readScoresAlone(reads.rewards, text, digits),
      odds: 'alone',
      maxTokens: countScoreTokens(reads.rewards),
      repairs: requests - 1,
      onUnreadable: (event) => (replies = event.replies.length),
      sample,
      config,
    });
    isRead ||= reading !== undefined && 'value' in reading;
    if (!isRead && replies === MAX_FIRST_REQUESTS) odds.leaveOut();
    return reading;
  };
  return async (...[reads, config]: Parameters<Judge>): Promise<ReadResult<Evaluation> | undefined> => {
    if (first) await first;
    if (!odds.areGiven()) return undefined;
    if (isRead || odds.wereGiven()) return ask(reads, config, 1);
    const asked = ask(reads, config, MAX_FIRST_REQUESTS);
    first = asked.catch(() => undefined);
    return asked;
  };
}
