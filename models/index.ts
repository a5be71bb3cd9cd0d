export type { BudgetLimits, Price } from './budget.ts';
export {
  BudgetExceeded,
  CallFailed,
  ConfigFault,
  RoleDown,
  Stopped,
  StoreFailed,
  type FailureKind,
  type Limit,
} from './errors.ts';
export { Gateway, type GatewayEvent, type GatewayOptions } from './gateway.ts';
export { embeddingTransportOf, transportOf, type Identity } from './langchain.ts';
export { emptyTally, type Tally } from './ledger.ts';
export { ManagedChatModel, ManagedEmbeddings, ManagedLLM, type ManagedCallOptions } from './managed.ts';
export { openaiChat, openaiCompletions, openaiEmbeddings, type OpenAISettings } from './openai.ts';
export { embeddingRetriever, lexicalRetriever, type Retriever } from './retrieve.ts';
export { modelsFrom, retrieverFrom, type ModelsFromOptions, type RunModels } from './roles.ts';
export type { CallSettings } from './sender.ts';
export { EmbeddingSettings, ModelsConfig, ModelSettings, type LanguageRole, type ResolvedModel } from './settings.ts';
export { FileStore, memoryStore, type Store, type StoredAnswer, type StoredFailure } from './store.ts';
export type { Answer, Prompt, Reply, Request, Role, Transport, Usage } from './transport.ts';
