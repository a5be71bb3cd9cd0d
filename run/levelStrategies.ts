/** Strategies that search level by level. Only their runs can be branched and forecast by levels. */
export const LEVEL_STRATEGIES: ReadonlySet<string> = new Set(['beam', 'greedy', 'stochastic-beam']);
