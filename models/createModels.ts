import type { OpenAISettings } from './openai/openaiSettings.ts';
import { ModelsConfigError } from './errors.ts';
import type { Gateway } from './gateway/gateway.ts';
import { isKeylessAddress } from './isKeylessAddress.ts';
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { toChatTransport, toEmbeddingTransport, toTransport } from './langchain/langchainTransports.ts';
import { findChatModelModule } from './langchain/chatModelPackages.ts';
import { createProviderChat } from './langchain/providerChat.ts';
import { listUnsupportedSettings } from './langchain/toProviderRequest.ts';
import type { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
import type { ManagedChatModel, ManagedLLM } from './langchain/managedModels.ts';
import { createOpenAIChat, createOpenAICompletions, createOpenAIEmbeddings } from './openai/openaiTransports.ts';
import { makeMissingPackageFault, resolveProvider } from './providerAccess.ts';
import { isProviderName } from './providers.ts';
import { LANGUAGE_ROLES, MODEL_ROLES, type LanguageRole } from './roles.ts';
import {
  DEFAULT_KEY_ENV,
  DEFAULT_OPENAI_URL,
  type EmbeddingSettings,
  type ModelsConfig,
  type ResolvedModel,
} from './settings.ts';
import { createSimulatedModel, type SimulatedChatModel, type SimulatedSettings } from './simulated/index.ts';
import type { Transport } from './transport.ts';
import { hasOwnAuthorization, listMissingExtras, resolveExtras } from './requestExtras.ts';
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

/** LangChain models of the caller's own, by role: a role whose provider is "langchain" takes its model from here, or the optimizer's. */
export interface SuppliedModels {
  base?: BaseLanguageModel;
  reward?: BaseLanguageModel;
  judge?: BaseLanguageModel;
  optimizer?: BaseLanguageModel;
  embeddings?: Embeddings;
}

export interface CreateModelsOptions {
  gateway: Gateway;
  supplied?: SuppliedModels | undefined;
  /** Where keys are looked up; OPENAI_BASE_URL counts where a config names no address. */
  env: Readonly<Record<string, string | undefined>>;
}

/** The models of a config, behind one gateway. @throws ModelsConfigError listing every key variable that is not set */
export function createModels(config: ModelsConfig, options: CreateModelsOptions): RunModels {
  const { gateway, env } = options;
  const settings = MODEL_ROLES.map((role): [string, RoleSettings] => [`models.${role}`, config[role]]);
  requireNoFaults(settings, env);
  const unnamed = LANGUAGE_ROLES.filter(
    (role) => config[role].provider === 'openai' && config[role].model === undefined,
  );
  const message = 'expected the name of a model, got none; name one';
  if (unnamed.length) throw new ModelsConfigError(unnamed.map((role) => ({ path: `models.${role}.model`, message })));
  const chat = (role: LanguageRole): ManagedChatModel =>
    gateway.manage(role, createChatTransport(role, config[role], options), config[role]);
  const embeddings = createEmbeddings(config.embeddings, options);
  return {
    base: gateway.manage('base', createBaseTransport(config.base, options), config.base),
    reward: chat('reward'),
    judge: chat('judge'),
    optimizer: chat('optimizer'),
    ...(embeddings && { embeddings }),
  };
}

function createBaseTransport(
  settings: ResolvedModel,
  options: CreateModelsOptions,
): Transport & { kind: 'chat' | 'text' } {
  if (settings.provider === 'langchain') return toTransport(requireSupplied('base', options));
  return settings.api === 'completions'
    ? createOpenAICompletions(resolveEndpoint(settings, options.env))
    : createChatTransport('base', settings, options);
}

function createEmbeddings(
  settings: EmbeddingSettings,
  { gateway, env, supplied = {} }: CreateModelsOptions,
): ManagedEmbeddings | undefined {
  if (settings.provider === 'lexical') return undefined;
  if (settings.provider === 'openai')
    return gateway.manage('embeddings', createOpenAIEmbeddings(resolveEndpoint(settings, env)), settings);
  if (!supplied.embeddings) throw makeMissingModelError('embeddings');
  return gateway.manage('embeddings', toEmbeddingTransport(supplied.embeddings), settings);
}

/** The role's model; without one the optimizer's, as with endpoints. @throws ModelsConfigError */
function requireSupplied(role: LanguageRole, { supplied = {} }: CreateModelsOptions): BaseLanguageModel {
  const model = supplied[role] ?? supplied.optimizer;
  if (model) return model;
  throw makeMissingModelError(role);
}

const makeMissingModelError = (role: LanguageRole | 'embeddings'): ModelsConfigError =>
  new ModelsConfigError([
    {
      path: `models.${role}`,
      message: `expected a model of LangChain, which this run was started with, got none; continue it from the script, with optimize({ models: { ${role}: … } })`,
    },
  ]);

/** Further judges beside `models.judge`, counted under its role. @throws ConfigFault listing every key variable that is not set */
export function createJudges(settings: readonly ResolvedModel[], options: CreateModelsOptions): ManagedChatModel[] {
  const { gateway, env } = options;
  const judges = settings.map((judge, i): [string, ResolvedModel] => [`judge.panel.${i}`, judge]);
  requireNoFaults(judges, env);
  return judges.map(([path, judge]) =>
    gateway.manage('judge', createChatTransport('judge', judge, options, path), judge),
  );
}

function createChatTransport(
  role: LanguageRole,
  settings: ResolvedModel,
  options: CreateModelsOptions,
  path = `models.${role}`,
): Transport & { kind: 'chat' } {
  const { provider } = settings;
  if (isProviderName(provider)) {
    const module = findChatModelModule(provider);
    if (module !== undefined)
      return createProviderChat(resolveProvider(provider, settings, options.env), module, `${path}.provider`);
    throw new ModelsConfigError([makeMissingPackageFault(path, provider)]);
  }
  if (settings.provider === 'openai') return createOpenAIChat(resolveEndpoint(settings, options.env));
  if (settings.provider === 'langchain') {
    const transport = toTransport(requireSupplied(role, options));
    if (transport.kind === 'chat') return { ...transport, kind: 'chat' };
    const message = 'expected a chat model of LangChain, got one that completes texts; only the base model may be one';
    throw new ModelsConfigError([{ path: `models.${role}`, message }]);
  }
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
  ...(typeof seed === 'number' && { seed }),
  ...(temperature !== null && { temperature }),
});

