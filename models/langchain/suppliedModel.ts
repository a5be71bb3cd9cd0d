import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ParameterAdjustments } from '../transport.ts';

/** The model behind one that LangChain's `initChatModel` made, which hides its name and its settings. */
export async function getInnerModel(model: BaseChatModel): Promise<BaseChatModel> {
  const getInstance: unknown = Reflect.get(model, '_getModelInstance');
  if (typeof getInstance !== 'function') return model;
  const inner: unknown = await Reflect.apply(getInstance, model, []);
  return isModel(inner) ? inner : model;
}

/** The same without waiting; the model itself if none was made yet. */
export function findInnerModel(model: BaseChatModel): BaseChatModel {
  const made: unknown = Reflect.get(model, '_modelInstanceCache');
  const [inner]: unknown[] = made instanceof Map ? [...made.values()] : [];
  return isModel(inner) ? inner : model;
}

const isModel = (value: unknown): value is BaseChatModel =>
  typeof value === 'object' && value !== null && '_generate' in value;

/** Leaves retries to the gateway. Gemini's and Mistral's classes take this from the model only, not from a call. */
export function stopRetries(model: BaseChatModel): void {
  const caller: unknown = Reflect.get(model, 'caller');
  if (typeof caller === 'object' && caller !== null) Reflect.set(caller, 'maxRetries', 0);
  if ('maxRetries' in model) Reflect.set(model, 'maxRetries', 0);
}

/** The fields of LangChain's classes for what an endpoint may refuse. */
const PARAMETER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  temperature: ['temperature'],
  top_p: ['topP'],
  max_tokens: ['maxTokens', 'maxOutputTokens', 'maxCompletionTokens', 'numPredict'],
  seed: ['seed', 'randomSeed'],
};

/** The parameters that a model was made with. */
export const listModelParameters = (model: BaseChatModel): string[] =>
  Object.entries(PARAMETER_FIELDS).flatMap(([parameter, fields]) =>
    fields.some((field) => isSet(getFields(model)[field])) ? [parameter] : [],
  );

/** The same model without the parameters that its endpoint refused. */
export function removeParameters(model: BaseChatModel, adjustments: ParameterAdjustments): BaseChatModel {
  const refused = [...adjustments.keys()].flatMap((parameter) => PARAMETER_FIELDS[parameter] ?? []);
  const fields = getFields(model);
  if (!refused.some((field) => isSet(fields[field]))) return model;
  const kept = Object.entries(fields).filter(([field]) => !refused.includes(field));
  const rebuilt: unknown = Reflect.construct(model.constructor, [Object.fromEntries(kept)]);
  return isModel(rebuilt) ? rebuilt : model;
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** The fields that a model was made with. */
const getFields = (model: BaseChatModel): Record<string, unknown> => model.lc_kwargs ?? {};

/** What decides the answers of a model: its own parameters, or those that `initChatModel` keeps apart. No key is among them. */
export function readModelParams(model: BaseChatModel): Record<string, unknown> {
  const config: unknown = Reflect.get(model, '_defaultConfig');
  if (typeof config === 'object' && config !== null) return dropSecrets(config);
  const address = [Reflect.get(model, 'baseUrl'), Reflect.get(model, 'apiUrl')].find((url) => typeof url === 'string');
  return { ...readOwnParams(model), ...(address !== undefined && { baseUrl: address }) };
}

function readOwnParams(model: BaseChatModel): Record<string, unknown> {
  try {
    return { ...model.getLsParams({}), ...Object(model.invocationParams({})) };
  } catch {
    // a class that refuses one of its own settings says so here
    return dropSecrets(getFields(model));
  }
}

const SECRET_NAME = /key|secret|password|credential|authorization|headers|auth_?token/i;

function dropSecrets(fields: object): Record<string, unknown> {
  const text = JSON.stringify(fields, (name, value: unknown) => (SECRET_NAME.test(name) ? undefined : value));
  const plain: Record<string, unknown> = JSON.parse(text);
  return plain;
}
