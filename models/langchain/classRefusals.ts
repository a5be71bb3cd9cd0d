import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { isDeepStrictEqual } from 'node:util';
import type { RequestSampling } from './providerSettings.ts';
import { findRefusedParameters } from '../refusedParameters.ts';

/**
 * The parameters that a class refuses itself, such as Claude's temperature: without a request, and before one. Null if it
 * refuses none. `sent`: the names of all that would be sent.
 */
export function listRefusedByClass(
  model: BaseChatModel,
  options: object,
  sent: readonly string[],
): readonly string[] | null {
  try {
    model.invocationParams(options);
    return null;
  } catch (error) {
    return findRefusedParameters(error, sent)?.names ?? null;
  }
}

/** Under which name classes send each setting. */
const SENT_NAMES: [keyof RequestSampling, parameter: string, key: RegExp][] = [
  ['temperature', 'temperature', /^temperature$/],
  ['topP', 'top_p', /^(top_?p|p)$/i],
  ['maxTokens', 'max_tokens', /^(max_?((output|completion)_?)?tokens|num_?predict)$/i],
  ['seed', 'seed', /^(random_?)?seed$/i],
  ['stop', 'stop', /^stop(_?sequences?)?$/i],
];

/** The parameters of a sampling, under the names of the wire. */
export const listSamplingNames = (sampling: RequestSampling): string[] =>
  SENT_NAMES.flatMap(([setting, parameter]) => (sampling[setting] === undefined ? [] : [parameter]));

/** The parameters that are set and that a class would leave out of its request in silence. */
export function listUnsentParameters(model: BaseChatModel, options: object, sampling: RequestSampling): string[] {
  const entries = listEntries(model.invocationParams(options));
  if (entries.length === 0) return [];
  return SENT_NAMES.flatMap(([setting, parameter, key]) => {
    const value = sampling[setting];
    const isSent = entries.some(([name, sent]) => key.test(name) && isDeepStrictEqual(sent, value));
    return value === undefined || isSent ? [] : [parameter];
  });
}

/** The fields of an object, and of those inside it. */
function listEntries(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, field]): [string, unknown][] => [[key, field], ...listEntries(field)]);
}
