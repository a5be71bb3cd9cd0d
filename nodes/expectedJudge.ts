import { countScoreTokens, readScoresAlone, renderJudgeScoresPrompt } from '../prompts/judgeScores.ts';
import { askModel, isOddsModel } from './askModel.ts';
import { makeJudge, type JudgeOptions } from './judge.ts';
import type { Judge } from './node.ts';

/**
 * Makes a judge that writes nothing but a digit for each aspect. A score is the mean over the digit's odds, and has no remark.
 * Without odds the judge is asked for points and remarks, as is that of an in-context example, which is always rewritten.
 */
export function makeExpectedJudge(options: Omit<JudgeOptions, 'prompt' | 'reader' | 'scoring'>): Judge {
  const judgeWithRemarks = makeJudge({ ...options, scoring: 'expected' });
  const { model, instructions, tone, sample = 0 } = options;
  return async function judge(reads, config) {
    const { rewards, stage } = reads;
    if (stage === 'example' || rewards.length === 0 || !isOddsModel(model)) return judgeWithRemarks(reads, config);
    const [reading] = await askModel({
      model,
      step: 'judge',
      text: renderJudgeScoresPrompt({ ...reads, instructions, tone }),
      read: (text, _, digits) => readScoresAlone(rewards, text, digits),
      odds: true,
      maxTokens: countScoreTokens(rewards),
      repairs: 0,
      sample,
      config,
    });
    return reading && 'value' in reading ? { evaluation: reading.value } : judgeWithRemarks(reads, config);
  };
}
