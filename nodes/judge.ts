import {
  countJudgeTokens,
  createJudgeForm,
  renderJudgePrompt,
  type JudgeTone,
  type JudgeVariables,
} from '../prompts/judge.ts';
import { readExpectedScores } from '../prompts/judgeScores.ts';
import { createEvaluationReader, type ReplyReader } from '../prompts/reply.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import { askModel } from './askModel.ts';
import { getDigitOdds } from './getDigitOdds.ts';
import type { ModelStepOptions } from './modelQuestion.ts';
import type { Judge } from './node.ts';

/** Options of `makeJudge`. */
export interface JudgeOptions extends ModelStepOptions<JudgeVariables> {
  /** Reads a reply; tolerantly by default. */
  reader?: (rewards: readonly Reward[]) => ReplyReader<Evaluation>;
  /** The text that begins each request; drpo's own by default. */
  instructions?: string | undefined;
  /** How the judge is told to score, if there are no instructions. Default: stern. */
  tone?: JudgeTone | undefined;
  /** Which repeat of the same question this judge asks, from 0; 0 by default. */
  sample?: number;
  /** "expected": a score is the mean over the odds of its digit, if the model gives them. Default: points. */
  scoring?: 'points' | 'expected';
}

/** Makes the judge E: points and remarks on one response, in one call. An unreadable judgement is missing, with its reason. */
export function makeJudge({
  prompt = renderJudgePrompt,
  reader = createEvaluationReader,
  instructions,
  tone,
  sample = 0,
  scoring = 'points',
  ...ask
}: JudgeOptions): Judge {
  return async function judge(reads, config) {
    const odds = scoring === 'expected' && getDigitOdds(ask.model).mayBeAsked() ? 'within' : undefined;
    const readPoints = reader(reads.rewards);
    const [reading] = await askModel({
      ...ask,
      step: 'judge',
      text: prompt({ ...reads, instructions, tone }),
      read: (text, _, digits) => (odds ? readExpectedScores(reads.rewards, text, digits) : readPoints(text)),
      odds,
      ...(prompt === renderJudgePrompt && { maxTokens: countJudgeTokens(reads.rewards) }),
      form: (chars) => createJudgeForm(reads.rewards, chars),
      formKey: JSON.stringify(reads.rewards.map(({ name }) => name)),
      sample,
      config,
    });
    return reading && 'value' in reading
      ? { evaluation: reading.value }
      : { evaluation: {}, missing: reading?.complaint ?? 'no reply' };
  };
}
