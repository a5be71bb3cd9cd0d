import { computeTrueQuality } from '../../models/simulated/index.ts';
import type { UsageTotals } from '../../models/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { describeModel, hashText, type ModelDescription } from '../../run/describeModel.ts';
import { compareRows, computeRowIntervals, type Comparison } from '../justEval/compareRows.ts';
import type { Instruction } from '../justEval/instructions.ts';
import {
  computeSummaryIntervals,
  summarizeJudgements,
  type JudgementSummary,
  type SummaryIntervals,
} from '../justEval/judgementSummary.ts';
import type { Overlap } from '../justEval/overlap.ts';
import { summarizeViews, type SummaryViews } from '../justEval/views.ts';
import { pickCosts, type EvaluationCosts } from './evaluationCosts.ts';
import { collectProvenance } from './collectProvenance.ts';
import { listComparedPairs, type Experiment, type ExperimentRow } from './experimentSchema.ts';
import { findLeakage } from './leakage.ts';
import type { RowRun } from './rowRunner.ts';
import { mapTaskRewards, summarizeTask, type TaskSummary } from './runTask.ts';
import type { RowLandscapeSummaries } from './searchLandscapes.ts';

/** The result of one row, over all its searches. */
export interface RowOutcome extends JudgementSummary {
  name: string;
  labels: Record<string, string>;
  /** Finished searches. */
  done: number;
  intervals: SummaryIntervals;
  /** Path values, 1 to 5, and prompt hashes of its searches. */
  values: (number | null)[];
  prompts: string[];
  /** Requests that this row alone would take. */
  requests: number;
  /** On a simulated base model: the true quality of each search's prompt minus the first prompt's, in points of 5, without examples. */
  truth?: number[];
  base: ModelDescription;
  views?: SummaryViews;
  /** On the queries of the user's task; left out without one. */
  task?: TaskSummary;
}

/** A label of a row; undefined if the row has none of this name. */
export const getLabel = (labels: RowOutcome['labels'], name: string): string | undefined =>
  Object.hasOwn(labels, name) ? labels[name] : undefined;

/** The result of an experiment, as `result.json` in its folder. */
export interface ExperimentOutcome extends EvaluationCosts {
  title: string;
  simulated: boolean;
  /** Held-out instructions. */
  instructions: number;
  /** Held-out queries of the user's task; 0 without one. */
  taskQueries: number;
  /** Searches of each row. */
  seeds: number;
  rows: RowOutcome[];
  comparisons: Comparison[];
  /** Training queries that are also among the instructions. */
  leakage: Overlap[];
  /** Requests that the rows would take one by one, those that were answered, and the share that sharing saved (0 to 1). Null until every row is done. */
  saved: { requests: number; answered: number; share: number } | null;
  /** Results where the truth is known by construction and no model is asked; empty unless the table wants them. */
  landscapes: RowLandscapeSummaries[];
  stoppedBy: 'budget' | 'interrupted' | null;
  models: Record<'reward' | 'judge' | 'optimizer', ModelDescription>;
  provenance: Record<string, unknown>;
  seconds: number;
  folder: string;
  /** The address of the server that searched the rows, if there was one. */
  remote?: string | undefined;
}

/** What an experiment measured, before it is summarized. */
export interface ExperimentRun extends Pick<
  ExperimentOutcome,
  'landscapes' | 'stoppedBy' | 'seconds' | 'folder' | 'remote'
> {
  experiment: Experiment;
  config: Config;
  getRowConfig: (row: string) => Config;
  instructions: readonly Instruction[];
  /** In the order of rows and seeds, since searches of the same seed are compared. */
  runs: readonly RowRun[];
  usage: UsageTotals;
}

/** Summarizes an experiment: its rows, and which of their differences are more than noise. */
export function buildExperimentOutcome({
  experiment,
  config,
  getRowConfig,
  instructions,
  runs,
  usage,
  ...rest
}: ExperimentRun): ExperimentOutcome {
  const rows = experiment.rows.flatMap((row) => {
    const rowRuns = runs.filter((run) => run.row === row.name);
    return rowRuns.length ? [buildRowOutcome(row, rowRuns, getRowConfig(row.name), experiment.categories)] : [];
  });
  const finished = rows.filter((row) => row.done === experiment.seeds);
  const judgements = new Map(
    finished.map(({ name }) => [name, runs.filter((run) => run.row === name).map((run) => run.scored)]),
  );
  const { reward, judge, optimizer } = config.models;
  return {
    title: experiment.title,
    simulated: [...rows.map((row) => row.base), judge].some(({ provider }) => provider === 'simulated'),
    instructions: instructions.length,
    taskQueries: runs[0]?.task?.length ?? 0,
    seeds: experiment.seeds,
    rows,
    comparisons: compareRows(listComparedPairs(experiment), judgements, ['average'], mapTask(finished, runs)),
    leakage: findLeakage(
      runs.flatMap((run) => run.trainingQueries),
      instructions,
    ),
    saved: finished.length < experiment.rows.length ? null : computeSavings(rows, usage.calls),
    models: { reward: describeModel(reward), judge: describeModel(judge), optimizer: describeModel(optimizer) },
    provenance: collectProvenance(config),
    ...pickCosts(usage, [config, ...experiment.rows.map(({ name }) => getRowConfig(name))]),
    ...rest,
  };
}

/** The rewards of each row on the user's task, by search and query; undefined without a task. */
const mapTask = (
  rows: readonly RowOutcome[],
  runs: readonly RowRun[],
): Map<string, Map<string, number>[]> | undefined =>
  runs[0]?.task === undefined
    ? undefined
    : new Map(
        rows.map(({ name }) => [
          name,
          runs.filter(({ row }) => row === name).map(({ task = [] }) => mapTaskRewards(task)),
        ]),
      );

function computeSavings(rows: readonly RowOutcome[], calls: UsageTotals['calls']): ExperimentOutcome['saved'] {
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const answered = calls.base + calls.reward + calls.judge + calls.optimizer;
  return { requests, answered, share: requests ? 1 - answered / requests : 0 };
}

function buildRowOutcome(
  { name, labels }: ExperimentRow,
  runs: readonly RowRun[],
  config: Config,
  hasViews: boolean,
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
    requests: runs.reduce((sum, run) => sum + run.requests, 0),
    ...computeTruth(runs, config),
    base: describeModel(config.models.base),
    ...(hasViews && { views: summarizeViews(scored) }),
    ...(runs.every(({ task }) => task) && { task: summarizeTask(runs.map(({ task = [] }) => task)) }),
  };
}

/** How much better the prompts are than the first one, if the base model is simulated. */
function computeTruth(runs: readonly RowRun[], { models: { base }, initialPrompt }: Config): Pick<RowOutcome, 'truth'> {
  if (base.provider !== 'simulated') return {};
  const { model = 'terse' } = base;
  const first = computeTrueQuality(initialPrompt, { base: model });
  return { truth: runs.map((run) => computeTrueQuality(run.prompt, { base: model }) - first) };
}
