export type { BudgetLimits, Price } from './gateway/budget.ts';
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
export { Gateway } from './gateway/gateway.ts';
export type { GatewayEvent, GatewayOptions } from './gateway/gatewayOptions.ts';
export {
  chatTransportOf,
  embeddingTransportOf,
  llmTransportOf,
  transportOf,
  type Identity,
} from './langchain/langchainTransports.ts';
export { linesOf } from './cache/jsonLines.ts';
export { emptyTally, enter, type Tally } from './cache/usageTotals.ts';
export { isLocked } from './cache/fileLock.ts';
export { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
export { ManagedChatModel, ManagedLLM, type ManagedCallOptions } from './langchain/managedModels.ts';
export type { OpenAISettings } from './openai/openaiSettings.ts';
export { openaiChat, openaiCompletions, openaiEmbeddings } from './openai/openaiTransports.ts';
export { judgesFrom, modelsFrom, type ModelsFromOptions, type RunModels } from './createModels.ts';
export type { CallSettings } from './gateway/roleModel.ts';
export { EmbeddingSettings, ModelsConfig, ModelSettings, type LanguageRole, type ResolvedModel } from './settings.ts';
export { parseRecord, type StoredAnswer, type StoredFailure, type StoredRecord } from './cache/storedRecord.ts';
export { FileStore, memoryStore, type Store } from './cache/responseStore.ts';
export type { Answer, Prompt, Reply, Request, Role, Transport, Usage } from './transport.ts';
