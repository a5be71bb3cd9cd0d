import { DEFAULT_MAX_TOKENS } from './settings.ts';
import type { ModelRequest, ParameterAdjustments, Reply } from './transport.ts';

/** Marks, among a model's adjustments, that its replies begin with thoughts, for which a short limit leaves no room. */
export const THINKS = 'thinks';

/**
 * The limit of tokens of a request that needs less than its model's limit; undefined if that one is sent. A limit that the
 * user chose is kept, but not for digits alone. A repair gets the whole limit, and so does a model that thinks first.
 */
export function fitReplyLimit(
  limit: number | null | undefined,
  { maxTokens, odds, repair }: ModelRequest,
  adjustments: ParameterAdjustments,
): number | undefined {
  if (typeof limit !== 'number' || maxTokens === undefined || maxTokens >= limit) return undefined;
  if (odds === 'alone') return maxTokens;
  return limit === DEFAULT_MAX_TOKENS && !repair && !adjustments.has(THINKS) ? maxTokens : undefined;
}

/** Whether a reply has, or may have, thoughts: it says so, or it was cut before anything was said. */
export const hasThoughts = ({ texts, finish, thoughts = [] }: Reply): boolean =>
  texts.some(
    (text, i) =>
      Boolean(thoughts[i]) || /<think|<\|channel\|>/.test(text) || (text.trim() === '' && finish[i] === 'length'),
  );
