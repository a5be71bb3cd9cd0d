import { allocateProportionally } from '../../nodes/sampleQueries.ts';
import type { Query } from '../../state/example.ts';

/** Queries kept from a search so that its winner can be tried on them: what the final wants, at most a third of all. */
export const countReserved = (queries: number, wanted: number): number => Math.min(wanted, Math.floor(queries / 3));

/**
 * The places of `wanted` queries that the search has not used, in the proportions of the sources; fewer where fewer are
 * left. Taken from the end of the order, which the search does not reach.
 */
export function pickHeldOut(queries: readonly Query[], used: number, wanted: number): number[] {
  const places = queries.map((_, i) => i).slice(used);
  const sources = [...new Set(places.map((i) => queries[i]?.source))];
  const pools = sources.map((source) => places.filter((i) => queries[i]?.source === source));
  const sizes = allocateProportionally(
    pools.map((p) => p.length),
    Math.min(wanted, places.length),
  );
  return pools.flatMap((pool, i) => pool.slice(pool.length - (sizes[i] ?? 0))).toSorted((a, b) => a - b);
}
