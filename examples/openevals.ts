import { drpo, paperNodes, type Models } from '../index.ts'; // 'drpo' once installed
import { fromEvaluator, makeFixedRewards, withEvaluators, type Evaluator } from '../nodes/index.ts'; // 'drpo/nodes'

/** Evaluators of openevals as the judge, such as `createLLMAsJudge({ prompt: CONCISENESS_PROMPT, … })`. Each is an aspect. */
export const search = (models: Models, evaluators: readonly Evaluator[]) => {
  // the evaluators are the aspects, so no model selects any
  const nodes = { ...paperNodes(models), selectRewards: makeFixedRewards(), judge: fromEvaluator(evaluators) };
  return drpo(nodes, { depth: 4, final: null });
};

/** An evaluator as another aspect besides those that are selected for each query. */
export const searchWith = (models: Models, evaluator: Evaluator) => {
  const nodes = paperNodes(models);
  return drpo({ ...nodes, judge: withEvaluators(nodes.judge, evaluator) }, { depth: 4, final: null });
};
