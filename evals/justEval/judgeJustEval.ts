import type { RunnableConfig } from '@langchain/core/runnables';
import type { z } from 'zod';
import { askModel } from '../../nodes/askModel.ts';
import type { ModelStepOptions } from '../../nodes/modelQuestion.ts';
import { createJustEvalForm, renderJustEvalPrompt, type JudgeJustEvalVariables } from '../../prompts/judgeJustEval.ts';
import { listJsonValues } from '../../prompts/jsonValues.ts';
import type { ReadResult } from '../../prompts/reply.ts';
import { splitThoughts } from '../../prompts/thoughts.ts';
import { createJustEvalRewards, type JudgementMode } from './justEvalAspects.ts';
import { parseJudgement, type ParsedJudgement } from './parseJudgement.ts';
import { selectModePoints } from './records.ts';

/** A response to judge as just-eval does. */
export interface JudgementInput {
  query: string;
  response: string;
  mode: JudgementMode;
  /** Whether the request names the aspects in reverse order. */
  reversed?: boolean;
}

/** A judgement with the judge's reply, without its thoughts. `missing` names the aspects that could not be read. */
export interface JustEvalJudgement extends ParsedJudgement {
  result: string;
  missing?: string;
}

/** Judges one response. */
export type JudgeJustEval = (reads: JudgementInput, config?: RunnableConfig) => Promise<JustEvalJudgement>;

/** The judge's model, its prompt, and how often it may correct a reply. */
export type JudgeJustEvalOptions = ModelStepOptions<JudgeJustEvalVariables>;

/** Makes just-eval's judge: one call scores five aspects on regular instructions, or safety on safety ones. */
export function makeJudgeJustEval({ prompt = renderJustEvalPrompt, ...ask }: JudgeJustEvalOptions): JudgeJustEval {
  return async function judgeJustEval({ query, response, mode, reversed = false }, config) {
    const ordered = createJustEvalRewards(mode);
    const rewards = reversed ? ordered.toReversed() : ordered;
    const form = (chars: number): z.ZodType => createJustEvalForm(rewards, chars);
    let result = '';
    const read = (reply: string): ReadResult<string> => {
      result = splitThoughts(reply).answer;
      const { cutOff } = listJsonValues(reply);
      if (cutOff !== null) return { complaint: cutOff };
      const { points, notApplicable } = parseJudgement(reply);
      const { missing } = selectModePoints(points, notApplicable, mode);
      return missing === undefined ? { value: reply } : { complaint: missing };
    };
    const [reading] = await askModel({
      ...ask,
      step: 'judgeJustEval',
      text: prompt({ query, response, rewards }),
      read,
      form,
      formKey: `${mode} ${String(reversed)}`,
      config,
    });
    if (reading && 'value' in reading) return { result, ...parseJudgement(result) };
    const missing = reading?.complaint ?? 'no reply';
    return { result, ...parseJudgement(listJsonValues(result).cutOff === null ? result : null), missing };
  };
}
