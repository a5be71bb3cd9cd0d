import { allocateProportionally } from '../../nodes/sampleQueries.ts';
import { toQuery, type Query, type QueryInput } from '../../state/example.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Counts the queries that are held out for the final: as many as it wants, at most a third of all. */
export const countReserved = (queries: number, wanted: number): number => Math.min(wanted, Math.floor(queries / 3));

/** Counts the queries that a final wants: those that choose its winner and those that prove it. */
export const countFinalQueries = ({ final }: Pick<ResolvedSearchOptions, 'final'>): number =>
  final ? final.selectionQueries + final.proof.maxQueries : 0;

/** Counts the queries that the search itself may use. */
export const countSearchQueries = (queries: number, options: Pick<ResolvedSearchOptions, 'final'>): number =>
  queries - countReserved(queries, countFinalQueries(options));

/** Returns how many states a path can hold at most. No query beyond them is asked in the search. */
export const getMaxPathLength = ({ depth, maxDepthIncrease }: ResolvedSearchOptions): number =>
  depth + maxDepthIncrease;

/** Returns the indices of the queries that are held out for the final. */
export const getHeldOutIndices = (queries: readonly QueryInput[], options: ResolvedSearchOptions): number[] =>
  pickHeldOut(
    queries.map(toQuery),
    Math.min(getMaxPathLength(options), countSearchQueries(queries.length, options)),
    countFinalQueries(options),
  );

/**
 * Picks `wanted` queries that the search has not used, in the proportions of their sources, and returns their indices.
 * They come from the end of the order, which the search does not reach. There are fewer if fewer are left.
 */
export function pickHeldOut(queries: readonly Query[], used: number, wanted: number): number[] {
  const indices = queries.map((_, i) => i).slice(used);
  const sources = [...new Set(indices.map((i) => queries[i]?.source))];
  const pools = sources.map((source) => indices.filter((i) => queries[i]?.source === source));
  const sizes = allocateProportionally(
    pools.map((pool) => pool.length),
    Math.min(wanted, indices.length),
  );
  return pools.flatMap((pool, i) => pool.slice(pool.length - (sizes[i] ?? 0))).toSorted((a, b) => a - b);
}
