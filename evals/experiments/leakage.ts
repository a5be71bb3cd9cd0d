import { findOverlaps, type Overlap } from '../justEval/overlap.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { toPrintable, type Screen } from '../../run/progress.ts';

/** Training queries (and in-context examples' queries) that are also among the evaluation's instructions. */
export const findLeakage = (queries: readonly string[], instructions: readonly Instruction[]): Overlap[] =>
  findOverlaps([...new Set(queries)], instructions);

/** Says so on stderr, a line a hit, the first few of them. */
export function reportLeakage(hits: readonly Overlap[], screen: Screen | null): void {
  if (!screen || hits.length === 0) return;
  screen.write(
    `Leakage: ${hits.length} training ${hits.length === 1 ? 'query is' : 'queries are'} also in the evaluation:\n`,
  );
  for (const { kind, similarity, id, query } of hits.slice(0, 10))
    screen.write(
      `  ${kind} (${similarity.toFixed(2)}) instruction ${id}: ${toPrintable(query).replace(/\s+/g, ' ').slice(0, 100)}\n`,
    );
}
