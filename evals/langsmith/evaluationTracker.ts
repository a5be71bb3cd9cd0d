import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import type { RunTrace } from '../../run/tracing/traceRun.ts';
import type { Instruction } from '../justEval/instructions.ts';

/** An evaluation as an experiment of LangSmith. */
export interface ExperimentDescription {
  /** The name; a suffix makes it unique. */
  title: string;
  description: string;
  metadata: Record<string, unknown>;
}

/** Sends evaluations over the same instructions to LangSmith, as experiments on one data set that can be compared there. */
export interface EvaluationTracker {
  /** Opens an evaluation's experiment; a continued evaluation has the same one again. */
  openExperiment(description: ExperimentDescription, config: Config): RunTrace['config'];
  /** Waits for pending traces as long as LangSmith accepts them, and 3 seconds more; reports how many were sent. */
  flush(): Promise<string[]>;
}

/** What is evaluated, and the name of its data set. */
export interface TrackedEvaluation {
  config: Config;
  folder: RunFolder;
  instructions: readonly Instruction[];
  dataSet: string;
}
