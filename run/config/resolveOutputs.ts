import type { z } from 'zod';
import type { ResolvedModel } from '../../models/settings.ts';
import type { ModelsConfig } from '../../models/modelsConfig.ts';

interface OutputInput {
  preset: 'default' | 'reference';
  models: ModelsConfig;
  judge: { panel: ResolvedModel[] };
}

/** In the preset "reference" the output "auto" means text, and no other is possible, as in the authors' code. */
export function resolveOutputs<C extends OutputInput>(config: C, ctx: z.RefinementCtx): C {
  if (config.preset !== 'reference') return config;
  const toText = <M extends ResolvedModel>(model: M, path: (string | number)[]): M => {
    if (model.output === undefined) return model;
    if (model.output.startsWith('json_')) {
      const message = `expected "text", the only one of the preset "reference", got "${model.output}"; remove it, or use the preset "default"`;
      ctx.addIssue({ code: 'custom', path: [...path, 'output'], message });
    }
    return { ...model, output: 'text' };
  };
  const { reward, judge, optimizer, proofJudge } = config.models;
  const models = {
    ...config.models,
    reward: toText(reward, ['models', 'reward']),
    judge: toText(judge, ['models', 'judge']),
    optimizer: toText(optimizer, ['models', 'optimizer']),
    ...(proofJudge && { proofJudge: toText(proofJudge, ['models', 'proofJudge']) }),
  };
  const panel = config.judge.panel.map((model, i) => toText(model, ['judge', 'panel', i]));
  return { ...config, models, judge: { ...config.judge, panel } };
}
