import { drpo, makeFixedRewards, paperNodes, type Judge, type Models } from '../index.ts'; // 'drpo' once installed

/** An evaluator of openevals, such as `createLLMAsJudge({ prompt: CONCISENESS_PROMPT, … })`: true, false, or 0 to 1. */
export type Evaluator = (run: { inputs: string; outputs: string }) => Promise<Verdict>;
type Verdict = { key: string; score: number | boolean; comment?: string | undefined };

const points = ({ key, score, comment = '' }: Verdict) =>
  [key, { rationale: comment, score: 1 + 4 * Number(score) }] as const;

/** Evaluators as the judge: each is an aspect, its comment the remark the prompt is rewritten by. */
export const judgeOf =
  (evaluators: readonly Evaluator[]): Judge =>
  async ({ query, response }) => {
    try {
      const said = await Promise.all(evaluators.map((evaluate) => evaluate({ inputs: query, outputs: response })));
      return { evaluation: Object.fromEntries(said.map(points)) };
    } catch (error) {
      return { evaluation: {}, missing: String(error) };
    }
  };

/** Which aspects count is the evaluators' affair: no model is asked for them. */
export const search = (models: Models, evaluators: readonly Evaluator[]) => {
  const nodes = { ...paperNodes(models), selectRewards: makeFixedRewards(), judge: judgeOf(evaluators) };
  return drpo(nodes, { depth: 4, final: null });
};
