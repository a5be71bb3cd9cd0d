import { overlaps, type Hit } from '../justEval/overlap.ts';
import type { Instruction } from '../justEval/instructions.ts';
import { printable, type Screen } from '../../run/progress.ts';

/** Training queries (and in-context examples' queries) that are also among the evaluation's instructions. */
export const leakage = (queries: readonly string[], instructions: readonly Instruction[]): Hit[] =>
  overlaps([...new Set(queries)], instructions);

/** Says so on stderr, a line a hit, the first few of them. */
export function tellLeakage(hits: readonly Hit[], screen: Screen | null): void {
  if (!screen || hits.length === 0) return;
  screen.write(
    `Leakage: ${hits.length} training ${hits.length === 1 ? 'query is' : 'queries are'} also in the evaluation:\n`,
  );
  for (const { kind, similarity, id, query } of hits.slice(0, 10))
    screen.write(
      `  ${kind} (${similarity.toFixed(2)}) instruction ${id}: ${printable(query).replace(/\s+/g, ' ').slice(0, 100)}\n`,
    );
}
