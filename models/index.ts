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
export { Gateway } from './gateway.ts';
export type { GatewayEvent, GatewayOptions } from './gatewayOptions.ts';
export { chatTransportOf, embeddingTransportOf, llmTransportOf, transportOf, type Identity } from './langchain.ts';
export { linesOf } from './lines.ts';
export { emptyTally, enter, type Tally } from './ledger.ts';
export { isLocked } from './lock.ts';
export { ManagedEmbeddings } from './embeddings.ts';
export { ManagedChatModel, ManagedLLM, type ManagedCallOptions } from './managed.ts';
export type { OpenAISettings } from './client.ts';
export { openaiChat, openaiCompletions, openaiEmbeddings } from './openai.ts';
export { judgesFrom, modelsFrom, type ModelsFromOptions, type RunModels } from './roles.ts';
export type { CallSettings } from './player.ts';
export { EmbeddingSettings, ModelsConfig, ModelSettings, type LanguageRole, type ResolvedModel } from './settings.ts';
export { parseRecord, type StoredAnswer, type StoredFailure, type StoredRecord } from './record.ts';
export { FileStore, memoryStore, type Store } from './store.ts';
export type { Answer, Prompt, Reply, Request, Role, Transport, Usage } from './transport.ts';
