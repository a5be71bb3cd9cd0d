import { resolveEndpoint } from '../../models/endpointAccess.ts';
import { toSimulatedSettings } from '../../models/roleTransports.ts';
import {
  Gateway,
  ModelsConfig,
  createModels,
  type ResolvedModel,
  type Store,
  type StoredAnswer,
} from '../../models/index.ts';
import { toExtraFields } from '../../models/openai/openaiSettings.ts';
import { isProviderName } from '../../models/providers.ts';
import { createProviderUpstream, type ProviderUpstream } from './providerUpstream.ts';
import { createSimulatedModel, type SimulatedChatModel } from '../../models/simulated/index.ts';
import { createRetriever, type Retriever } from '../../nodes/index.ts';
import type { ServedRun } from '../../run/loadArtifact.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The endpoint of the base model. */
export interface Upstream {
  /** Without a final slash. */
  url: string;
  model: string;
  /** Headers and parameters of each request, the key's among them. */
  headers: Record<string, string>;
  query: Record<string, string>;
  /** What each request holds besides what the client sends. */
  extraBody: Record<string, unknown>;
  systemRole: ResolvedModel['systemRole'];
  timeoutSeconds: number;
  api: 'chat' | 'completions';
}

export interface ServingModels {
  retriever: Retriever;
  /** The base model: an endpoint, a model of LangChain, or the simulated model in this process. */
  upstream: Upstream | ProviderUpstream | SimulatedChatModel;
}

/** Creates the base model of a run and the retriever of its examples. @throws ModelsConfigError if a key is not set */
export function createServingModels(
  { base, embeddings }: Pick<ServedRun, 'base' | 'embeddings'>,
  env: Env,
): ServingModels {
  const roles = { base, optimizer: { ...base, api: 'chat' }, embeddings };
  const gateway = new Gateway({ store: createRecentStore() });
  const models = createModels(ModelsConfig.parse(roles), { gateway, env });
  return {
    retriever: createRetriever('similar', models.embeddings),
    upstream:
      base.provider === 'simulated'
        ? createSimulatedModel('base', toSimulatedSettings(base))
        : isProviderName(base.provider)
          ? createProviderUpstream(base, env)
          : resolveUpstream(base, env),
  };
}

function resolveUpstream(base: ResolvedModel, env: Env): Upstream {
  const endpoint = resolveEndpoint(base, env);
  const { baseUrl, model, apiKey, headers = {}, query = {}, systemRole } = endpoint;
  return {
    url: baseUrl.replace(/\/+$/, ''),
    model,
    headers: { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...headers },
    query,
    extraBody: toExtraFields(endpoint),
    systemRole,
    timeoutSeconds: base.timeoutSeconds,
    api: base.api,
  };
}

/** Keeps the embeddings used last, because a server runs for a long time and every query needs those of the examples. */
function createRecentStore(maxAnswers = 1000): Store {
  const answers = new Map<string, StoredAnswer>();
  const touch = (answer: StoredAnswer): StoredAnswer => {
    answers.delete(answer.key);
    answers.set(answer.key, answer);
    for (const key of [...answers.keys()].slice(0, -maxAnswers)) answers.delete(key);
    return answer;
  };
  return {
    corrupt: 0,
    has: (key) => answers.has(key),
    get: (key) => {
      const answer = answers.get(key);
      return answer && touch(answer);
    },
    append: (record) => void ('key' in record && touch(record)),
    replay: () => undefined,
    close: () => undefined,
  };
}
