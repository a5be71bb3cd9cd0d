import {
  allRewardsPerfect,
  depthReached,
  minExpectedGain,
  patience,
  queriesExhausted,
  REFERENCE_REWRITE,
  REFERENCE_SEARCH,
  KNOWN_PROMPTS_LIMIT,
  type DrpoOptions,
} from '../graphs/index.ts';
import { STRATEGIES } from '../graphs/strategies/index.ts';
import type { Config } from './config/loadConfig.ts';

/** The graph's options, as the config and its preset have them. */
export function toGraphOptions({
  preset,
  search,
  examples,
  initialPrompt,
  mustKeep,
  final = null,
}: Config): DrpoOptions {
  const {
    strategy: { name, ...strategyOptions },
    patience: levels,
    minExpectedGain: points,
    stopWhenPerfect,
    guards,
    rankBy,
    revisitAfter,
    failedEditsShown,
    safetyFloor,
    maxMissingShare,
    ...rest
  } = search;
  return {
    ...rest,
    ...(preset === 'reference' && { ...REFERENCE_SEARCH, ...REFERENCE_REWRITE }),
    // what a preset sets and a config can set apart from it
    rankBy,
    revisitAfter,
    failedEditsShown,
    safetyFloor,
    maxMissingShare,
    knownPromptsLimit: guards.duplicates || guards.maxSimilarity !== null ? KNOWN_PROMPTS_LIMIT : 0,
    initialPrompt,
    mustKeep,
    final,
    strategy: STRATEGIES[name],
    ...strategyOptions,
    rewrite: examples.rewrite,
    rewriteRounds: examples.rewriteRounds,
    rewriteLimit: examples.rewriteLimit,
    stop: [
      depthReached,
      queriesExhausted,
      ...(stopWhenPerfect ? [allRewardsPerfect] : []),
      ...(levels === null ? [] : [patience(levels)]),
      ...(points === null ? [] : [minExpectedGain(points)]),
    ],
  };
}
