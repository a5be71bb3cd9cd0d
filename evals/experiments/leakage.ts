import { toPrintable, type Screen } from '../../run/progress.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { findOverlaps, type Overlap } from '../justEval/overlap.ts';

const MAX_REPORTED_OVERLAPS = 10;
/** Characters of a query that a line shows. */
const MAX_QUERY_CHARACTERS = 100;

/** Finds the training queries, those of in-context examples included, that are also among the instructions. */
export const findLeakage = (queries: readonly string[], instructions: readonly Instruction[]): Overlap[] =>
  findOverlaps([...new Set(queries)], instructions);

/** Reports the number of leaked queries and the first ten of them, a line each. */
export function reportLeakage(overlaps: readonly Overlap[], screen: Screen | null): void {
  if (!screen || overlaps.length === 0) return;
  const queries = overlaps.length === 1 ? 'training query is' : 'training queries are';
  screen.write(`Leakage: ${overlaps.length} ${queries} also in the evaluation:\n`);
  for (const { kind, similarity, id, query } of overlaps.slice(0, MAX_REPORTED_OVERLAPS)) {
    const text = toPrintable(query).replace(/\s+/g, ' ').slice(0, MAX_QUERY_CHARACTERS);
    screen.write(`  ${kind} (similarity ${similarity.toFixed(2)}) to instruction ${id}: ${text}\n`);
  }
}
