import { basename, extname } from 'node:path';
import type { Config } from '../../run/config/loadConfig.ts';
import { describeModel, formatModelName } from '../../run/describeModel.ts';
import type { ExperimentDescription } from '../langsmith/evaluationTracker.ts';
import { collectProvenance } from './collectProvenance.ts';
import type { MethodDescription } from './resolveMethod.ts';

/** The default name of LangSmith's data set: after the file of instructions, else after the `fallback` set. */
export const formatDatasetName = (file: string | undefined, fallback = 'just-eval-instruct'): string =>
  `drpo ${file === undefined ? fallback : basename(file, extname(file))}`;

/** A method by its name and its prompt's hash, with whatever else is known of it. */
type MethodReference = Pick<MethodDescription, 'name' | 'prompt'> & Partial<MethodDescription>;

/** Describes an evaluation for LangSmith: who answered, by which method, who judged, and what else decides the result. */
export function describeTracedExperiment(
  config: Config,
  { name: method, ...methodDetails }: MethodReference,
  title?: string,
): ExperimentDescription {
  const { judgePrompt, seeds, versions } = collectProvenance(config);
  const [base, judge] = [describeModel(config.models.base), describeModel(config.models.judge)];
  const [baseName, judgeName] = [formatModelName(base), formatModelName(judge)];
  return {
    title: title ?? `${baseName} ${method}`,
    description: `just-eval: ${baseName} with ${method}, judged by ${judgeName}`,
    metadata: {
      model: baseName,
      judge: judgeName,
      method,
      ...methodDetails,
      base_decoding: base,
      judge_decoding: judge,
      judgePrompt,
      seeds,
      versions,
    },
  };
}
