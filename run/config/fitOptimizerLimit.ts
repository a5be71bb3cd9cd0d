import { DEFAULT_MAX_TOKENS } from '../../models/settings.ts';
import { estimateTokens } from '../../state/estimateTokens.ts';
import type { Config } from './configSchema.ts';
import { UserError } from './userError.ts';

/** A rewrite may be so many times as long as the first prompt before its reply is cut, besides what the optimizer says about it. */
const GROWTH = 1.5;
const REMARK_TOKENS = 512;

/**
 * Fits the optimizer's limit of tokens to the first prompt, which each of its replies holds whole. Where the config as it was written,
 * `raw`, names no limit, a long prompt raises it. The reference keeps its own. @throws UserError if a named limit would cut every rewrite
 */
export function fitOptimizerLimit(config: Config, raw: unknown): Config {
  const { preset, initialPrompt, models } = config;
  const { optimizer } = models;
  if (preset === 'reference' || optimizer.maxTokens === null) return config;
  const promptTokens = estimateTokens(initialPrompt);
  if (!isLimitNamed(raw)) {
    const maxTokens = Math.max(DEFAULT_MAX_TOKENS, Math.ceil(GROWTH * promptTokens) + REMARK_TOKENS);
    return { ...config, models: { ...models, optimizer: { ...optimizer, maxTokens } } };
  }
  if (promptTokens <= optimizer.maxTokens || optimizer.provider === 'simulated') return config;
  throw new UserError(
    `models.optimizer.maxTokens: expected at least ${promptTokens + REMARK_TOKENS}, because each rewrite is about as long as initialPrompt (about ${promptTokens} tokens), got ${optimizer.maxTokens}; raise it, or leave it out`,
  );
}

function isLimitNamed(raw: unknown): boolean {
  const models: unknown = Reflect.get(Object(raw), 'models');
  return Object.hasOwn(Object(Reflect.get(Object(models), 'optimizer')), 'maxTokens');
}
