export type { BudgetLimits, TokenPrice as Price } from './gateway/budget.ts';
export {
  BudgetExceededError,
  CallFailedError,
  ModelsConfigError,
  RoleDownError,
  StoppedError,
  StoreError,
  type FailureKind,
  type BudgetLimitName,
} from './errors.ts';
export { Gateway } from './gateway/gateway.ts';
export type { GatewayEvent, GatewayOptions } from './gateway/gatewayOptions.ts';
export {
  toChatTransport,
  toEmbeddingTransport,
  toLlmTransport,
  toTransport,
  type ModelIdentity,
} from './langchain/langchainTransports.ts';
export { readLines } from './cache/jsonLines.ts';
export { createUsageTotals, addToUsageTotals, type UsageTotals } from './cache/usageTotals.ts';
export { isLocked } from './cache/fileLock.ts';
export { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
export { ManagedChatModel, ManagedLLM, type ManagedCallOptions } from './langchain/managedModels.ts';
export type { OpenAISettings } from './openai/openaiSettings.ts';
export { createOpenAIChat, createOpenAICompletions, createOpenAIEmbeddings } from './openai/openaiTransports.ts';
export {
  createJudges,
  createModels,
  type CreateModelsOptions,
  type RunModels,
  type SuppliedModels,
} from './createModels.ts';
export type { CallSettings } from './gateway/roleModel.ts';
export {
  EmbeddingSettings,
  ModelsConfig,
  ModelSettings,
  type LanguageRole,
  type ResolvedModel,
  type Role,
} from './settings.ts';
export { parseRecord, type StoredAnswer, type StoredFailure, type StoredRecord } from './cache/storedRecord.ts';
export { FileStore, createMemoryStore, type Store } from './cache/responseStore.ts';
export type {
  GatewayResponse as Answer,
  Prompt,
  Reply,
  ModelRequest as Request,
  Transport,
  TokenUsage as Usage,
} from './transport.ts';
