import type { OddsParams } from './chatCompletions.ts';
import type { OpenAISettings } from './openaiSettings.ts';
import { TOP_LOGPROBS } from '../readDigitOdds.ts';
import { lacksOdds, type ModelRequest, type ParameterAdjustments } from '../transport.ts';

/** The parameters that a request for the odds of digits adds; nothing at an endpoint that refused one of them. */
export function toOddsParams(
  { maxTokens }: OpenAISettings,
  request: ModelRequest,
  adjustments: ParameterAdjustments,
): OddsParams {
  if (!request.odds || lacksOdds(adjustments)) return {};
  const limit = typeof maxTokens === 'number' ? Math.min(maxTokens, request.maxTokens ?? maxTokens) : undefined;
  return { logprobs: true, top_logprobs: TOP_LOGPROBS, ...(limit !== undefined && { max_tokens: limit }) };
}
