import { countSpacedWords } from '../../state/countSpacedWords.ts';
import { estimateTokens } from '../../state/estimateTokens.ts';
import type { FinalOutcome, CutProgress } from '../../state/final.ts';
import { judgeCut, listComparedQueries, MIN_COMPARED_QUERIES } from './compareShortened.ts';
import { findNextCut } from './findNextCut.ts';
import type { FinalProgress } from './finalScores.ts';
import type { FinalRules } from './finalRules.ts';

/**
 * Keeps the cut at hand if all its queries show no loss, and makes the next one, which leaves out one more section of the winner.
 * Each is compared with the whole winner, so that small losses cannot add up.
 */
export function shortenPrompt(state: FinalProgress, rules: FinalRules): Partial<FinalProgress> {
  const { final, entrants, shortening } = state;
  const [first] = entrants;
  const winner = entrants.find(({ id }) => id === final?.winner);
  if (!final || !first || !winner || !rules.shorten) return {};
  const { margin, maxCuts } = rules.shorten;
  const queries = listComparedQueries(state, rules).map(({ query }) => query);
  if (queries.length < MIN_COMPARED_QUERIES)
    return {
      final: addNote(
        final,
        `the prompt was not shortened: ${MIN_COMPARED_QUERIES} held-out queries are needed, there are ${queries.length}; raise final.proof.maxQueries`,
      ),
    };
  const { tried, removed, cut } = shortening ?? { tried: 0, removed: [], cut: null };
  const judged = cut ? judgeCut(state, cut.id, rules, margin) : { verdict: 'dropped' as const };
  if (judged.verdict === 'open') return {};
  const isKept = cut !== null && judged.verdict === 'kept';
  const left = isKept ? [...removed, cut.section] : removed;
  const next =
    tried < maxCuts ? findNextCut(winner, first.prompt, { tried, removed: left, cut }, rules.mustKeep) : null;
  const shortened = isKept
    ? {
        id: cut.id,
        prompt: cut.prompt,
        ...measureLengths(cut.prompt, winner.prompt),
        cuts: left.length,
        difference: judged.interval,
        queries,
        margin,
      }
    : final.shortened;
  const outcome: FinalOutcome = shortened ? { ...final, shortened: { ...shortened, tried } } : final;
  return {
    shortening: { tried: tried + (next ? 1 : 0), removed: left, cut: next } satisfies CutProgress,
    final: next || shortened ? outcome : addNote(outcome, describeWhole(tried, margin, queries.length)),
  };
}

const addNote = (final: FinalOutcome, note: string): FinalOutcome => ({ ...final, notes: [...final.notes, note] });

const describeWhole = (tried: number, margin: number, queries: number): string =>
  tried === 0
    ? 'the prompt was not shortened: it has no section that may be left out'
    : `the prompt was not shortened: of ${tried} ${tried === 1 ? 'cut' : 'cuts'} none was shown to lose less than ${margin} on ${queries} held-out queries`;

const measureLengths = (prompt: string, whole: string) => ({
  words: countSpacedWords(prompt),
  wordsBefore: countSpacedWords(whole),
  tokens: estimateTokens(prompt),
  tokensBefore: estimateTokens(whole),
});
