import { allocateProportionally } from '../../nodes/sampleQueries.ts';
import { toQuery, type Query, type QueryInput } from '../../state/example.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import type { FinalOptions } from '../finalOptions.ts';

/** How many queries train, and how many the user holds out for the proof. */
export interface QueryCounts {
  training: number;
  proof: number;
}

/** Counts training queries and those that the user holds out, which are last. */
export function countQueries(queries: readonly QueryInput[]): QueryCounts {
  const training = queries.findLastIndex((query) => !toQuery(query).heldOut) + 1;
  return { training, proof: queries.length - training };
}

type FinalSize = Pick<ResolvedSearchOptions, 'final'>;

/** Counts the queries that a final wants: those that choose its winner and those that prove it. */
export const countFinalQueries = ({ final }: FinalSize): number =>
  final ? final.selectionQueries + final.proof.maxQueries : 0;

/** Counts the training queries that are held out for the final: as many as it wants besides the user's own, at most a third. */
export const countReserved = ({ training, proof }: QueryCounts, { final }: FinalSize): number =>
  Math.min(proof > 0 ? (final?.selectionQueries ?? 0) : countFinalQueries({ final }), Math.floor(training / 3));

/** Counts the queries that the search itself may use. */
export const countSearchQueries = (queries: readonly QueryInput[], options: FinalSize): number => {
  const counts = countQueries(queries);
  return counts.training - countReserved(counts, options);
};

/**
 * Splits queries that are held out: those that choose a final's winner, and those that prove it. Of the user's own all prove,
 * unless there are no training queries to choose with.
 */
export function splitHeldOut<T>(
  spare: readonly T[],
  own: readonly T[],
  { selectionQueries, proof }: Pick<FinalOptions, 'selectionQueries' | 'proof'>,
): { selection: T[]; proof: T[] } {
  const [pool, most] =
    own.length === 0
      ? [spare, spare.length - 2]
      : spare.length > 0
        ? [spare, Infinity]
        : [own, Math.floor(own.length / 2)];
  const selection = pool.slice(0, Math.min(selectionQueries, Math.max(1, most)));
  const fresh = own.length > 0 ? own : spare;
  return { selection, proof: fresh.filter((one) => !selection.includes(one)).slice(0, proof.maxQueries) };
}

/** Returns how many states a path can hold at most. No query beyond them is asked in the search. */
export const getMaxPathLength = ({ depth, maxDepthIncrease }: ResolvedSearchOptions): number =>
  depth + maxDepthIncrease;

/** Returns the indices of the queries that are held out for the final: training queries, then the user's own, which are last. */
export function getHeldOutIndices(queries: readonly QueryInput[], options: ResolvedSearchOptions): number[] {
  const { training, proof } = countQueries(queries);
  const wanted = countFinalQueries(options);
  const spare = pickHeldOut(
    queries.slice(0, training).map(toQuery),
    Math.min(getMaxPathLength(options), countSearchQueries(queries, options)),
    proof > 0 ? (options.final?.selectionQueries ?? 0) : wanted,
  );
  return [...spare, ...Array.from({ length: Math.min(proof, wanted) }, (_, i) => training + i)];
}

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
