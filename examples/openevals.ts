import { drpo, paperNodes, type Models } from '../index.ts'; // 'drpo' once installed
import { fromEvaluator, makeFixedRewards, withEvaluators, type Evaluator } from '../nodes/index.ts'; // 'drpo/nodes'

/** Evaluators of openevals, such as `createLLMAsJudge({ prompt: CONCISENESS_PROMPT, … })`, as the judge: each is an aspect. */
export const search = (models: Models, evaluators: readonly Evaluator[]) => {
  // which aspects count is the evaluators' affair: no model is asked for them
  const nodes = { ...paperNodes(models), selectRewards: makeFixedRewards(), judge: fromEvaluator(evaluators) };
  return drpo(nodes, { depth: 4, final: null });
};

/** An evaluator as one aspect more, beside those selected for each query. */
export const searchWith = (models: Models, evaluator: Evaluator) => {
  const nodes = paperNodes(models);
  return drpo({ ...nodes, judge: withEvaluators(nodes.judge, evaluator) }, { depth: 4, final: null });
};
