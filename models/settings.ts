import { z } from 'zod';

/** The four roles of language models. A budget covers these and no others. */
export const LANGUAGE_ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
export type LanguageRole = (typeof LANGUAGE_ROLES)[number];
/** All roles of models in a run. */
export const MODEL_ROLES = [...LANGUAGE_ROLES, 'embeddings'] as const;
export type Role = (typeof MODEL_ROLES)[number];

/** Calls in flight at the same time, over all roles. */
export const DEFAULT_CONCURRENCY = 16;
/** Tokens of a reply. */
export const DEFAULT_MAX_TOKENS = 2048;
export const DEFAULT_TIMEOUT_SECONDS = 600;
/** Attempts after the first. */
export const DEFAULT_MAX_RETRIES = 6;
/** The address of a model without `baseUrl`, if the environment variable OPENAI_BASE_URL names none. */
export const DEFAULT_OPENAI_URL = 'https://api.openai.com/v1';
/** The environment variable with the key for that address. */
export const DEFAULT_KEY_ENV = 'OPENAI_API_KEY';

const makeIntegerSchema = (least: number) => z.number().int().min(least);

/** An endpoint's address; a key in it would stand in the run's folder. */
const Address = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !URL.canParse(url) || new URL(url).password + new URL(url).username === '', {
    error:
      'expected an address without a user and a password (a key goes into an environment variable, which apiKeyEnv names)',
    params: { secret: true },
  });

/** A role's model as a config states it; what is left out is filled in by `ModelsConfig`. */
export const ModelSettings = z.strictObject({
  provider: z.enum(['openai', 'simulated']).optional(),
  model: z.string().min(1).optional(),
  baseUrl: Address.optional(),
  /** The environment variable that holds the key. */
  apiKeyEnv: z.string().min(1).optional(),
  api: z.enum(['chat', 'completions']).optional(),
  /** 0 to 2; null sends none, for models that refuse it. */
  temperature: z.number().min(0).max(2).nullable().optional(),
  /** 0 to 1; null sends none. */
  topP: z.number().min(0).max(1).nullable().optional(),
  /** Of a reply. */
  maxTokens: makeIntegerSchema(1).optional(),
  seed: makeIntegerSchema(0).optional(),
  timeoutSeconds: z.number().positive().optional(),
  /** Attempts after the first. */
  maxRetries: makeIntegerSchema(0).optional(),
  /** USD per million tokens. */
  price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
});
export type ModelSettings = z.infer<typeof ModelSettings>;

/** A role's model with everything filled in. */
export interface ResolvedModel extends ModelSettings {
  provider: 'openai' | 'simulated';
  api: 'chat' | 'completions';
  temperature: number | null;
  topP: number | null;
  maxTokens: number;
  timeoutSeconds: number;
  maxRetries: number;
}

/** How likeness of queries is told: by shared words (the default), or by an endpoint's embeddings. */
export const EmbeddingSettings = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('lexical') }),
  z.strictObject({
    provider: z.literal('openai'),
    model: z.string().min(1),
    baseUrl: Address.optional(),
    apiKeyEnv: z.string().min(1).optional(),
    timeoutSeconds: z.number().positive().default(DEFAULT_TIMEOUT_SECONDS),
    maxRetries: makeIntegerSchema(0).default(DEFAULT_MAX_RETRIES),
  }),
]);
export type EmbeddingSettings = z.infer<typeof EmbeddingSettings>;

/** A provider's name alone stands for its settings. */
const makeNameExpander =
  (provider: string, ...names: string[]) =>
  (given: unknown) =>
    typeof given === 'string' && names.includes(given) ? { provider } : given;
const RoleInput = z.preprocess(makeNameExpander('simulated', 'simulated'), ModelSettings);
const EmbeddingInput = z.preprocess(makeNameExpander('lexical', 'lexical', 'simulated'), EmbeddingSettings);

/** A further judge: as a role's model, but with nothing taken from the optimizer. */
export const JudgeSettings = RoleInput.transform((given, ctx) => {
  const resolved = resolveModel('judge', given, {});
  for (const [key, message] of listSettingIssues('judge', resolved))
    ctx.addIssue({ code: 'custom', path: [key], message });
  return resolved;
});

/** Decoding of each role (the reference's, algorithm.md). */
const DEFAULT_DECODING: Record<LanguageRole, { temperature: number; topP: number }> = {
  base: { temperature: 0, topP: 1 },
  reward: { temperature: 0, topP: 1 },
  judge: { temperature: 0, topP: 1 },
  optimizer: { temperature: 0.2, topP: 0.95 },
};

/**
 * The models of a run, role by role. A role without a model of its own takes the optimizer's endpoint, never its decoding;
 * nor its key where it names another address. Filled in twice it stays the same.
 */
export const ModelsConfig = z
  .strictObject({
    base: RoleInput.optional(),
    reward: RoleInput.optional(),
    judge: RoleInput.optional(),
    optimizer: RoleInput,
    embeddings: EmbeddingInput.default({ provider: 'lexical' }),
  })
  .transform((given, ctx) => {
    const { temperature: _, topP: __, ...endpoint } = given.optimizer;
    const of = (name: LanguageRole): ResolvedModel => {
      const resolved = resolveModel(name, given[name] ?? {}, endpoint);
      for (const [key, message] of listSettingIssues(name, resolved))
        ctx.addIssue({ code: 'custom', path: [name, key], message });
      return resolved;
    };
    return {
      base: of('base'),
      reward: of('reward'),
      judge: of('judge'),
      optimizer: of('optimizer'),
      embeddings: given.embeddings,
    };
  });
export type ModelsConfig = z.infer<typeof ModelsConfig>;

function resolveModel(name: LanguageRole, own: ModelSettings, optimizer: ModelSettings): ResolvedModel {
  const given = own.model === undefined && own.provider === undefined ? inheritOptimizer(own, optimizer, name) : own;
  const provider = given.provider ?? 'openai';
  const remote = provider === 'openai' && given.baseUrl === undefined ? { apiKeyEnv: DEFAULT_KEY_ENV } : {};
  const { api = 'chat', maxTokens = 2048, timeoutSeconds = 600, maxRetries = 6 } = given;
  const { temperature = DEFAULT_DECODING[name].temperature, topP = DEFAULT_DECODING[name].topP } = given;
  return { ...remote, ...given, provider, api, temperature, topP, maxTokens, timeoutSeconds, maxRetries };
}

function inheritOptimizer(own: ModelSettings, optimizer: ModelSettings, name: LanguageRole): ModelSettings {
  const { apiKeyEnv, api, ...rest } = optimizer;
  const elsewhere = own.baseUrl !== undefined && own.baseUrl !== optimizer.baseUrl;
  return {
    ...rest,
    ...(apiKeyEnv !== undefined && !elsewhere && { apiKeyEnv }),
    ...(api !== undefined && name === 'base' && { api }),
    ...own,
  };
}

function listSettingIssues(name: LanguageRole, { provider, model, api }: ResolvedModel): [string, string][] {
  const faults: [string, string][] = [];
  if (provider === 'openai' && model === undefined)
    faults.push(['model', 'expected the name of a model, or "simulated" for the role']);
  if (api === 'completions' && name !== 'base')
    faults.push(['api', 'expected "chat": only the base model can be asked for completions']);
  if (api === 'completions' && provider === 'simulated')
    faults.push(['api', 'expected "chat": the simulated models chat']);
  return faults;
}
