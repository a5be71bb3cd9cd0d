import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { resolveEndpoint } from './endpointAccess.ts';
import { ModelsConfigError } from './errors.ts';
import { isChatModel, toChatTransport, toTransport } from './langchain/langchainTransports.ts';
import { findChatModelModule } from './langchain/chatModelPackages.ts';
import { createProviderChat } from './langchain/providerChat.ts';
import { findFormClass, findUntakenForm } from './langchain/replyForms.ts';
import { createOpenAIChat, createOpenAICompletions } from './openai/openaiTransports.ts';
import { makeMissingPackageFault, resolveProvider } from './providerAccess.ts';
import { isProviderName } from './providers.ts';
import type { BudgetedRole } from './roles.ts';
import type { ResolvedModel } from './settings.ts';
import { createSimulatedModel, type SimulatedChatModel, type SimulatedSettings } from './simulated/index.ts';
import type { Transport } from './transport.ts';
import { getErrorMessage } from '../state/failure.ts';

/** LangChain models of the caller's own, by role: a role whose provider is "langchain" takes its model from here, or the optimizer's. */
export interface SuppliedModels {
  base?: BaseLanguageModel;
  reward?: BaseLanguageModel;
  judge?: BaseLanguageModel;
  optimizer?: BaseLanguageModel;
  proofJudge?: BaseLanguageModel;
  embeddings?: Embeddings;
}

/** What the transports of roles are made of. */
export interface TransportSources {
  supplied?: SuppliedModels | undefined;
  /** Where keys are looked up; OPENAI_BASE_URL counts where a config names no address. */
  env: Readonly<Record<string, string | undefined>>;
}

/** Creates the transport of the base model, which may complete texts. @throws ModelsConfigError */
export function createBaseTransport(
  settings: ResolvedModel,
  options: TransportSources,
): Transport & { kind: 'chat' | 'text' } {
  if (settings.provider === 'langchain') return toTransport(requireSupplied('base', options));
  return settings.api === 'completions'
    ? createOpenAICompletions(resolveEndpoint(settings, options.env))
    : createChatTransport('base', settings, options);
}

/** Creates the transport of a role's chat model. `path`: its place in the config. @throws ModelsConfigError */
export function createChatTransport(
  role: BudgetedRole,
  settings: ResolvedModel,
  options: TransportSources,
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
    const model = requireSupplied(role, options);
    const { output = 'auto' } = settings;
    if (isChatModel(model)) {
      const untaken = findUntakenForm(findFormClass(model), output);
      if (untaken === undefined) return toChatTransport(model, {}, output);
      throw new ModelsConfigError([{ path: `models.${role}.output`, message: untaken }]);
    }
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

function createSimulatedRole(role: BudgetedRole, params: SimulatedSettings): SimulatedChatModel {
  try {
    return createSimulatedModel(role === 'proofJudge' ? 'judge' : role, params);
  } catch (error) {
    throw new ModelsConfigError([{ path: `models.${role}.model`, message: getErrorMessage(error) }]);
  }
}

/** The role's model; without one the optimizer's, as with endpoints. @throws ModelsConfigError */
function requireSupplied(role: BudgetedRole, { supplied = {} }: TransportSources): BaseLanguageModel {
  const model = supplied[role] ?? supplied.optimizer;
  if (model) return model;
  throw makeMissingModelError(role);
}

/** A role of a run that was started with a model object, which is not there. */
export const makeMissingModelError = (role: BudgetedRole | 'embeddings'): ModelsConfigError =>
  new ModelsConfigError([
    {
      path: `models.${role}`,
      message: `expected a model of LangChain, which this run was started with, got none; continue it from the script, with optimize({ models: { ${role}: … } })`,
    },
  ]);
