import { JudgeSettings } from '../../models/modelsConfig.ts';
import type { Config } from '../config/loadConfig.ts';
import { parseModel } from '../config/parseModel.ts';
import { UserError } from '../config/userError.ts';

/** A run's config with another judge that proves. @throws UserError */
export function withProofJudge(config: Config, judge: string | undefined): Config {
  if (judge === undefined) return config;
  if (config.rewards.mode === 'checks')
    throw new UserError(
      '--judge: expected none for a run of rewards.mode "checks", which asks no judge, got a model; remove it',
    );
  const parsed = JudgeSettings.safeParse(parseModel(judge));
  if (!parsed.success) throw new UserError(parsed.error.issues.map(({ message }) => `--judge: ${message}`));
  return { ...config, models: { ...config.models, proofJudge: parsed.data } };
}
