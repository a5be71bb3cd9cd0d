import { estimateWork } from '../graphs/beam/callBudget.ts';
import { countQueries } from '../graphs/final/heldOutQueries.ts';
import type { ResolvedSearchOptions } from '../graphs/searchOptions.ts';
import type { Example, Query } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { countJudges } from './countJudges.ts';
import { LEVEL_STRATEGIES } from './levelStrategies.ts';

/** An example is often perfect before its last round, so half of the rounds are expected. */
const ROUNDS_SHARE = 0.5;

/**
 * Estimates the calls of a whole run, with the examples' rewriting, the final and its proof; never more than the budget. Null: the
 * strategy does not go level by level. `plan` forecasts better, and takes seconds for it.
 */
export function estimateRunCalls(
  config: Config,
  options: ResolvedSearchOptions,
  data: { queries: readonly Query[]; examples: readonly Example[] },
): number | null {
  const { search, rewards, judge, examples, budget } = config;
  if (!LEVEL_STRATEGIES.has(search.strategy.name)) return null;
  const judgeCalls = rewards.mode === 'checks' ? 0 : countJudges(config);
  const selectCalls = rewards.mode === 'dynamic' ? 1 : 0;
  const work = estimateWork(options, countQueries(data.queries));
  const rewritten = examples.rewrite ? Math.min(examples.rewriteLimit ?? Infinity, data.examples.length) : 0;
  const callsPerExample = selectCalls + judgeCalls + ROUNDS_SHARE * examples.rewriteRounds * (1 + judgeCalls);
  const calls =
    rewritten * callsPerExample +
    work.rewrites +
    work.evaluations * (1 + judgeCalls) +
    work.queries * selectCalls +
    (judgeCalls > 0 ? (judge.reliabilityChecks ?? 0) : 0);
  return Math.round(Math.min(calls, budget.calls ?? Infinity));
}
