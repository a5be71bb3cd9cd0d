import { fitFinal } from '../graphs/beam/callBudget.ts';
import { countQueries, type QueryCounts } from '../graphs/final/heldOutQueries.ts';
import { resolveSearchOptions } from '../graphs/searchOptions.ts';
import { resolveFinal } from '../graphs/finalOptions.ts';
import type { Query } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { toGraphOptions } from './toGraphOptions.ts';

/** Training queries beyond those at hand up to which it is looked for a number that would do. */
const MAX_MORE_QUERIES = 500;

/** Says before a run's first call that its proof will not have enough queries, and what would do. Null: it will, or none is wanted. */
export function describeProofShortage(config: Config, queries: readonly Query[]): string | null {
  if (!config.final) return null;
  const { minQueries } = resolveFinal(config.final).proof;
  const options = resolveSearchOptions(toGraphOptions(config));
  const counts = countQueries(queries);
  const count = (more: number): number => countProofQueries({ ...counts, training: counts.training + more }, options);
  const planned = count(0);
  if (planned >= minQueries) return null;
  const start = `The proof will have ${planned === 0 ? 'no fresh query' : `${planned} fresh ${planned === 1 ? 'query' : 'queries'}`} and needs at least ${minQueries}`;
  const more = Array.from({ length: MAX_MORE_QUERIES }, (_, i) => i + 1).find((n) => count(n) >= minQueries);
  return more === undefined
    ? `${start}, since the final takes at most the share final.share (${resolveFinal(config.final).share}) of this search. Raise search.depth, or continue with \`drpo prove\` afterwards.`
    : `${start}. ${more} more training ${more === 1 ? 'query' : 'queries'} would do, or ${minQueries} of your own in queries.heldOut.`;
}

/** Counts the fresh queries that a search of this size can pay for before its first level is known. */
function countProofQueries(queries: QueryCounts, options: ReturnType<typeof resolveSearchOptions>): number {
  const progress = { level: 0, calls: 0, paper: { levels: 0, judgements: 0, depthIncreases: 0 }, queries };
  return fitFinal(progress, options)?.proof.maxQueries ?? 0;
}
