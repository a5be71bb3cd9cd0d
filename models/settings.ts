import { z } from 'zod';
import { EMBEDDING_EXTRAS_SHAPE, EXTRAS_SHAPE, hasOwnAuthorization, VariableName } from './requestExtras.ts';
import type { RequestExtras } from './requestExtras.ts';
import { isCredential } from './credentials.ts';
import { PROVIDER_NAMES, isProviderName, type ProviderName } from './providers.ts';
import { isKeylessAddress } from './isKeylessAddress.ts';
import { type BudgetedRole, type LanguageRole } from './roles.ts';
import type { OutputMode } from './transport.ts';

/** Calls in flight at the same time, over all roles. */
export const DEFAULT_CONCURRENCY = 16;
/** Tokens of a reply. */
export const DEFAULT_MAX_TOKENS = 2048;
export const DEFAULT_TIMEOUT_SECONDS = 600;
/** The longest that a timer of Node waits, about 24.8 days. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
/** Attempts after the first. */
export const DEFAULT_MAX_RETRIES = 6;
/** The address of a model without `baseUrl`, if the environment variable OPENAI_BASE_URL names none. */
export const DEFAULT_OPENAI_URL = 'https://api.openai.com/v1';
/** The environment variable with the key for that address. */
export const DEFAULT_KEY_ENV = 'OPENAI_API_KEY';

const TimeoutSeconds = z
  .number()
  .positive()
  .max(Math.floor(MAX_TIMER_MS / 1000));
const makeIntegerSchema = (minimum: number) => z.number().int().min(minimum);

/** The address of an endpoint. It must hold no key, because the run's folder shows it. */
const Address = z
  .url({ protocol: /^https?$/, error: 'expected an address such as https://host/v1', abort: true })
  .refine(isKeylessAddress, {
    error:
      'expected an address without parameters, user, password and keys; put parameters into query, and name the environment variable of a key in apiKeyEnv or as { "env": NAME }',
    params: { secret: true },
  });

/** The name of a model. An address, or a key, in its place is not shown. */
const ModelName = z
  .string()
  .min(1)
  .refine((name) => !/:\/\/|[?&#][\w-]+=/.test(name) && !isCredential(name), {
    error: 'expected the name of a model; an address follows it as @http://… or stands in baseUrl, and holds no key',
    params: { secret: true },
  });

/** Who says the system prompt. "user": it stands before the first user message. */
const SystemRole = z.enum(['system', 'developer', 'user']);
export type SystemRole = z.infer<typeof SystemRole>;

/** A role's model as written in the config, before defaults. */
export interface ModelSettings extends RequestExtras {
  /**
   * A provider that LangChain's `initChatModel` knows, such as "anthropic". "langchain": a model object that the caller of
   * `optimize()` gives for the role. Default: openai.
   */
  provider?: 'openai' | 'simulated' | 'langchain' | ProviderName | undefined;
  /** Left out: the only model that the endpoint at `baseUrl` lists. */
  model?: string | undefined;
  /** The address of an endpoint without a key. Default: `OPENAI_BASE_URL`, else OpenAI's. */
  baseUrl?: string | undefined;
  /** The environment variable that holds the key. */
  apiKeyEnv?: string | undefined;
  /** "completions" is for a base model that does not chat. Default: chat. */
  api?: 'chat' | 'completions' | undefined;
  /** 0 to 2. Null sends none, for models that refuse it. Default: 0, but 0.2 for the optimizer. */
  temperature?: number | null | undefined;
  /** 0 to 1. Null sends none. Default: 1, but 0.95 for the optimizer. */
  topP?: number | null | undefined;
  /** Tokens of a reply, 1 or more. Null sends no limit. Default: 2048. */
  maxTokens?: number | null | undefined;
  /** Null sends none. Default: none. */
  seed?: number | null | undefined;
  /** Sent under the provider's name for it, such as "low". Default: none. */
  reasoningEffort?: string | undefined;
  /** Who says the system prompt; "user" puts it before the first user message. Default: system. */
  systemRole?: SystemRole | undefined;
  /** The form of replies; not for the base model. "auto" begins with a JSON schema. Default: auto, but text in `reference`. */
  output?: OutputMode | undefined;
  /** Until the whole answer has come, at most 2147483. Default: 600. */
  timeoutSeconds?: number | undefined;
  /** Attempts after the first, 0 or more. Default: 6. */
  maxRetries?: number | undefined;
  /** USD per million tokens. */
  price?: { input: number; cachedInput?: number | undefined; output: number } | undefined;
}

