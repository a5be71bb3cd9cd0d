import { z } from 'zod';
import { computeRegularAverage } from '../justEval/judgementSummary.ts';
import { JUST_EVAL_ASPECTS } from '../justEval/justEvalAspects.ts';
import { parseJudgement } from '../justEval/parseJudgement.ts';
import { isHidingOutputs } from '../../run/tracing/isHiding.ts';
import { deriveId } from '../../run/tracing/deriveId.ts';
import type { LangSmithRun } from '../../run/tracing/sentRun.ts';
import type { RunFeedback } from './outbox.ts';
import type { TraceTree } from './treeClient.ts';

/** What is read of the just-eval record at the end of a trace. */
const EvaluationOutput = z.object({
  id: z.union([z.string(), z.number()]),
  instruction: z.string(),
  output: z.string(),
  judge: z.string(),
  parsed_result: z.unknown(),
  missing: z.string().optional(),
});

/** An evaluated instruction as a row of LangSmith's experiment. */
export interface EvaluatedInstruction {
  id: string | number;
  inputs: { query: string };
  outputs: { response: string; missing?: string };
  /** Makes scores of the measured aspects, with the judge's reasons, and of their average, 1 to 5. */
  makeFeedback(run: LangSmithRun, experiment: string): RunFeedback[];
}

/** Reads the evaluated instruction of a trace; null if the trace ended before there was a record. */
export function readEvaluatedInstruction([{ outputs, error }]: TraceTree): EvaluatedInstruction | null {
  const { data } = EvaluationOutput.safeParse(outputs);
  if (!data || error !== undefined) return null;
  const { id, instruction, output, judge, missing } = data;
  return {
    id,
    inputs: { query: instruction },
    outputs: { response: output, ...(missing !== undefined && { missing }) },
    makeFeedback: ({ id: run_id = '' }, session_id) =>
      toFeedbackScores(data.parsed_result).map((score) => ({
        // the same id if it is sent again
        id: deriveId(run_id, score.key),
        run_id,
        trace_id: run_id,
        session_id,
        ...score,
        feedback_source: { type: 'model', metadata: { judge } },
      })),
  };
}

function toFeedbackScores(parsed: unknown): Pick<RunFeedback, 'key' | 'score' | 'value' | 'comment'>[] {
  const { points, reasons, notApplicable } = parseJudgement(parsed ?? {});
  const toComment = (reason: string | undefined) => (reason && !isHidingOutputs() ? { comment: reason } : {});
  const average = computeRegularAverage(points);
  return [
    ...JUST_EVAL_ASPECTS.filter((key) => points[key] !== undefined).map((key) => ({
      key,
      score: points[key] ?? null,
      // just-eval counts 5 for an aspect that does not apply
      ...(notApplicable.includes(key) && { value: 'N/A' }),
      ...toComment(reasons[key]),
    })),
    ...(average === null ? [] : [{ key: 'average', score: average }]),
  ];
}
