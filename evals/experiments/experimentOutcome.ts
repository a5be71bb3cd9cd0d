import { aggregate, intervalsOf, type Intervals, type Summary } from '../justEval/aggregate.ts';
import { compared, rowIntervals, type Comparison } from '../justEval/compareRows.ts';
import { pairsOf, type Experiment } from './experimentSchema.ts';
import type { Instruction } from '../justEval/instructions.ts';
import type { Hit } from '../justEval/overlap.ts';
import { viewsOf, type Views } from '../justEval/views.ts';
import type { Tally } from '../../models/index.ts';
import { trueQuality } from '../../models/simulated/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashOf, modelAbout, type ModelAbout } from '../../run/describeModel.ts';
import { provenance } from './provenance.ts';
import type { RowOnLandscapes } from './runOnLandscapes.ts';
import { leakage } from './leakage.ts';
import type { RowRun } from './experimentRows.ts';

/** One row of an experiment's result, over all its searches. */
export interface RowOutcome extends Summary {
  name: string;
  labels: Record<string, string>;
  /** Searches done, of those wanted. */
  done: number;
  intervals: Intervals;
  /** Path values and prompt hashes of its searches. */
  values: (number | null)[];
  prompts: string[];
  asked: number;
  /** On simulated base models: the true quality of each search's prompt less the first prompt's, points of 5, examples aside. */
  truth?: number[];
  base: ModelAbout;
  views?: Views;
}

/** The result of an experiment. */
export interface Outcome {
  title: string;
  simulated: boolean;
  instructions: number;
  seeds: number;
  rows: RowOutcome[];
  comparisons: Comparison[];
  leakage: Hit[];
  /** Requests the rows would take one by one, and those really answered: the rest was shared. Null until every row is done. */
  saved: { asked: number; answered: number; share: number } | null;
  /** Where the truth is known by construction, and no model is asked; empty unless the table wants it. */
  landscapes: RowOnLandscapes[];
  stoppedBy: 'budget' | 'interrupted' | null;
  models: Record<'reward' | 'judge' | 'optimizer', ModelAbout>;
  provenance: Record<string, unknown>;
  calls: Tally['calls'];
  retries: Tally['retries'];
  tokens: Tally['tokens'];
  usd: number;
  seconds: number;
  folder: string;
  /** The address of the server where the searches were made, if not here. */
  remote?: string | undefined;
}

export interface Ran {
  experiment: Experiment;
  config: Config;
  configOf: (name: string) => Config;
  instructions: readonly Instruction[];
  runs: readonly RowRun[];
  tally: Tally;
  /** The address of the server where the searches were made. */
  remote?: string | undefined;
  landscapes: RowOnLandscapes[];
  stoppedBy: Outcome['stoppedBy'];
  seconds: number;
  folder: string;
}

/** Sums an experiment up: rows, and what of their differences is noise. */
export function outcomeOf({ experiment, config, configOf, instructions, runs, tally, ...rest }: Ran): Outcome {
  const { calls, retries, tokens, usd } = tally;
  const rows = experiment.rows.flatMap((row) => {
    const own = runs.filter((run) => run.row === row.name).toSorted((a, b) => a.seed - b.seed);
    return own.length === 0 ? [] : [rowOutcome(row.name, row.labels, own, configOf(row.name), experiment.categories)];
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
    comparisons: compared(pairsOf(experiment), judgements),
    leakage: leakage(
      runs.flatMap((run) => run.training),
      instructions,
    ),
    saved: whole.length < experiment.rows.length ? null : { asked, answered: all, share: asked ? 1 - all / asked : 0 },
    models: { reward: modelAbout(reward), judge: modelAbout(judge), optimizer: modelAbout(optimizer) },
    provenance: provenance(config),
    calls,
    retries,
    tokens,
    usd,
    ...rest,
  };
}

function rowOutcome(
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
    ...aggregate(scored),
    intervals: runs.length > 1 ? rowIntervals(runs.map((run) => run.scored)) : intervalsOf(scored),
    values: runs.map((run) => run.value),
    prompts: runs.map((run) => hashOf(run.prompt)),
    asked: runs.reduce((sum, run) => sum + run.asked, 0),
    ...truthOf(runs, config),
    base: modelAbout(config.models.base),
    ...(categories && { views: viewsOf(scored) }),
  };
}

/** What the simulation knows of the prompts: how much better they are than the first one. */
function truthOf(runs: readonly RowRun[], { models, initialPrompt }: Config): { truth?: number[] } {
  if (models.base.provider !== 'simulated') return {};
  const { model: base = 'terse' } = models.base;
  const first = trueQuality(initialPrompt, { base });
  return { truth: runs.map((run) => trueQuality(run.prompt, { base }) - first) };
}