export const ModelSettings: z.ZodType<ModelSettings> = z.strictObject({
  provider: z.enum(['openai', 'simulated', 'langchain', ...PROVIDER_NAMES]).optional(),
  model: ModelName.optional(),
  baseUrl: Address.optional(),
  apiKeyEnv: VariableName.optional(),
  ...EXTRAS_SHAPE,
  api: z.enum(['chat', 'completions']).optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
  topP: z.number().min(0).max(1).nullable().optional(),
  maxTokens: makeIntegerSchema(1).nullable().optional(),
  seed: makeIntegerSchema(0).nullable().optional(),
  reasoningEffort: z.string().min(1).optional(),
  systemRole: SystemRole.optional(),
  output: z.enum(['auto', 'json_schema', 'json_object', 'text']).optional(),
  timeoutSeconds: TimeoutSeconds.optional(),
  maxRetries: makeIntegerSchema(0).optional(),
  price: z
    .strictObject({ input: z.number().min(0), cachedInput: z.number().min(0).optional(), output: z.number().min(0) })
    .optional(),
});

/** A role's model with all defaults. */
export interface ResolvedModel extends ModelSettings {
  provider: 'openai' | 'simulated' | 'langchain' | ProviderName;
  api: 'chat' | 'completions';
  temperature: number | null;
  topP: number | null;
  maxTokens: number | null;
  timeoutSeconds: number;
  maxRetries: number;
}

/** How the similarity of queries is measured: by shared words (the default), or by an endpoint's embeddings. */
export type EmbeddingSettings =
  | { provider: 'lexical' }
  | ({
      provider: 'openai';
      model: string;
      baseUrl?: string | undefined;
      apiKeyEnv?: string | undefined;
      timeoutSeconds: number;
      maxRetries: number;
    } & RequestExtras)
  | { provider: 'langchain'; model?: string | undefined; maxRetries: number };

export const EmbeddingSettings: z.ZodType<EmbeddingSettings> = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('lexical') }),
  z.strictObject({
    provider: z.literal('openai'),
    model: ModelName,
    baseUrl: Address.optional(),
    apiKeyEnv: VariableName.optional(),
    ...EMBEDDING_EXTRAS_SHAPE,
    timeoutSeconds: TimeoutSeconds.default(DEFAULT_TIMEOUT_SECONDS),
    maxRetries: makeIntegerSchema(0).default(DEFAULT_MAX_RETRIES),
  }),
  z.strictObject({
    provider: z.literal('langchain'),
    model: z.string().optional(),
    maxRetries: makeIntegerSchema(0).default(DEFAULT_MAX_RETRIES),
  }),
]);

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
  const output = role === 'base' || provider !== 'openai' ? {} : { output: merged.output ?? 'auto' };
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
  if (output?.startsWith('json') && role !== 'base' && provider !== 'openai')
    issues.push([
      'output',
      `expected "text", got "${output}"; drpo requests no form of a model of provider "${provider}"`,
    ]);
  if (api === 'completions' && role !== 'base')
    issues.push(['api', 'expected "chat", got "completions"; only models.base can use completions']);
  if (api === 'completions' && provider === 'simulated')
    issues.push(['api', 'expected "chat", got "completions"; the simulated models only chat']);
  if (api === 'completions' && isProviderName(provider))
    issues.push(['api', `expected "chat", got "completions"; the provider "${provider}" only chats`]);
  return issues;
}
