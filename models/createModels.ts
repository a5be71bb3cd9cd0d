import { OPENAI_URL, type OpenAISettings } from './openai/openaiSettings.ts';
import { ConfigFault, messageOf } from './errors.ts';
import type { Gateway } from './gateway/gateway.ts';
import { chatTransportOf } from './langchain/langchainTransports.ts';
import type { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
import type { ManagedChatModel, ManagedLLM } from './langchain/managedModels.ts';
import { openaiChat, openaiCompletions, openaiEmbeddings } from './openai/openaiTransports.ts';
import {
  LANGUAGE_ROLES,
  type EmbeddingSettings,
  type LanguageRole,
  type ModelsConfig,
  type ResolvedModel,
} from './settings.ts';
import { simulatedModel, type SimulatedChatModel, type SimulatedSettings } from './simulated/index.ts';
import type { Transport } from './transport.ts';

/** Who plays which role in a run. */
export interface RunModels {
  base: ManagedChatModel | ManagedLLM;
  reward: ManagedChatModel;
  judge: ManagedChatModel;
  optimizer: ManagedChatModel;
  /** Left out where likeness is told by shared words. */
  embeddings?: ManagedEmbeddings;
}

export interface ModelsFromOptions {
  gateway: Gateway;
  /** Where keys are looked up; OPENAI_BASE_URL counts where a config names no address. */
  env: Readonly<Record<string, string | undefined>>;
}

/** The models of a config, behind one gateway. @throws ConfigFault listing every key variable that is not set */
export function modelsFrom(config: ModelsConfig, { gateway, env }: ModelsFromOptions): RunModels {
  const unset = [...LANGUAGE_ROLES, 'embeddings' as const].flatMap((role) =>
    unsetKey(`models.${role}`, config[role], env),
  );
  if (unset.length) throw new ConfigFault(unset);
  const chat = (role: LanguageRole): ManagedChatModel =>
    gateway.manage(role, chatTransport(role, config[role], env), config[role]);
  return {
    base:
      config.base.api === 'completions'
        ? gateway.manage('base', openaiCompletions(endpointOf(config.base, env)), config.base)
        : chat('base'),
    reward: chat('reward'),
    judge: chat('judge'),
    optimizer: chat('optimizer'),
    ...(config.embeddings.provider === 'openai' && {
      embeddings: gateway.manage('embeddings', openaiEmbeddings(endpointOf(config.embeddings, env)), config.embeddings),
    }),
  };
}

/** Further judges beside `models.judge`, counted under its role. @throws ConfigFault listing every key variable that is not set */
export function judgesFrom(
  settings: readonly ResolvedModel[],
  { gateway, env }: ModelsFromOptions,
): ManagedChatModel[] {
  const unset = settings.flatMap((judge, i) => unsetKey(`judge.models.${i}`, judge, env));
  if (unset.length) throw new ConfigFault(unset);
  return settings.map((judge) => gateway.manage('judge', chatTransport('judge', judge, env), judge));
}

function chatTransport(
  role: LanguageRole,
  settings: ResolvedModel,
  env: ModelsFromOptions['env'],
): Transport & { kind: 'chat' } {
  if (settings.provider === 'openai') return openaiChat(endpointOf(settings, env));
  const { model, seed, temperature } = settings;
  const params = {
    ...(model !== undefined && { model }),
    ...(seed !== undefined && { seed }),
    ...(temperature !== null && { temperature }),
  };
  return chatTransportOf(simulated(role, params), { endpoint: 'simulated', provider: 'simulated', params });
}

function simulated(role: LanguageRole, params: SimulatedSettings): SimulatedChatModel {
  try {
    return simulatedModel(role, params);
  } catch (error) {
    throw new ConfigFault([{ path: `models.${role}.model`, message: messageOf(error) }]);
  }
}

type Endpoint = Partial<
  Pick<
    ResolvedModel,
    'model' | 'baseUrl' | 'apiKeyEnv' | 'temperature' | 'topP' | 'maxTokens' | 'seed' | 'timeoutSeconds'
  >
>;

function endpointOf(
  { model = '', baseUrl, apiKeyEnv, ...decoding }: Endpoint,
  env: ModelsFromOptions['env'],
): OpenAISettings {
  const keyName = apiKeyEnv ?? (baseUrl === undefined ? 'OPENAI_API_KEY' : undefined);
  const address = baseUrl ?? (env['OPENAI_BASE_URL'] || OPENAI_URL);
  return { ...decoding, model, baseUrl: address, keyName, apiKey: keyName === undefined ? undefined : env[keyName] };
}

function unsetKey(
  path: string,
  settings: ResolvedModel | EmbeddingSettings,
  env: ModelsFromOptions['env'],
): { path: string; message: string }[] {
  if (settings.provider !== 'openai') return [];
  const { keyName, apiKey } = endpointOf(settings, env);
  if (keyName === undefined || apiKey) return [];
  const message = `expected a key in the environment variable ${keyName}, which is not set; set it, or give a baseUrl without apiKeyEnv, or use "simulated"`;
  return [{ path: `${path}.apiKeyEnv`, message }];
}
