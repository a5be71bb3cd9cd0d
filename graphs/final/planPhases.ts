import type { HeldOutQuery } from '../../state/final.ts';
import { countRounds } from '../finalOptions.ts';
import type { FinalRules } from './finalRules.ts';
import { hasFullMarks, type FinalProgress } from './finalScores.ts';

/** A phase of the final: the remaining entrants answer its queries, and the best `keep` of them stay. */
export interface FinalPhase {
  queries: HeldOutQuery[];
  keep: number;
  /** Whether the first prompt answers them as well: a look of the proof. */
  isProof?: boolean;
}

/**
 * Plans the phases. First the first prompt answers the queries that select. A query on which it has not full marks can tell
 * who is better, so these queries halve the field in rounds. On the others only harm can show, so they are for the last two.
 * The proof follows, look by look.
 */
export function planPhases(state: FinalProgress, { minQueries }: FinalRules): FinalPhase[] {
  const { selectionQueries, proofQueries, entrants } = state;
  const easy = selectionQueries.filter(({ index }) => hasFullMarks(state, index));
  const informative = selectionQueries.filter((held) => !easy.includes(held));
  const field = entrants.length - 1;
  const rounds = informative.length ? countRounds(entrants.length, informative.length) : 0;
  const last = easy.length ? Math.min(2, field) : 1;
  const halving = Array.from({ length: rounds }, (_, round) => ({
    queries: informative.filter((_held, i) => Math.floor((i * rounds) / informative.length) === round),
    keep: round === rounds - 1 ? last : Math.ceil(field / 2 ** (round + 1)),
  }));
  return [
    { queries: selectionQueries, keep: informative.length ? field : last },
    ...halving,
    ...(easy.length > 0 ? [{ queries: easy, keep: 1 }] : []),
    ...splitIntoLooks(proofQueries, minQueries).map((queries) => ({ queries, keep: 1, isProof: true })),
  ];
}

/** Splits the fresh queries into looks: `minQueries`, then a quarter of those so far, at least two. */
function splitIntoLooks(queries: readonly HeldOutQuery[], minQueries: number): HeldOutQuery[][] {
  const looks: HeldOutQuery[][] = [];
  for (let start = 0; start < queries.length; start += looks.at(-1)?.length ?? 0)
    looks.push(queries.slice(start, start + (start === 0 ? minQueries : Math.max(2, Math.ceil(start / 4)))));
  return looks;
}
