import type { Config } from './config/loadConfig.ts';
import { describeModel, formatModelName } from './describeModel.ts';

/** Names the models that judge a run's search, such as "gpt-4o + qwen". Null: checks alone count, which ask no model. */
export const describeJudge = ({
  models,
  judge,
  rewards,
}: Pick<Config, 'models' | 'judge' | 'rewards'>): string | null =>
  rewards.mode === 'checks'
    ? null
    : [models.judge, ...judge.panel].map((model) => formatModelName(describeModel(model))).join(' + ');
