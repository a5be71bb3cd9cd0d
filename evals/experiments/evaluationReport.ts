import { describeModel, formatModelName, type ModelDescription } from '../../run/describeModel.ts';
import type { Session } from '../../run/session.ts';
import type { BiasReport } from '../bias/biasReport.ts';
import type { Instruction } from '../justEval/instructions.ts';
import {
  computeSummaryIntervals,
  summarizeJudgements,
  type JudgementSummary,
  type SummaryIntervals,
} from '../justEval/judgementSummary.ts';
import type { Overlap } from '../justEval/overlap.ts';
import { toScoredJudgement, type JustEvalRecord } from '../justEval/runJustEval.ts';
import { summarizeViews, type SummaryViews } from '../justEval/views.ts';
import { pickCosts, type EvaluationCosts } from './evaluationCosts.ts';
import { collectProvenance } from './collectProvenance.ts';
import type { MethodDescription } from './resolveMethod.ts';
import { summarizeTask, type TaskRecord, type TaskSummary } from './runTask.ts';

/** The result of an evaluation, as `result.json` in its folder: who judged whom, how, and with what result. */
export interface EvaluationReport extends JudgementSummary, EvaluationCosts {
  title: string;
  intervals: SummaryIntervals;
  views: SummaryViews;
  method: MethodDescription;
  models: { base: ModelDescription; judge: ModelDescription };
  provenance: Record<string, unknown>;
  /** Training queries that are also among the instructions. */
  leakage: Overlap[];
  /** Instructions to evaluate; `n` of them are evaluated, fewer if a budget or the user stopped it. */
  of: number;
  unanswered: number;
  /** Why the last of the missing judgements is missing; null if none is. */
  lastMissing: string | null;
  stoppedBy: 'budget' | 'interrupted' | null;
  /** On held-out queries of the user's task, if they were asked. */
  task?: TaskSummary;
  /** The judges' biases, if they were checked. */
  bias?: BiasReport;
  seconds: number;
  folder: string;
}

/** What an evaluation has finished, and what stopped it. */
export interface EvaluationProgress {
  records: JustEvalRecord[];
  stopped: EvaluationReport['stoppedBy'];
  seconds: number;
  task?: TaskRecord[];
  bias?: BiasReport;
}

/** Summarizes an evaluation. */
export function buildEvaluationReport(
  { config, gateway, folder }: Session,
  method: MethodDescription,
  instructions: readonly Instruction[],
  { records, stopped, seconds, task, bias }: EvaluationProgress,
  leakage: Overlap[],
): EvaluationReport {
  const scored = records.map(toScoredJudgement);
  const models = { base: describeModel(config.models.base), judge: describeModel(config.models.judge) };
  const simulated = Object.values(models).some(({ provider }) => provider === 'simulated');
  return {
    ...summarizeJudgements(scored),
    title: `just-eval: ${formatModelName(models.base)} with ${method.name}, judged by ${formatModelName(models.judge)}, ${records.length} of ${instructions.length} instructions${simulated ? ' (a simulation: no real model’s result)' : ''}`,
    intervals: computeSummaryIntervals(scored),
    views: summarizeViews(scored),
    method,
    models,
    provenance: collectProvenance(config),
    leakage,
    of: instructions.length,
    lastMissing: scored.findLast(({ missing }) => missing !== undefined)?.missing ?? null,
    unanswered: records.filter(({ result }) => result === null).length,
    stoppedBy: stopped,
    ...(task && { task: summarizeTask([task]) }),
    ...(bias && { bias }),
    ...pickCosts(gateway.getUsageTotals(), [config]),
    seconds,
    folder: folder.path,
  };
}
