import { resolveEndpoint } from '../../models/createModels.ts';
import {
  Gateway,
  ModelsConfig,
  createModels,
  type ResolvedModel,
  type Store,
  type StoredAnswer,
} from '../../models/index.ts';
import { createSimulatedModel, type SimulatedChatModel } from '../../models/simulated/index.ts';
import { createEmbeddingRetriever, createLexicalRetriever, type Retriever } from '../../nodes/index.ts';
import type { ServedRun } from '../../run/loadArtifact.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The endpoint in front of which a run is served. */
export interface Upstream {
  /** Without a slash at the end. */
  url: string;
  model: string;
  key: string | undefined;
  timeoutSeconds: number;
  api: 'chat' | 'completions';
}

export interface ServingModels {
  retriever: Retriever;
  /** Who answers: an endpoint, or the embedded model. */
  upstream: Upstream | SimulatedChatModel;
}

/** What a server needs of the models of a run. @throws ConfigFault where the variable of a key is not set */
export function createServingModels(
  { base, embeddings }: Pick<ServedRun, 'base' | 'embeddings'>,
  env: Env,
): ServingModels {
  const roles = { base, optimizer: { ...base, api: 'chat' }, embeddings };
  const gateway = new Gateway({ store: createRecentStore() });
  const models = createModels(ModelsConfig.parse(roles), { gateway, env });
  return {
    retriever: models.embeddings ? createEmbeddingRetriever(models.embeddings) : createLexicalRetriever(),
    upstream: base.provider === 'simulated' ? createSimulatedUpstream(base) : resolveUpstream(base, env),
  };
}

function resolveUpstream(base: ResolvedModel, env: Env): Upstream {
  const { baseUrl, model, apiKey } = resolveEndpoint(base, env);
  return { url: baseUrl.replace(/\/+$/, ''), model, key: apiKey, timeoutSeconds: base.timeoutSeconds, api: base.api };
}

const createSimulatedUpstream = ({ model, seed, temperature }: ResolvedModel): SimulatedChatModel =>
  createSimulatedModel('base', {
    ...(model !== undefined && { model }),
    ...(seed !== undefined && { seed }),
    ...(temperature !== null && { temperature }),
  });

/** Keeps the answers used last: a server asks on for ever, and the examples are embedded for every query. */
function createRecentStore(most = 1000): Store {
  const answers = new Map<string, StoredAnswer>();
  const touch = (answer: StoredAnswer): StoredAnswer => {
    answers.delete(answer.key);
    answers.set(answer.key, answer);
    for (const key of [...answers.keys()].slice(0, -most)) answers.delete(key);
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
