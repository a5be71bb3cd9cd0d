import { z } from 'zod';
import { averageOf } from '../justEval/aggregate.ts';
import { JUST_EVAL } from '../justEval/justEvalAspects.ts';
import { readJudged } from '../justEval/readJudgement.ts';
import { outputsHidden } from '../../run/tracing/hiddenTexts.ts';
import { idFrom } from '../../run/tracing/derivedIds.ts';
import type { Created } from '../../run/tracing/sentRun.ts';
import type { Feedback } from './outbox.ts';
import type { Tree } from './traceTrees.ts';

/** What is read of a record of just-eval at the end of its trace. */
const Ended = z.object({
  id: z.union([z.string(), z.number()]),
  instruction: z.string(),
  output: z.string(),
  judge: z.string(),
  parsed_result: z.unknown(),
  missing: z.string().optional(),
});

/** An evaluated instruction as a row of an experiment. */
export interface EvaluatedOne {
  id: string | number;
  inputs: { query: string };
  outputs: { response: string; missing?: string };
  /** Points by aspect with the judge's reasons, and the average of the five, 1 to 5. What was not measured has none. */
  feedbackOn(run: Created, experiment: string): Feedback[];
}

/** What a trace says of its instruction; null where it was cut off before there was a record. */
export function evaluatedIn([{ outputs, error }]: Tree): EvaluatedOne | null {
  const { data } = Ended.safeParse(outputs);
  if (!data || error !== undefined) return null;
  const { id, instruction, output, judge, missing } = data;
  return {
    id,
    inputs: { query: instruction },
    outputs: { response: output, ...(missing !== undefined && { missing }) },
    feedbackOn: ({ id: run_id = '' }, session_id) =>
      scoresIn(data.parsed_result).map((score) => ({
        // the same again where it is sent again
        id: idFrom(run_id, score.key),
        run_id,
        trace_id: run_id,
        session_id,
        ...score,
        feedback_source: { type: 'model', metadata: { judge } },
      })),
  };
}

function scoresIn(parsed: unknown): Pick<Feedback, 'key' | 'score' | 'value' | 'comment'>[] {
  const { points, reasons, notApplicable } = readJudged(parsed ?? {});
  const none = new Set(notApplicable);
  const remark = (reason: string | undefined) => (reason && !outputsHidden() ? { comment: reason } : {});
  const average = averageOf(points);
  return [
    ...JUST_EVAL.filter((key) => points[key] !== undefined).map((key) => ({
      key,
      score: points[key] ?? null,
      // just-eval counts as 5 what does not apply
      ...(none.has(key) && { value: 'N/A' }),
      ...remark(reasons[key]),
    })),
    ...(average === null ? [] : [{ key: 'average', score: average }]),
  ];
}
