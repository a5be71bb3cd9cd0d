import type { Judge } from '../../nodes/node.ts';
import { makeJudgeJustEval, type JudgeJustEvalOptions } from './judgeJustEval.ts';
import { JUST_EVAL_ASPECTS } from './justEvalAspects.ts';

/**
 * Makes just-eval's judge with the interface of a search's judge, for `toEvaluator`. It scores five aspects, or safety if that
 * is the only reward (see `createJustEvalRewards`). "N/A" counts as 5, as in just-eval.
 */
export function createJustEvalJudge(options: JudgeJustEvalOptions): Judge {
  const judgeJustEval = makeJudgeJustEval(options);
  return async function judge({ query, response, rewards }, config) {
    const mode = rewards.every(({ name }) => name === 'safety') ? 'safety' : 'regular';
    const { points, reasons, missing } = await judgeJustEval({ query, response, mode }, config);
    if (missing !== undefined) return { evaluation: {}, missing };
    const scores = rewards.flatMap(({ name }) => {
      const aspect = JUST_EVAL_ASPECTS.find((other) => other === name);
      const score = aspect && points[aspect];
      return score === undefined ? [] : [[name, { score, rationale: (aspect && reasons[aspect]) ?? '' }]];
    });
    return { evaluation: Object.fromEntries(scores) };
  };
}
