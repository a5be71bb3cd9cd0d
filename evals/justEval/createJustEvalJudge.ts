import type { Judge } from '../../nodes/node.ts';
import { makeJudgeJustEval, type JudgeJustEvalOptions } from './judgeJustEval.ts';

/**
 * just-eval's judge in the shape of the search's, for `asEvaluator`: five aspects, or safety where that alone is among the rewards
 * (`scoringOf('regular')`, `scoringOf('safety')`). "N/A" counts as 5, as in just-eval. A judgement not read whole is missing.
 */
export function createJustEvalJudge(options: JudgeJustEvalOptions): Judge {
  const judgeJustEval = makeJudgeJustEval(options);
  return async function judge({ query, response, rewards }, config) {
    const mode = rewards.every(({ name }) => name === 'safety') ? 'safety' : 'regular';
    const { points, reasons, missing } = await judgeJustEval({ query, response, mode }, config);
    if (missing !== undefined) return { evaluation: {}, missing };
    const scores = rewards.flatMap(({ name }) => {
      const found = Object.entries(points).find(([aspect]) => aspect === name);
      return found
        ? [[name, { score: found[1], rationale: Object.entries(reasons).find(([a]) => a === name)?.[1] ?? '' }]]
        : [];
    });
    return { evaluation: Object.fromEntries(scores) };
  };
}
