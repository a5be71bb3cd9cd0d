import { z } from 'zod';
import { isProviderName } from './providers.ts';
import { hasOwnAuthorization } from './requestExtras.ts';
import type { BudgetedRole, LanguageRole } from './roles.ts';
import {
  DEFAULT_KEY_ENV,
  DEFAULT_MAX_RETRIES,
  DEFAULT_MAX_TOKENS,
  DEFAULT_TIMEOUT_SECONDS,
  EmbeddingSettings,
  ModelSettings,
  type ResolvedModel,
} from './settings.ts';

/** Makes a provider's name short for its settings. */
const makeNameExpander =
  (provider: string, ...names: string[]) =>
  (input: unknown) =>
    typeof input === 'string' && names.includes(input) ? { provider } : input;
const RoleInput = z.preprocess(makeNameExpander('simulated', 'simulated'), ModelSettings);
const EmbeddingInput = z.preprocess(makeNameExpander('lexical', 'lexical', 'simulated'), EmbeddingSettings);

/** One more judge: like a role's model, but it takes nothing from the optimizer. */
export const JudgeSettings: z.ZodType<ResolvedModel> = RoleInput.transform((input, ctx) => {
  const resolved = resolveModel('judge', input, {});
  for (const [key, message] of listSettingIssues('judge', resolved))
    ctx.addIssue({ code: 'custom', path: [key], message });
  return resolved;
});

/** The sampling of each role, as in the paper's code. */
const DEFAULT_DECODING: Record<BudgetedRole, { temperature: number; topP: number }> = {
  base: { temperature: 0, topP: 1 },
  reward: { temperature: 0, topP: 1 },
  judge: { temperature: 0, topP: 1 },
  proofJudge: { temperature: 0, topP: 1 },
  optimizer: { temperature: 0.2, topP: 0.95 },
};

/** The models of a run by role, with all defaults. Without a `proofJudge`, the judge judges the proof. */
export type ModelsConfig = Record<LanguageRole, ResolvedModel> & {
  proofJudge?: ResolvedModel;
  embeddings: EmbeddingSettings;
};

/**
 * The models of a run by role. A role without a model uses the optimizer's endpoint with its own sampling settings. It uses
 * the optimizer's key only for the same address. Idempotent.
 */
export const ModelsConfig: z.ZodType<ModelsConfig> = z
  .strictObject({
    base: RoleInput.optional(),
    reward: RoleInput.optional(),
    judge: RoleInput.optional(),
    optimizer: RoleInput,
    proofJudge: RoleInput.optional(),
    embeddings: EmbeddingInput.default({ provider: 'lexical' }),
  })
  .transform((input, ctx) => {
    const { temperature: _, topP: __, ...endpoint } = input.optimizer;
    const resolveRole = (role: BudgetedRole): ResolvedModel => {
      const resolved = resolveModel(role, input[role] ?? {}, endpoint);
      for (const [key, message] of listSettingIssues(role, resolved))
        ctx.addIssue({ code: 'custom', path: [role, key], message });
      return resolved;
    };
    return {
      base: resolveRole('base'),
      reward: resolveRole('reward'),
      judge: resolveRole('judge'),
      optimizer: resolveRole('optimizer'),
      ...(input.proofJudge && { proofJudge: resolveRole('proofJudge') }),
      embeddings: input.embeddings,
    };
  });

function resolveModel(role: BudgetedRole, settings: ModelSettings, optimizer: ModelSettings): ResolvedModel {
  const isElsewhere = settings.baseUrl !== undefined && settings.baseUrl !== optimizer.baseUrl;
  const hasModel = settings.model !== undefined || settings.provider !== undefined || isElsewhere;
  const merged = hasModel ? settings : inheritOptimizer(role, settings, optimizer);
  const {
    provider = 'openai',
    api = 'chat',
    temperature = DEFAULT_DECODING[role].temperature,
    topP = DEFAULT_DECODING[role].topP,
    maxTokens = DEFAULT_MAX_TOKENS,
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    maxRetries = DEFAULT_MAX_RETRIES,
  } = merged;
  const needsKey = provider === 'openai' && merged.baseUrl === undefined && !hasOwnAuthorization(merged.headers);
  const key = needsKey ? { apiKeyEnv: DEFAULT_KEY_ENV } : {};
  const output = role === 'base' || provider === 'simulated' ? {} : { output: merged.output ?? 'auto' };
  return { ...key, ...merged, ...output, provider, api, temperature, topP, maxTokens, timeoutSeconds, maxRetries };
}

function inheritOptimizer(role: BudgetedRole, settings: ModelSettings, optimizer: ModelSettings): ModelSettings {
  const { apiKeyEnv, headers, query, api, output, ...rest } = optimizer;
  return {
    ...rest,
    ...(apiKeyEnv && { apiKeyEnv }),
    ...(headers && { headers }),
    ...(query && { query }),
    ...(api !== undefined && role === 'base' && { api }),
    ...(output !== undefined && role !== 'base' && { output }),
    ...settings,
  };
}

/** Settings of requests over the network, which no other model has. */
const REQUEST_SETTINGS = ['extraBody', 'headers', 'query', 'reasoningEffort', 'systemRole'] as const;

function listSettingIssues(role: BudgetedRole, settings: ResolvedModel): [string, string][] {
  const { provider, model, baseUrl, api, apiKeyEnv, headers, output } = settings;
  const issues: [string, string][] = [];
  for (const key of REQUEST_SETTINGS.filter((name) => settings[name] !== undefined))
    if (provider === 'simulated' || provider === 'langchain')
      issues.push([key, `expected nothing, got a value; it has no effect on a model of provider "${provider}"`]);
    else if (api === 'completions' && (key === 'reasoningEffort' || key === 'systemRole'))
      issues.push([key, 'expected nothing, got a value; it has no effect with "completions"']);
  if (apiKeyEnv !== undefined && hasOwnAuthorization(headers))
    issues.push(['apiKeyEnv', 'expected nothing, got a name; the header Authorization holds the key already']);
  if (model === undefined && (isProviderName(provider) || (provider === 'openai' && baseUrl === undefined)))
    issues.push(['model', 'expected the name of a model, got none; name one, or set the role to "simulated"']);
  if (output !== undefined && role === 'base')
    issues.push(['output', `expected none for the base model, got "${output}"; its answers are texts, so remove it`]);
  if (output?.startsWith('json') && role !== 'base' && provider === 'simulated')
    issues.push(['output', `expected "text", got "${output}"; drpo requests no form of a simulated model`]);
  if (api === 'completions' && role !== 'base')
    issues.push(['api', 'expected "chat", got "completions"; only models.base can use completions']);
  if (api === 'completions' && provider === 'simulated')
    issues.push(['api', 'expected "chat", got "completions"; the simulated models only chat']);
  if (api === 'completions' && isProviderName(provider))
    issues.push(['api', `expected "chat", got "completions"; the provider "${provider}" only chats`]);
  return issues;
}
