export { createJudges, createModels, type CreateModelsOptions, type RunModels } from './createModels.ts';
export type { SuppliedModels, TransportSources } from './roleTransports.ts';
export {
  BudgetExceededError,
  CallFailedError,
  ModelsConfigError,
  RoleDownError,
  StoppedError,
  StoreError,
  type BudgetLimitName,
  type FailureKind,
  type ModelError,
} from './errors.ts';
export { FileStore } from './cache/fileStore.ts';
export { createMemoryStore } from './cache/createMemoryStore.ts';
export type { Store } from './cache/store.ts';
export type {
  StoredAnswer,
  StoredAdjustment,
  StoredBatch,
  StoredDispatch,
  StoredFailure,
  StoredInvalidation,
  StoredRecord,
} from './cache/storedRecord.ts';
export type { Adjustment, FailureCounts, RoleMap, UsageTotals } from './cache/usageTotals.ts';
export type { BatchEndpoint, BatchRow, BatchState, RowResult } from './batchEndpoint.ts';
export type { BatchNews } from './batch/batchQueue.ts';
export type { BatchTimes } from './batch/batchRun.ts';
export type { BudgetLimits } from './gateway/budget.ts';
export { Gateway } from './gateway/gateway.ts';
export type { GatewayEvent, GatewayOptions } from './gateway/gatewayOptions.ts';
export type { CallSettings } from './gateway/roleModel.ts';
export {
  toChatTransport,
  toEmbeddingTransport,
  toLlmTransport,
  toTransport,
  type ModelIdentity,
} from './langchain/langchainTransports.ts';
export type { ManagedModels } from './langchain/createManagedModel.ts';
export { ManagedEmbeddings } from './langchain/managedEmbeddings.ts';
export { ManagedChatModel, ManagedLLM, type ManagedCallOptions } from './langchain/managedModels.ts';
export type { OpenAISettings } from './openai/openaiSettings.ts';
export type { RequestSettings } from './requestSettings.ts';
export { createOpenAIChat, createOpenAICompletions, createOpenAIEmbeddings } from './openai/openaiTransports.ts';
export type { ReportedUsage } from './readUsage.ts';
export type { DigitOddsAccess } from '../state/digitOdds.ts';
export type { ReplyForm } from '../state/replyForm.ts';
export type { BudgetedRole, LanguageRole, Role } from './roles.ts';
export { PROVIDERS, type ProviderName } from './providers.ts';
export type { ExtraValue, RequestExtras } from './requestExtras.ts';
export {
  EmbeddingSettings,
  ModelSettings,
  type ModelPrice,
  type ResolvedModel,
  type SystemRole,
  type TokenRates,
} from './settings.ts';
export { ModelsConfig } from './modelsConfig.ts';
export type {
  AskGateway,
  BodyExchange,
  GatewayResponse,
  ModelRequest,
  OutputMode,
  OutputRung,
  Prompt,
  Reply,
  TokenUsage,
  Transport,
  ParameterAdjustments,
} from './transport.ts';
