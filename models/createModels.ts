import { resolveEndpoint } from './endpointAccess.ts';
import { ModelsConfigError } from './errors.ts';
import type { Gateway } from './gateway/gateway.ts';
import { toEmbeddingTransport } from './langchain/langchainTransports.ts';
import type { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
import type { ManagedChatModel, ManagedLLM } from './langchain/managedModels.ts';
import { createOpenAIEmbeddings } from './openai/openaiTransports.ts';
import { requireNoFaults, type RoleSettings } from './requireNoFaults.ts';
import {
  createBaseTransport,
  createChatTransport,
  makeMissingModelError,
  type TransportSources,
} from './roleTransports.ts';
import { BUDGETED_ROLES, MODEL_ROLES, type BudgetedRole, type Role } from './roles.ts';
import type { EmbeddingSettings, ResolvedModel } from './settings.ts';
import type { ModelsConfig } from './modelsConfig.ts';

/** The models of a run by role. */
export interface RunModels {
  base: ManagedChatModel | ManagedLLM;
  reward: ManagedChatModel;
  judge: ManagedChatModel;
  optimizer: ManagedChatModel;
  /** Judges the final's proof alone. Left out: the judge does. */
  proofJudge?: ManagedChatModel;
  /** Left out if similarity is measured by shared words. */
  embeddings?: ManagedEmbeddings;
}

export interface CreateModelsOptions extends TransportSources {
  gateway: Gateway;
  /** The roles whose requests go in batches. Default none. */
  batched?: ReadonlySet<Role> | undefined;
}

/** The models of a config, behind one gateway. @throws ModelsConfigError listing every key variable that is not set */
export function createModels(config: ModelsConfig, options: CreateModelsOptions): RunModels {
  const { gateway, env, batched } = options;
  const isBatched = (role: Role): { isBatched: boolean } => ({ isBatched: batched?.has(role) ?? false });
  const settings = MODEL_ROLES.flatMap((role): [string, RoleSettings][] => {
    const model = config[role];
    return model ? [[`models.${role}`, model]] : [];
  });
  requireNoFaults(settings, env);
  const unnamed = BUDGETED_ROLES.filter(
    (role) => config[role]?.provider === 'openai' && config[role].model === undefined,
  );
  const message = 'expected the name of a model, got none; name one';
  if (unnamed.length) throw new ModelsConfigError(unnamed.map((role) => ({ path: `models.${role}.model`, message })));
  const chat = (role: BudgetedRole, model: ResolvedModel): ManagedChatModel =>
    gateway.manage(role, createChatTransport(role, model, options), { ...model, ...isBatched(role) });
  const embeddings = createEmbeddings(config.embeddings, options);
  return {
    base: gateway.manage('base', createBaseTransport(config.base, options), { ...config.base, ...isBatched('base') }),
    reward: chat('reward', config.reward),
    judge: chat('judge', config.judge),
    optimizer: chat('optimizer', config.optimizer),
    ...(config.proofJudge && { proofJudge: chat('proofJudge', config.proofJudge) }),
    ...(embeddings && { embeddings }),
  };
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

/** Further judges beside `models.judge`, counted under its role. @throws ConfigFault listing every key variable that is not set */
export function createJudges(settings: readonly ResolvedModel[], options: CreateModelsOptions): ManagedChatModel[] {
  const { gateway, env, batched } = options;
  const isBatched = batched?.has('judge') ?? false;
  const judges = settings.map((judge, i): [string, ResolvedModel] => [`judge.panel.${i}`, judge]);
  requireNoFaults(judges, env);
  return judges.map(([path, judge]) =>
    gateway.manage('judge', createChatTransport('judge', judge, options, path), { ...judge, isBatched }),
  );
}
