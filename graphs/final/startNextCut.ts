import { END, Send } from '@langchain/langgraph';
import { listNextQueries } from './compareShortened.ts';
import { getFirstId, type FinalProgress } from './finalScores.ts';
import type { FinalRules } from './finalRules.ts';
import { toEntrantInput } from './startNextPhase.ts';

/** Shortens the winner of a final that is decided, or ends the final: the first prompt stays as its user wrote it. */
export const shortenOrEnd =
  ({ shorten }: FinalRules) =>
  (state: FinalProgress): 'shortenPrompt' | typeof END =>
    shorten && state.final && state.final.winner !== getFirstId(state) ? 'shortenPrompt' : END;

/** Sends the cut at hand to the queries of its next look, and the whole winner to those that it has not answered. If no cut is left, the final ends. */
export const startNextCut =
  (rules: FinalRules) =>
  (state: FinalProgress): Send[] | typeof END => {
    const cut = state.shortening?.cut;
    const winner = state.entrants.find(({ id }) => id === state.final?.winner);
    if (!cut || !winner) return END;
    const fresh = new Set(state.proofQueries.map(({ index }) => index));
    const answered = new Set(state.scores.flatMap(({ id, index }) => (id === winner.id ? index : [])));
    return listNextQueries(state, cut.id, rules).flatMap((held) =>
      [cut, ...(answered.has(held.index) ? [] : [winner])].map(
        (entrant) => new Send('respondAndJudge', toEntrantInput(state, held, entrant, fresh.has(held.index))),
      ),
    );
  };
