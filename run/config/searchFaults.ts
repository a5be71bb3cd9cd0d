import { LEVEL_STRATEGIES } from '../levelStrategies.ts';

/** What of a config concerns the strategy of its search. */
interface StrategyInput {
  search: { strategy: { name: string }; minExpectedGain: number | null };
}

/** Says which settings of a search have no effect, one line each. */
export const findSearchFaults = ({ search: { strategy, minExpectedGain } }: StrategyInput): string[] =>
  minExpectedGain !== null && !LEVEL_STRATEGIES.has(strategy.name)
    ? [
        `search.minExpectedGain: expected null with the strategy ${strategy.name}, which has no levels, got ${minExpectedGain}; leave it out, or take one of ${[...LEVEL_STRATEGIES].join(', ')}`,
      ]
    : [];
