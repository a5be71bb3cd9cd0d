/** What of a config concerns the strategy of its search. */
interface StrategyInput {
  search: { strategy: { name: string }; minExpectedGain: number | null };
}

/** Strategies that search level by level, so that something can be said of the next one. */
const LEVEL_STRATEGIES = new Set(['beam', 'greedy', 'stochastic-beam']);

/** Says which settings of a search have no effect, one line each. */
export const findSearchFaults = ({ search: { strategy, minExpectedGain } }: StrategyInput): string[] =>
  minExpectedGain !== null && !LEVEL_STRATEGIES.has(strategy.name)
    ? [
        `search.minExpectedGain: expected null with the strategy ${strategy.name}, which has no levels, got ${minExpectedGain}; leave it out, or take one of ${[...LEVEL_STRATEGIES].join(', ')}`,
      ]
    : [];
