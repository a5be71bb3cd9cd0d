import type { OpenAISettings } from './openai/openaiSettings.ts';
import { ModelsConfigError } from './errors.ts';
import type { Gateway } from './gateway/gateway.ts';
import { toChatTransport } from './langchain/langchainTransports.ts';
import type { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
import type { ManagedChatModel, ManagedLLM } from './langchain/managedModels.ts';
import { createOpenAIChat, createOpenAICompletions, createOpenAIEmbeddings } from './openai/openaiTransports.ts';
import { MODEL_ROLES, type LanguageRole } from './roles.ts';
import {
  DEFAULT_KEY_ENV,
  DEFAULT_OPENAI_URL,
  type EmbeddingSettings,
  type ModelsConfig,
  type ResolvedModel,
} from './settings.ts';
import { createSimulatedModel, type SimulatedChatModel, type SimulatedSettings } from './simulated/index.ts';
import type { Transport } from './transport.ts';
import { getErrorMessage } from '../state/failure.ts';

/** The models of a run by role. */
export interface RunModels {
  base: ManagedChatModel | ManagedLLM;
  reward: ManagedChatModel;
  judge: ManagedChatModel;
  optimizer: ManagedChatModel;
  /** Left out if similarity is measured by shared words. */
  embeddings?: ManagedEmbeddings;
}

export interface CreateModelsOptions {
  gateway: Gateway;
  /** The environment variables: keys, and OPENAI_BASE_URL for models without `baseUrl`. */
  env: Readonly<Record<string, string | undefined>>;
}

/** Creates the models of a config behind one gateway. @throws ModelsConfigError that lists each environment variable without a key */
export function createModels(config: ModelsConfig, { gateway, env }: CreateModelsOptions): RunModels {
  const missingKeys = MODEL_ROLES.flatMap((role) => listMissingKeys(`models.${role}`, config[role], env));
  if (missingKeys.length) throw new ModelsConfigError(missingKeys);
  const chat = (role: LanguageRole): ManagedChatModel =>
    gateway.manage(role, createChatTransport(role, config[role], env), config[role]);
  return {
    base:
      config.base.api === 'completions'
        ? gateway.manage('base', createOpenAICompletions(resolveEndpoint(config.base, env)), config.base)
        : chat('base'),
    reward: chat('reward'),
    judge: chat('judge'),
    optimizer: chat('optimizer'),
    ...(config.embeddings.provider === 'openai' && {
      embeddings: gateway.manage(
        'embeddings',
        createOpenAIEmbeddings(resolveEndpoint(config.embeddings, env)),
        config.embeddings,
      ),
    }),
  };
}

/** Creates the judges beside `models.judge`, with the same role. @throws ModelsConfigError that lists each environment variable without a key */
export function createJudges(
  settings: readonly ResolvedModel[],
  { gateway, env }: CreateModelsOptions,
): ManagedChatModel[] {
  const missingKeys = settings.flatMap((judge, i) => listMissingKeys(`judge.panel.${i}`, judge, env));
  if (missingKeys.length) throw new ModelsConfigError(missingKeys);
  return settings.map((judge) => gateway.manage('judge', createChatTransport('judge', judge, env), judge));
}

function createChatTransport(
  role: LanguageRole,
  settings: ResolvedModel,
  env: CreateModelsOptions['env'],
): Transport & { kind: 'chat' } {
  if (settings.provider === 'openai') return createOpenAIChat(resolveEndpoint(settings, env));
  const params = toSimulatedSettings(settings);
  return toChatTransport(createSimulatedRole(role, params), {
    endpoint: 'simulated',
    provider: 'simulated',
    params: { ...params },
  });
}

/** The settings of a config that a simulated model has. */
export const toSimulatedSettings = ({ model, seed, temperature }: ResolvedModel): SimulatedSettings => ({
  ...(model !== undefined && { model }),
  ...(seed !== undefined && { seed }),
  ...(temperature !== null && { temperature }),
});

function createSimulatedRole(role: LanguageRole, params: SimulatedSettings): SimulatedChatModel {
  try {
    return createSimulatedModel(role, params);
  } catch (error) {
    throw new ModelsConfigError([{ path: `models.${role}.model`, message: getErrorMessage(error) }]);
  }
}

type EndpointSettings = Partial<
  Pick<
    ResolvedModel,
    'model' | 'baseUrl' | 'apiKeyEnv' | 'temperature' | 'topP' | 'maxTokens' | 'seed' | 'timeoutSeconds'
  >
>;

/** Where a model's requests go and with which key: the config first, then the environment, then OpenAI's own address. */
export function resolveEndpoint(
  { model = '', baseUrl, apiKeyEnv, ...decoding }: EndpointSettings,
  env: CreateModelsOptions['env'],
): OpenAISettings & { baseUrl: string } {
  const keyName = apiKeyEnv ?? (baseUrl === undefined ? DEFAULT_KEY_ENV : undefined);
  const address = baseUrl ?? (env['OPENAI_BASE_URL'] || DEFAULT_OPENAI_URL);
  return { ...decoding, model, baseUrl: address, keyName, apiKey: keyName === undefined ? undefined : env[keyName] };
}

function listMissingKeys(
  path: string,
  settings: ResolvedModel | EmbeddingSettings,
  env: CreateModelsOptions['env'],
): { path: string; message: string }[] {
  if (settings.provider !== 'openai') return [];
  const { keyName, apiKey } = resolveEndpoint(settings, env);
  if (keyName === undefined || apiKey) return [];
  const message = `expected a key in the environment variable ${keyName}, which is not set; set it, or use "simulated" as the model (an endpoint without a key needs a baseUrl and no apiKeyEnv)`;
  return [{ path: `${path}.apiKeyEnv`, message }];
}
