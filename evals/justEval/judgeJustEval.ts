import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import { ask, type OnUnreadable } from '../../nodes/askModel.ts';
import { judgeJustEvalPrompt } from '../../prompts/judgeJustEval.ts';
import { scoringOf, type Mode } from './justEvalAspects.ts';
import { readJudged, type Judged } from './readJudgement.ts';
import { counted } from './records.ts';

/** A response to be judged as just-eval does. */
export interface Judging {
  query: string;
  response: string;
  mode: Mode;
  /** Whether the aspects are asked for last to first. */
  reversed?: boolean;
}

/** A judgement, with the judge's raw words. `missing`: which aspects could not be measured, and why. */
export interface Judgement extends Judged {
  result: string;
  missing?: string;
}

export type JudgeJustEval = (reads: Judging, config?: RunnableConfig) => Promise<Judgement>;

export interface JudgeJustEvalOptions {
  model: BaseChatModel;
  prompt?: typeof judgeJustEvalPrompt;
  repairs?: number;
  onUnreadable?: OnUnreadable | undefined;
}

/** just-eval's judge: five aspects on regular instructions, safety on safety ones, in one call; an unreadable reply goes back once. */
export function makeJudgeJustEval({
  model,
  prompt = judgeJustEvalPrompt,
  repairs = 1,
  onUnreadable,
}: JudgeJustEvalOptions): JudgeJustEval {
  return async function judgeJustEval({ query, response, mode, reversed = false }, config) {
    const rewards = scoringOf(mode);
    const text = prompt({ query, response, rewards: reversed ? rewards.toReversed() : rewards });
    let result = '';
    const read = (reply: string): { value: string } | { complaint: string } => {
      result = reply;
      const { points, notApplicable } = readJudged(reply);
      const { missing } = counted(points, notApplicable, mode);
      return missing === undefined ? { value: reply } : { complaint: missing };
    };
    const [reading] = await ask({ model, step: 'judgeJustEval', text, read, repairs, onUnreadable, config });
    const judged = { result, ...readJudged(result) };
    return reading && 'value' in reading ? judged : { ...judged, missing: reading?.complaint ?? 'no reply' };
  };
}
