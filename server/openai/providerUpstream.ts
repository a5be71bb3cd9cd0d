import {
  Gateway,
  ManagedChatModel,
  ModelsConfig,
  createModels,
  type ResolvedModel,
  type Store,
  type StoredRecord,
} from '../../models/index.ts';
import type { AlignedConversation } from '../../nodes/alignedModel.ts';
import type { ChatRequestBody, WireMessage } from './chatRequest.ts';

/** A base model of a provider that is asked through LangChain. */
export interface ProviderUpstream {
  model: string;
  /** The model with the sampling that a client asks for. It retries nothing. @throws ModelsConfigError */
  createModel: (body: ChatRequestBody, signal: AbortSignal) => ManagedChatModel;
}

/** The fields of a client's request that reach such a model, or need not. */
const KNOWN_FIELDS = new Set(
  'model messages stream stream_options n stop temperature top_p max_tokens max_completion_tokens seed reasoning_effort user'.split(
    ' ',
  ),
);

/** Creates the base model of a run whose provider is asked through LangChain. What its endpoint refuses is remembered. */
export function createProviderUpstream(
  base: ResolvedModel,
  env: Readonly<Record<string, string | undefined>>,
): ProviderUpstream {
  const store = createAdjustmentStore();
  const createModel: ProviderUpstream['createModel'] = (body, signal) => {
    const optimizer = { ...base, ...toModelSettings(body), maxRetries: 0 };
    const gateway = new Gateway({ store });
    // a client that goes away takes its request to the provider with it
    signal.addEventListener('abort', () => void gateway.stop(), { once: true });
    const chat = createModels(ModelsConfig.parse({ optimizer, base: optimizer }), { gateway, env }).base;
    if (chat instanceof ManagedChatModel) return chat;
    throw new TypeError('expected a chat model of a provider, got one that completes texts');
  };
  return { model: base.model ?? '', createModel };
}

/** Names the first part of a client's request that such a model cannot be sent; undefined if there is none. */
export function findUnsupportedPart(
  body: ChatRequestBody,
  { turns }: AlignedConversation<WireMessage>,
): string | undefined {
  const field = Object.entries(body).find(([key, value]) => !KNOWN_FIELDS.has(key) && value !== null)?.[0];
  const hasOther = turns.some(({ role, isTextOnly }) => role === 'other' || !isTextOnly);
  return field ?? (hasOther ? 'a message that is not a text' : undefined);
}

/** The sampling of a request. As with endpoints, what the client leaves out is not sent. */
function toModelSettings(body: ChatRequestBody): Record<string, unknown> {
  const { model, temperature = null, top_p: topP = null, seed, reasoning_effort: reasoningEffort } = body;
  const maxTokens = body['max_completion_tokens'] ?? body['max_tokens'] ?? null;
  return {
    ...(model && { model }),
    temperature,
    topP,
    maxTokens,
    ...(seed !== undefined && seed !== null && { seed }),
    ...(typeof reasoningEffort === 'string' && { reasoningEffort }),
  };
}

/** Keeps no answers, only what the endpoint refused. */
function createAdjustmentStore(): Store {
  const adjustments: StoredRecord[] = [];
  return {
    corrupt: 0,
    has: () => false,
    get: () => undefined,
    append: (record) => void ('parameter' in record && adjustments.push(record)),
    replay: (visit) => adjustments.forEach((record) => visit(record)),
    close: () => undefined,
  };
}
