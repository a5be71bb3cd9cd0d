import type { Config } from './config/loadConfig.ts';
import { describeModel, formatModelName } from './describeModel.ts';

type JudgedConfig = Pick<Config, 'models' | 'judge' | 'rewards'>;

/** Names the model that judges a run's proof: `models.proofJudge`, else those that judge its search. Null: checks alone count. */
export const describeProofJudge = (config: JudgedConfig): string | null =>
  config.models.proofJudge && config.rewards.mode !== 'checks'
    ? formatModelName(describeModel(config.models.proofJudge))
    : describeJudge(config);

/** Names the models that judge a run's search, such as "gpt-4o + qwen". Null: checks alone count, which ask no model. */
export const describeJudge = ({ models, judge, rewards }: JudgedConfig): string | null =>
  rewards.mode === 'checks'
    ? null
    : [models.judge, ...judge.panel].map((model) => formatModelName(describeModel(model))).join(' + ');
