import type { BaseMessage } from '@langchain/core/messages';
import { listSamplingNames } from './classRefusals.ts';
import type { ProviderSettings, RequestSampling } from './providerSettings.ts';
import { fitReplyLimit } from '../fitReplyLimit.ts';
import { toRepairParams } from '../repairParams.ts';
import type { ModelRequest, ParameterAdjustments } from '../transport.ts';

/** The sampling of one request: what its endpoint takes of the settings. The seed differs for each completion of each sample. */
export function toRequestSampling(
  settings: ProviderSettings,
  request: ModelRequest,
  adjustments: ParameterAdjustments,
): RequestSampling {
  const { stop, sample, part = 0, repair } = request;
  const { topP, seed } = settings;
  const maxTokens = fitReplyLimit(settings.maxTokens, request, adjustments) ?? settings.maxTokens;
  // Claude and others take none above 1
  const limit = Math.max(1, settings.temperature ?? 1);
  const { temperature = settings.temperature } = toRepairParams(settings, repair, limit);
  const isTaken = (name: string): boolean => !adjustments.has(name);
  return {
    ...(typeof temperature === 'number' && isTaken('temperature') && { temperature }),
    ...(typeof topP === 'number' && isTaken('top_p') && { topP }),
    ...(typeof maxTokens === 'number' && isTaken('max_tokens') && { maxTokens }),
    ...(typeof seed === 'number' && isTaken('seed') && { seed: seed + 7919 * sample + part }),
    ...(stop && isTaken('stop') && { stop }),
  };
}

/** The settings besides the sampling that an endpoint may refuse. */
export const applySettingAdjustments = (
  settings: ProviderSettings,
  adjustments: ParameterAdjustments,
): ProviderSettings => ({
  ...settings,
  ...(adjustments.has('reasoning_effort') && { reasoningEffort: undefined }),
  ...(isLimitRenamed(settings, adjustments) && {
    extraBody: { ...settings.extraBody, max_completion_tokens: settings.maxTokens },
  }),
});

const isLimitRenamed = ({ maxTokens }: ProviderSettings, adjustments: ParameterAdjustments): boolean =>
  typeof maxTokens === 'number' && adjustments.get('max_tokens') === 'max_completion_tokens';

/** The parameters of a request that its endpoint may refuse, under the names of the wire. */
export const listSentParameters = (
  settings: ProviderSettings,
  sampling: RequestSampling,
  adjustments: ParameterAdjustments,
  messages: readonly BaseMessage[],
): string[] => [
  ...listSamplingNames(sampling),
  ...(isLimitRenamed(settings, adjustments) ? ['max_completion_tokens'] : []),
  ...(settings.reasoningEffort === undefined ? [] : ['reasoning_effort']),
  ...(messages.some(({ type }) => type === 'system') ? ['system'] : []),
];
