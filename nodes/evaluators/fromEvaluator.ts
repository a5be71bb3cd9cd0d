import { z } from 'zod';
import { isFatal, getErrorMessage } from '../../state/failure.ts';
import type { Score } from '../../state/judgement.ts';
import type { Judge } from '../node.ts';

/** An evaluator of openevals, such as `createLLMAsJudge({ prompt: CONCISENESS_PROMPT, … })`; any function of this shape. */
export type Evaluator = (evaluated: { inputs: string; outputs: string; referenceOutputs?: unknown }) => unknown;

export interface FromEvaluatorOptions {
  /** The least and the greatest score there is; mapped in a straight line onto 1 and 5. Default 0 and 1; true is the greatest. */
  range?: readonly [least: number, greatest: number];
  /** What is hoped for of a query, for evaluators that compare. */
  referenceOutputs?: (query: string) => unknown;
}

/**
 * One or more evaluators as the judge: each key is an aspect, each comment the remark the prompt is rewritten by. Missing where
 * one of them fails or gives a score outside the range. Their models' calls are their own: no budget or store of a run sees them.
 */
export function fromEvaluator(
  evaluators: Evaluator | readonly Evaluator[],
  { range = [0, 1], referenceOutputs }: FromEvaluatorOptions = {},
): Judge {
  const list = typeof evaluators === 'function' ? [evaluators] : evaluators;
  return async function judge({ query, response }) {
    const reference = referenceOutputs && { referenceOutputs: referenceOutputs(query) };
    try {
      const said = await Promise.all(list.map(async (one) => one({ inputs: query, outputs: response, ...reference })));
      const verdicts = said.flatMap((one) => Verdicts.parse(one));
      return { evaluation: Object.fromEntries(verdicts.map((verdict) => [verdict.key, toScore(verdict, range)])) };
    } catch (error) {
      if (isFatal(error)) throw error;
      return { evaluation: {}, missing: error instanceof z.ZodError ? z.prettifyError(error) : getErrorMessage(error) };
    }
  };
}

/** A judge and evaluators beside it: their keys are further aspects of every judgement. Missing where any of them is. */
export function withEvaluators(judge: Judge, ...given: Parameters<typeof fromEvaluator>): Judge {
  const beside = fromEvaluator(...given);
  return async function judgeBeside(reads, config) {
    const [own, others] = await Promise.all([judge(reads, config), beside(reads, config)]);
    const missing = own.missing ?? others.missing;
    return missing === undefined
      ? { evaluation: { ...own.evaluation, ...others.evaluation } }
      : { evaluation: {}, missing };
  };
}

const VerdictEntry = z.object({
  key: z.string().min(1),
  score: z.union([z.number(), z.boolean()]),
  comment: z.string().nullish(),
});
/** A verdict, a list of them, or LangSmith's `{ results }`. */
const Verdicts = z.union([
  VerdictEntry.transform((one) => [one]),
  z.array(VerdictEntry),
  z.object({ results: z.array(VerdictEntry) }).transform(({ results }) => results),
]);

function toScore(
  { key, score, comment }: z.infer<typeof VerdictEntry>,
  [least, greatest]: readonly [number, number],
): Score {
  const part = typeof score === 'boolean' ? Number(score) : (score - least) / (greatest - least);
  if (part >= 0 && part <= 1) return { rationale: comment ?? '', score: 1 + 4 * part };
  throw new Error(
    `${key}: expected a score from ${least} to ${greatest}, got ${String(score)}; tell the evaluator's range`,
  );
}
