import type { FinalOutcome } from '../state/final.ts';
import { countSpacedWords } from '../state/countSpacedWords.ts';

/** A prompt of the final with its length. `difference`: its points minus the first prompt's. */
export interface PromptLength {
  id: string;
  /** What it is besides: the winner, whole or shortened. */
  name: '' | ' (winner)' | ' (shortened)';
  words: number;
  difference: number | null;
  mean: number | null;
  judged: number;
}

/** Lists the prompts of a final by length, the shortest first. A shortened winner is as much better as both comparisons say. */
export function listLengths({ candidates, winner, shortened }: FinalOutcome): PromptLength[] {
  const whole = candidates.map(({ id, prompt, difference = null, mean, judged }): PromptLength => {
    const name = id === winner ? ' (winner)' : '';
    // the first prompt leads the candidates
    return { id, name, words: countSpacedWords(prompt), difference: id === candidates[0]?.id ? 0 : difference, mean, judged };
  });
  const of = whole.find(({ id }) => id === winner);
  const short: PromptLength[] =
    of && shortened
      ? [
          {
            id: of.id,
            name: ' (shortened)',
            words: shortened.words,
            difference: of.difference === null ? null : of.difference + shortened.difference.mean,
            mean: null,
            judged: shortened.queries.length,
          },
        ]
      : [];
  return [...whole, ...short].toSorted((a, b) => a.words - b.words);
}

/** Finds the prompts than which no other is both as short and as good, and better in one of them. */
export function findFront(rows: readonly PromptLength[]): Set<PromptLength> {
  const isBehind = (a: PromptLength, b: PromptLength): boolean =>
    a.difference === null ||
    (b.difference !== null &&
      b.words <= a.words &&
      b.difference >= a.difference &&
      (b.words < a.words || b.difference > a.difference));
  return new Set(rows.filter((row) => !rows.some((other) => isBehind(row, other))));
}
