import type { BaseLanguageModel } from '@langchain/core/language_models/base';

/** The keys that a LangChain model holds, or takes from the environment, as it names them itself. */
export const listModelSecrets = (model: BaseLanguageModel): string[] =>
  Object.entries(model.lc_secrets ?? {})
    .flatMap(([field, variable]): unknown[] => [Reflect.get(model, field), process.env[variable]])
    .filter((value) => typeof value === 'string');
