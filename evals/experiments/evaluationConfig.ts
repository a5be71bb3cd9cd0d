import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import { hasSetting, type ConfigSources } from '../../run/config/readRawConfig.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { MethodChoice } from './resolveMethod.ts';

/**
 * The config of an evaluation. If a run's prompt is evaluated, the run's config is the default, and preset and choice of examples stay the run's.
 * @throws UserError if the config or the run's folder cannot be used
 */
export function loadEvaluationConfig(sources: ConfigSources, { method, run }: MethodChoice): Config {
  if (method !== 'drpo' || run === undefined) return loadConfig(sources);
  const folder = RunFolder.openExisting(run);
  folder.readJson('config.json'); // refused if it is damaged
  const file = folder.file('config.json');
  const runConfig = loadConfig({ ...sources, file, set: [] });
  const config = loadConfig({ ...sources, file: sources.file ?? file });
  const pick = (key: 'k' | 'choose') => (hasSetting(sources.set, `examples.${key}`) ? config : runConfig).examples;
  const examples = { ...config.examples, k: pick('k').k, choose: pick('choose').choose };
  return { ...config, preset: runConfig.preset, examples };
}

/** The config of the judges to check for bias; a judge alone is enough. Null if the sources name no model. @throws UserError */
export function loadJudgeConfig(sources: ConfigSources): Config | null {
  const { file, roles: { optimizer, judge } = {}, set = [] } = sources;
  const isNamed = [file, optimizer, judge].some((name) => name !== undefined);
  if (!isNamed && !set.some((text) => /^(models|judge)\./.test(text))) return null;
  const isAlone = file === undefined && optimizer === undefined && judge !== undefined;
  return loadConfig(isAlone ? { ...sources, roles: { ...sources.roles, optimizer: judge } } : sources);
}
