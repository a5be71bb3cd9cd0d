import type { Config } from './config/loadConfig.ts';

/** Counts the calls of a judgement: every judge's samples. A judge that is named twice is called once. */
export const countJudges = ({ models, judge }: Pick<Config, 'models' | 'judge'>): number =>
  judge.samples * new Set([models.judge, ...judge.panel].map((one) => JSON.stringify(one))).size;