function createSimulatedRole(role: LanguageRole, params: SimulatedSettings): SimulatedChatModel {
  try {
    return createSimulatedModel(role, params);
  } catch (error) {
    throw new ModelsConfigError([{ path: `models.${role}.model`, message: getErrorMessage(error) }]);
  }
}

/** An address in the environment is held to what one in a config is. */
const listEnvironmentFaults = ({ OPENAI_BASE_URL: address = '' }: CreateModelsOptions['env']) =>
  isKeylessAddress(address)
    ? []
    : [
        {
          path: 'OPENAI_BASE_URL',
          message:
            'expected an address without parameters, user, password and keys, got another text (not shown); put the key into OPENAI_API_KEY',
        },
      ];

type EndpointSettings = Partial<
  Pick<
    ResolvedModel,
    | 'model'
    | 'baseUrl'
    | 'apiKeyEnv'
    | 'temperature'
    | 'topP'
    | 'maxTokens'
    | 'seed'
    | 'output'
    | 'timeoutSeconds'
    | 'reasoningEffort'
    | 'systemRole'
    | 'extraBody'
    | 'headers'
    | 'query'
  >
>;

/** Where a model's requests go and with which key: the config first, then the environment, then OpenAI's own address. */
export function resolveEndpoint(
  { model = '', baseUrl, apiKeyEnv, extraBody, headers, query, ...decoding }: EndpointSettings,
  env: CreateModelsOptions['env'],
): OpenAISettings & { baseUrl: string } {
  const needsKey = baseUrl === undefined && !hasOwnAuthorization(headers);
  const keyName = apiKeyEnv ?? (needsKey ? DEFAULT_KEY_ENV : undefined);
  const address = baseUrl ?? (env['OPENAI_BASE_URL'] || DEFAULT_OPENAI_URL);
  const apiKey = keyName === undefined ? undefined : env[keyName];
  const extras = resolveExtras({ extraBody, headers, query }, env);
  return { ...decoding, ...extras, model, baseUrl: address, keyName, apiKey };
}

type RoleSettings = ResolvedModel | EmbeddingSettings;

/** @throws ModelsConfigError listing each key variable that is not set, each missing package and each setting without effect */
function requireNoFaults(roles: readonly [path: string, RoleSettings][], env: CreateModelsOptions['env']): void {
  const faults = [
    ...roles.flatMap(([path, settings]) => listFaults(path, settings, env)),
    ...listEnvironmentFaults(env),
  ];
  // roles that share a provider share its packages
  const isFirst = ({ message }: ConfigFault, i: number): boolean =>
    faults.findIndex((f) => f.message === message) === i;
  const listed = faults.filter((fault, i) => !fault.path.endsWith('.provider') || isFirst(fault, i));
  if (listed.length) throw new ModelsConfigError(listed);
}

function listFaults(path: string, settings: RoleSettings, env: CreateModelsOptions['env']): ConfigFault[] {
  const { provider } = settings;
  if (provider === 'openai') return listMissingKeys(path, settings, env);
  if (!('api' in settings) || !isProviderName(provider)) return [];
  if (findChatModelModule(provider) === undefined) return [makeMissingPackageFault(path, provider)];
  const resolved = resolveProvider(provider, settings, env);
  const unsupported = listUnsupportedSettings(resolved).map(([key, message]) => ({ path: `${path}.${key}`, message }));
  return [...listKeyFaults(path, resolved), ...listMissingExtras(path, settings, env), ...unsupported];
}

type ConfigFault = ModelsConfigError['faults'][number];

/** A line for each environment variable of a role's key, headers and query that is not set. `path`: the role's place in the config. */
export function listMissingKeys(path: string, settings: RoleSettings, env: CreateModelsOptions['env']): ConfigFault[] {
  if (settings.provider !== 'openai') return [];
  return [...listKeyFaults(path, resolveEndpoint(settings, env)), ...listMissingExtras(path, settings, env)];
}

function listKeyFaults(
  path: string,
  { keyName, apiKey }: { keyName?: string | undefined; apiKey?: string | undefined },
): ConfigFault[] {
  if (keyName === undefined || apiKey) return [];
  const message = `expected a key in the environment variable ${keyName}, which is not set; set it, or use "simulated" as the model (an endpoint without a key needs a baseUrl and no apiKeyEnv)`;
  return [{ path: `${path}.apiKeyEnv`, message }];
}
