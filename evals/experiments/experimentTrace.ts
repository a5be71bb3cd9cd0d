import { basename, extname } from 'node:path';
import type { Config } from '../../run/config/loadConfig.ts';
import type { ExperimentAbout } from '../langsmith/evaluations.ts';
import { modelAbout, nameOf } from '../../run/describeModel.ts';
import { provenance } from './provenance.ts';
import type { MethodAbout } from './resolveMethod.ts';

/** What LangSmith's data set is called where the config does not say: after the file of instructions, else after the set that stands in. */
export const dataSetName = (file: string | undefined, otherwise = 'just-eval-instruct'): string =>
  `drpo ${file === undefined ? otherwise : basename(file, extname(file))}`;

/** A method by its name and its prompt's hash, and what else is known of it. */
type MethodTold = Pick<MethodAbout, 'name' | 'prompt'> & Partial<MethodAbout>;

/** How an evaluation is told of in LangSmith: who answered, by which method, who judged, and what else decides the result. */
export function experimentAbout(config: Config, method: MethodTold, name?: string): ExperimentAbout {
  const { judgePrompt, seeds, versions } = provenance(config);
  const [base, judge] = [modelAbout(config.models.base), modelAbout(config.models.judge)];
  const title = name ?? `${nameOf(base)} ${method.name}`;
  const { name: methodName, ...rest } = method;
  return {
    title,
    description: `just-eval: ${nameOf(base)} with ${method.name}, judged by ${nameOf(judge)}`,
    metadata: {
      model: nameOf(base),
      judge: nameOf(judge),
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
