import { z } from 'zod';
import { isFatal, getErrorMessage } from '../../state/failure.ts';
import type { Score } from '../../state/judgement.ts';
import type { Judge } from '../node.ts';

/** An evaluator of openevals, such as `createLLMAsJudge({ prompt: CONCISENESS_PROMPT, … })`, or any function of this shape. */
export type Evaluator = (evaluated: { inputs: string; outputs: string; referenceOutputs?: unknown }) => unknown;

/** Options of `fromEvaluator`. */
export interface FromEvaluatorOptions {
  /** The lowest and highest possible score, which become 1 and 5 points; 0 and 1 by default. `true` is the highest. */
  range?: readonly [lowest: number, highest: number];
  /** The expected output of a query, for evaluators that compare. */
  referenceOutputs?: (query: string) => unknown;
}

/**
 * Makes a judge of one or more evaluators. Each key is an aspect, and each comment is a remark for the optimizer.
 * The judgement is missing if an evaluator fails or returns a score outside the range. No budget and no cache of a run covers the evaluators' own calls.
 */
export function fromEvaluator(
  evaluators: Evaluator | readonly Evaluator[],
  { range = [0, 1], referenceOutputs }: FromEvaluatorOptions = {},
): Judge {
  const list = typeof evaluators === 'function' ? [evaluators] : evaluators;
  return async function judge({ query, response }) {
    const reference = referenceOutputs && { referenceOutputs: referenceOutputs(query) };
    try {
      const outputs = await Promise.all(
        list.map(async (evaluate) => evaluate({ inputs: query, outputs: response, ...reference })),
      );
      const verdicts = outputs.flatMap((output) => Verdicts.parse(output));
      return { evaluation: Object.fromEntries(verdicts.map((verdict) => [verdict.key, toScore(verdict, range)])) };
    } catch (error) {
      if (isFatal(error)) throw error;
      return { evaluation: {}, missing: error instanceof z.ZodError ? z.prettifyError(error) : getErrorMessage(error) };
    }
  };
}

/** Adds evaluators to a judge. Their keys are further aspects of every judgement, which is missing if any part is missing. */
export function withEvaluators(judge: Judge, ...evaluators: Parameters<typeof fromEvaluator>): Judge {
  const judgeByEvaluators = fromEvaluator(...evaluators);
  return async function judgeWithEvaluators(reads, config) {
    const [own, others] = await Promise.all([judge(reads, config), judgeByEvaluators(reads, config)]);
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
  [lowest, highest]: readonly [number, number],
): Score {
  const share = typeof score === 'boolean' ? Number(score) : (score - lowest) / (highest - lowest);
  if (share >= 0 && share <= 1) return { rationale: comment ?? '', score: 1 + 4 * share };
  throw new Error(
    `${key}: expected a score from ${lowest} to ${highest}, found ${String(score)}; set the evaluator's "range"`,
  );
}
