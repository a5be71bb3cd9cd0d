import {
  summarizeJudgements,
  computeSummaryIntervals,
  type SummaryIntervals,
  type JudgementSummary,
} from '../justEval/judgementSummary.ts';
import { compareRows, computeRowIntervals, type Comparison } from '../justEval/compareRows.ts';
import { listComparedPairs, type Experiment } from './experimentSchema.ts';
import type { Instruction } from '../justEval/instructions.ts';
import type { Overlap } from '../justEval/overlap.ts';
import { summarizeViews, type SummaryViews } from '../justEval/views.ts';
import type { UsageTotals } from '../../models/index.ts';
import { computeTrueQuality } from '../../models/simulated/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashText, describeModel, type ModelDescription } from '../../run/describeModel.ts';
import { collectProvenance } from './collectProvenance.ts';
import type { RowLandscapeSummaries } from './searchLandscapes.ts';
import { findLeakage } from './leakage.ts';
import type { RowRun } from './rowRunner.ts';

/** One row of an experiment's result, over all its searches. */
export interface RowOutcome extends JudgementSummary {
  name: string;
  labels: Record<string, string>;
  /** Searches done, of those wanted. */
  done: number;
  intervals: SummaryIntervals;
  /** Path values and prompt hashes of its searches. */
  values: (number | null)[];
  prompts: string[];
  asked: number;
  /** On simulated base models: the true quality of each search's prompt less the first prompt's, points of 5, examples aside. */
  truth?: number[];
  base: ModelDescription;
  views?: SummaryViews;
}

/** The result of an experiment. */
export interface ExperimentOutcome {
  title: string;
  simulated: boolean;
  instructions: number;
  seeds: number;
  rows: RowOutcome[];
  comparisons: Comparison[];
  leakage: Overlap[];
  /** Requests the rows would take one by one, and those really answered: the rest was shared. Null until every row is done. */
  saved: { asked: number; answered: number; share: number } | null;
  /** Where the truth is known by construction, and no model is asked; empty unless the table wants it. */
  landscapes: RowLandscapeSummaries[];
  stoppedBy: 'budget' | 'interrupted' | null;
  models: Record<'reward' | 'judge' | 'optimizer', ModelDescription>;
  provenance: Record<string, unknown>;
  calls: UsageTotals['calls'];
  retries: UsageTotals['retries'];
  tokens: UsageTotals['tokens'];
  usd: number;
  seconds: number;
  folder: string;
  /** The address of the server where the searches were made, if not here. */
  remote?: string | undefined;
}

export interface ExperimentRun {
  experiment: Experiment;
  config: Config;
  getRowConfig: (name: string) => Config;
  instructions: readonly Instruction[];
  runs: readonly RowRun[];
  tally: UsageTotals;
  /** The address of the server where the searches were made. */
  remote?: string | undefined;
  landscapes: RowLandscapeSummaries[];
  stoppedBy: ExperimentOutcome['stoppedBy'];
  seconds: number;
  folder: string;
}

/** Sums an experiment up: rows, and what of their differences is noise. */
export function buildExperimentOutcome({
  experiment,
  config,
  getRowConfig: configOf,
  instructions,
  runs,
  tally,
  ...rest
}: ExperimentRun): ExperimentOutcome {
  const { calls, retries, tokens, usd } = tally;
  const rows = experiment.rows.flatMap((row) => {
    const own = runs.filter((run) => run.row === row.name).toSorted((a, b) => a.seed - b.seed);
    return own.length === 0
      ? []
      : [buildRowOutcome(row.name, row.labels, own, configOf(row.name), experiment.categories)];
  });
  const whole = rows.filter((row) => row.done === experiment.seeds);
  const judgements = new Map(whole.map(({ name }) => [name, runs.filter((r) => r.row === name).map((r) => r.scored)]));
  const asked = rows.reduce((sum, row) => sum + row.asked, 0);
  const all = calls.base + calls.reward + calls.judge + calls.optimizer;
  const { reward, judge, optimizer } = config.models;
  return {
    title: experiment.title,
    simulated: rows.some((row) => row.base.provider === 'simulated') || judge.provider === 'simulated',
    instructions: instructions.length,
    seeds: experiment.seeds,
    rows,
    comparisons: compareRows(listComparedPairs(experiment), judgements),
    leakage: findLeakage(
      runs.flatMap((run) => run.trainingQueries),
      instructions,
    ),
    saved: whole.length < experiment.rows.length ? null : { asked, answered: all, share: asked ? 1 - all / asked : 0 },
    models: { reward: describeModel(reward), judge: describeModel(judge), optimizer: describeModel(optimizer) },
    provenance: collectProvenance(config),
    calls,
    retries,
    tokens,
    usd,
    ...rest,
  };
}

function buildRowOutcome(
  name: string,
  labels: Record<string, string>,
  runs: readonly RowRun[],
  config: Config,
  categories: boolean,
): RowOutcome {
  const scored = runs.flatMap((run) => run.scored);
  return {
    name,
    labels,
    done: runs.length,
    ...summarizeJudgements(scored),
    intervals: runs.length > 1 ? computeRowIntervals(runs.map((run) => run.scored)) : computeSummaryIntervals(scored),
    values: runs.map((run) => run.value),
    prompts: runs.map((run) => hashText(run.prompt)),
    asked: runs.reduce((sum, run) => sum + run.asked, 0),
    ...computeTruth(runs, config),
    base: describeModel(config.models.base),
    ...(categories && { views: summarizeViews(scored) }),
  };
}

/** What the simulation knows of the prompts: how much better they are than the first one. */
function computeTruth(runs: readonly RowRun[], { models, initialPrompt }: Config): { truth?: number[] } {
  if (models.base.provider !== 'simulated') return {};
  const { model: base = 'terse' } = models.base;
  const first = computeTrueQuality(initialPrompt, { base });
  return { truth: runs.map((run) => computeTrueQuality(run.prompt, { base }) - first) };
}
