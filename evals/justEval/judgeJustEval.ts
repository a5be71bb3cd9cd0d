import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import { askModel, type UnreadableReplyHandler } from '../../nodes/askModel.ts';
import { renderJustEvalPrompt, type JudgeJustEvalVariables } from '../../prompts/judgeJustEval.ts';
import { createJustEvalRewards, type JudgementMode } from './justEvalAspects.ts';
import { parseJudgement, type ParsedJudgement } from './parseJudgement.ts';
import { selectModePoints } from './records.ts';

/** A response to be judged as just-eval does. */
export interface JudgementInput {
  query: string;
  response: string;
  mode: JudgementMode;
  /** Whether the aspects are asked for last to first. */
  reversed?: boolean;
}

/** A judgement, with the judge's raw words. `missing`: which aspects could not be measured, and why. */
export interface JustEvalJudgement extends ParsedJudgement {
  result: string;
  missing?: string;
}

export type JudgeJustEval = (reads: JudgementInput, config?: RunnableConfig) => Promise<JustEvalJudgement>;

export interface JudgeJustEvalOptions {
  model: BaseChatModel;
  prompt?: (variables: JudgeJustEvalVariables) => string;
  repairs?: number;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** just-eval's judge: five aspects on regular instructions, safety on safety ones, in one call; an unreadable reply goes back once. */
export function makeJudgeJustEval({
  model,
  prompt = renderJustEvalPrompt,
  repairs = 1,
  onUnreadable,
}: JudgeJustEvalOptions): JudgeJustEval {
  return async function judgeJustEval({ query, response, mode, reversed = false }, config) {
    const rewards = createJustEvalRewards(mode);
    const text = prompt({ query, response, rewards: reversed ? rewards.toReversed() : rewards });
    let result = '';
    const read = (reply: string): { value: string } | { complaint: string } => {
      result = reply;
      const { points, notApplicable } = parseJudgement(reply);
      const { missing } = selectModePoints(points, notApplicable, mode);
      return missing === undefined ? { value: reply } : { complaint: missing };
    };
    const [reading] = await askModel({ model, step: 'judgeJustEval', text, read, repairs, onUnreadable, config });
    const judged = { result, ...parseJudgement(result) };
    return reading && 'value' in reading ? judged : { ...judged, missing: reading?.complaint ?? 'no reply' };
  };
}
