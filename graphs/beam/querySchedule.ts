import type { SearchState } from '../../state/channels.ts';
import type { Difficulty } from '../../state/estimate.ts';
import type { QueryQueue } from '../../state/queryQueue.ts';
import { countSearchQueries } from '../final/heldOutQueries.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

// The query of each level is the next one of the order, or one that is asked again. A query is asked again if every prompt
// of the beam that met it is to be rewritten: only such a query can still tell their children apart.

/** How the queries of a run follow each other. */
export interface QuerySchedule {
  /** Levels after which a query may be asked again, 2 or more. Null: never. */
  revisitAfter: number | null;
  /** How many queries the search may use. */
  queries: number;
}

/** Makes the schedule of a run from its queries and options. */
export const createQuerySchedule = (
  { queries }: Pick<typeof SearchState.State, 'queries'>,
  options: ResolvedSearchOptions,
): QuerySchedule => ({
  revisitAfter: options.revisitAfter,
  queries: countSearchQueries(queries, options),
});

/**
 * Picks the queries of the next `count` levels and returns their indices, fewer if no query is left.
 * The query that has waited longest comes first if it has waited long enough, else the next one of the order.
 * The answer is exact for `revisitAfter` levels. A later level may find a query waiting that is not judged yet.
 */
export function pickNextQueries(
  { waiting, askedCount }: QueryQueue,
  level: number,
  count: number,
  { revisitAfter, queries }: QuerySchedule,
): number[] {
  const again = [...waiting];
  let fresh = askedCount;
  const indices: number[] = [];
  for (let next = level + 1; next <= level + count; next++) {
    const rested = again[0] && next - again[0].level >= (revisitAfter ?? Infinity) ? again.shift() : undefined;
    if (!rested && fresh >= queries) break;
    indices.push(rested ? rested.index : fresh++);
  }
  return indices;
}

/** Returns how hard a level's query proved when it was asked before, or null if it is asked for the first time. */
export function recallDifficulty(before: QueryQueue, level: number, schedule: QuerySchedule): Difficulty | null {
  const [index] = pickNextQueries(before, level - 1, 1, schedule);
  return before.waiting.find((query) => query.index === index)?.difficulty ?? null;
}

/** Moves the queue on by a ranked level. `difficulty` is null if the level's query is not to be asked again. */
export function advanceQueue(
  before: QueryQueue,
  level: number,
  difficulty: Difficulty | null,
  schedule: QuerySchedule,
): QueryQueue {
  const [index = before.askedCount] = pickNextQueries(before, level - 1, 1, schedule);
  const again = difficulty && level > 0 && schedule.revisitAfter !== null ? [{ index, level, difficulty }] : [];
  return {
    waiting: [...before.waiting.filter((query) => query.index !== index), ...again],
    askedCount: Math.max(before.askedCount, index + 1),
    isFirstAsk: index === before.askedCount,
  };
}

/** Whether a query can still be asked in this run. */
export const isUpcoming = ({ waiting, askedCount }: QueryQueue, index: number): boolean =>
  index >= askedCount || waiting.some((query) => query.index === index);
