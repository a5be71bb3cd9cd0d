import type { ReplyParams } from './chatCompletions.ts';
import type { OpenAISettings } from './openaiSettings.ts';
import { TOP_LOGPROBS } from '../readDigitOdds.ts';
import { fitReplyLimit } from '../fitReplyLimit.ts';
import { isWithoutOdds, type ModelRequest, type ParameterAdjustments } from '../transport.ts';

/** The parameters of a request that depend on the reply it needs: its limit of tokens, and the odds of digits. */
export function toReplyParams(
  settings: OpenAISettings,
  request: ModelRequest,
  adjustments: ParameterAdjustments,
): ReplyParams {
  const limit = fitReplyLimit(settings.maxTokens, request, adjustments);
  const odds = request.odds && !isWithoutOdds(adjustments);
  return {
    ...(odds && { logprobs: true, top_logprobs: TOP_LOGPROBS }),
    ...(limit !== undefined && { max_tokens: limit }),
  };
}
