import {
  summarizeJudgements,
  computeSummaryIntervals,
  type SummaryIntervals,
  type JudgementSummary,
} from '../justEval/judgementSummary.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { toScoredJudgement, type JustEvalRecord } from '../justEval/runJustEval.ts';
import type { BiasReport } from '../bias/biasReport.ts';
import type { Overlap } from '../justEval/overlap.ts';
import { summarizeViews, type SummaryViews } from '../justEval/views.ts';
import type { UsageTotals } from '../../models/index.ts';
import type { Session } from '../../run/session.ts';
import { describeModel, formatModelName, type ModelDescription } from '../../run/describeModel.ts';
import { collectProvenance } from './collectProvenance.ts';
import type { MethodDescription } from './resolveMethod.ts';

/** The result of an evaluation (`result.json` in its folder): who judged whom, how, and what came of it. */
export interface EvaluationReport extends JudgementSummary {
  title: string;
  intervals: SummaryIntervals;
  views: SummaryViews;
  method: MethodDescription;
  models: { base: ModelDescription; judge: ModelDescription };
  provenance: Record<string, unknown>;
  /** Training queries found among the instructions. */
  leakage: Overlap[];
  /** Instructions given; `n` are evaluated. Fewer where a budget or the user stopped it. */
  of: number;
  unanswered: number;
  stoppedBy: 'budget' | 'interrupted' | null;
  /** What the judges are biased by (`--bias`). */
  bias?: BiasReport;
  calls: UsageTotals['calls'];
  retries: UsageTotals['retries'];
  tokens: UsageTotals['tokens'];
  usd: number;
  seconds: number;
  folder: string;
}

/** What an evaluation has done, and what stopped it. */
export interface EvaluationProgress {
  records: JustEvalRecord[];
  stopped: 'budget' | 'interrupted' | null;
  seconds: number;
  bias?: BiasReport;
}

/** Sums an evaluation up. */
export function buildEvaluationReport(
  { config, gateway, folder }: Session,
  method: MethodDescription,
  instructions: readonly Instruction[],
  { records, stopped, seconds, bias }: EvaluationProgress,
  hits: Overlap[],
): EvaluationReport {
  const scored = records.map(toScoredJudgement);
  const { calls, retries, tokens, usd } = gateway.getUsageTotals();
  const models = { base: describeModel(config.models.base), judge: describeModel(config.models.judge) };
  const simulated = Object.values(models).some((m) => m.provider === 'simulated');
  return {
    ...summarizeJudgements(scored),
    title: `just-eval: ${formatModelName(models.base)} with ${method.name}, judged by ${formatModelName(models.judge)}, ${records.length} of ${instructions.length} instructions${simulated ? ' (a simulation: no real model’s result)' : ''}`,
    intervals: computeSummaryIntervals(scored),
    views: summarizeViews(scored),
    method,
    models,
    provenance: collectProvenance(config),
    leakage: hits,
    of: instructions.length,
    unanswered: records.filter((r) => r.result === null).length,
    stoppedBy: stopped,
    ...(bias && { bias }),
    calls,
    retries,
    tokens,
    usd,
    seconds,
    folder: folder.path,
  };
}
