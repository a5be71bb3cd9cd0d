import { OPENAI_URL } from '../../models/openai/openaiSettings.ts';
import {
  Gateway,
  ModelsConfig,
  modelsFrom,
  type ResolvedModel,
  type Store,
  type StoredAnswer,
} from '../../models/index.ts';
import { simulatedModel, type SimulatedChatModel } from '../../models/simulated/index.ts';
import { embeddingRetriever, lexicalRetriever, type Retriever } from '../../nodes/index.ts';
import type { Answering } from '../../run/loadArtifact.ts';

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

export interface Serving {
  retriever: Retriever;
  /** Who answers: an endpoint, or the embedded model. */
  upstream: Upstream | SimulatedChatModel;
}

/** What a server needs of the models of a run. @throws ConfigFault where the variable of a key is not set */
export function servingOf({ base, embeddings }: Pick<Answering, 'base' | 'embeddings'>, env: Env): Serving {
  const roles = { base, optimizer: { ...base, api: 'chat' }, embeddings };
  const gateway = new Gateway({ store: recentStore() });
  const models = modelsFrom(ModelsConfig.parse(roles), { gateway, env });
  return {
    retriever: models.embeddings ? embeddingRetriever(models.embeddings) : lexicalRetriever(),
    upstream: base.provider === 'simulated' ? simulatedOf(base) : upstreamOf(base, env),
  };
}

function upstreamOf({ model = '', baseUrl, apiKeyEnv, timeoutSeconds, api }: ResolvedModel, env: Env): Upstream {
  const address = baseUrl ?? (env['OPENAI_BASE_URL'] || OPENAI_URL);
  const key = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
  return { url: address.replace(/\/+$/, ''), model, key, timeoutSeconds, api };
}

const simulatedOf = ({ model, seed, temperature }: ResolvedModel): SimulatedChatModel =>
  simulatedModel('base', {
    ...(model !== undefined && { model }),
    ...(seed !== undefined && { seed }),
    ...(temperature !== null && { temperature }),
  });

/** Keeps the answers used last: a server asks on for ever, and the examples are embedded for every query. */
function recentStore(most = 1000): Store {
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
