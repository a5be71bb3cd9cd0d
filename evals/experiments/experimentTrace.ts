import { basename, extname } from 'node:path';
import type { Config } from '../../run/config/loadConfig.ts';
import type { ExperimentDescription } from '../langsmith/evaluationTracker.ts';
import { describeModel, formatModelName } from '../../run/describeModel.ts';
import { collectProvenance } from './collectProvenance.ts';
import type { MethodDescription } from './resolveMethod.ts';

/** What LangSmith's data set is called where the config does not say: after the file of instructions, else after the set that stands in. */
export const formatDatasetName = (file: string | undefined, otherwise = 'just-eval-instruct'): string =>
  `drpo ${file === undefined ? otherwise : basename(file, extname(file))}`;

/** A method by its name and its prompt's hash, and what else is known of it. */
type MethodReference = Pick<MethodDescription, 'name' | 'prompt'> & Partial<MethodDescription>;

/** How an evaluation is told of in LangSmith: who answered, by which method, who judged, and what else decides the result. */
export function describeTracedExperiment(
  config: Config,
  method: MethodReference,
  name?: string,
): ExperimentDescription {
  const { judgePrompt, seeds, versions } = collectProvenance(config);
  const [base, judge] = [describeModel(config.models.base), describeModel(config.models.judge)];
  const title = name ?? `${formatModelName(base)} ${method.name}`;
  const { name: methodName, ...rest } = method;
  return {
    title,
    description: `just-eval: ${formatModelName(base)} with ${method.name}, judged by ${formatModelName(judge)}`,
    metadata: {
      model: formatModelName(base),
      judge: formatModelName(judge),
      method: methodName,
      ...rest,
      base_decoding: base,
      judge_decoding: judge,
      judgePrompt,
      seeds,
      versions,
    },
  };
}
