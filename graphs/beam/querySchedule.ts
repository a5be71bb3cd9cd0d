import type { QueryQueue } from '../../state/queryQueue.ts';
import type { Difficulty } from '../../state/estimate.ts';

/** How queries follow each other. */
export interface QuerySchedule {
  /** Levels after which a query on which there was something to mend is asked again, 2 or more; null: never. */
  revisitAfter: number | null;
  /** Queries that the search may use. */
  queries: number;
}

/**
 * The queries of the next levels, by their places: the one that has waited longest where it has waited long enough, else
 * the next of the order. Fewer than `count` where none is left. Exact for `revisitAfter` levels: later ones may find a
 * query waiting that is not judged yet.
 */
export function pickNextQueries(
  { waiting, askedCount }: QueryQueue,
  level: number,
  count: number,
  { revisitAfter, queries }: QuerySchedule,
): number[] {
  const again = [...waiting];
  let fresh = askedCount;
  const places: number[] = [];
  for (let next = level + 1; next <= level + count; next++) {
    const rested = again[0] && next - again[0].level >= (revisitAfter ?? Infinity) ? again.shift() : undefined;
    if (!rested && fresh >= queries) break;
    places.push(rested ? rested.index : fresh++);
  }
  return places;
}

/** What a level's query showed when it was asked before; null where it was not. */
export function recallDifficulty(before: QueryQueue, level: number, course: QuerySchedule): Difficulty | null {
  const [index] = pickNextQueries(before, level - 1, 1, course);
  return before.waiting.find((w) => w.index === index)?.difficulty ?? null;
}

/** The agenda once a level is ranked. `difficulty`: its query's where all of its beam is to be rewritten, so that it comes again; else null. */
export function advanceQueue(
  before: QueryQueue,
  level: number,
  difficulty: Difficulty | null,
  course: QuerySchedule,
): QueryQueue {
  const [index = before.askedCount] = pickNextQueries(before, level - 1, 1, course);
  const again = difficulty && level > 0 && course.revisitAfter !== null ? [{ index, level, difficulty }] : [];
  return {
    waiting: [...before.waiting.filter((w) => w.index !== index), ...again],
    askedCount: Math.max(before.askedCount, index + 1),
    isFirstAsk: index === before.askedCount,
  };
}
