import { Send } from '@langchain/langgraph';
import type { Finalist, HeldOutQuery } from '../../state/final.ts';
import { getFirstId, type FinalProgress } from './finalScores.ts';
import type { FinalRules } from './finalRules.ts';
import { planPhases, type FinalPhase } from './planPhases.ts';

/** Sends the remaining entrants to the queries of their next phase. After the last phase it is decided. */
export const startNextPhase =
  (rules: FinalRules) =>
  (state: FinalProgress): Send[] | 'decide' => {
    const phases = planPhases(state, rules);
    const phase = phases[state.round - 1];
    if (!phase) return 'decide';
    const first = getFirstId(state);
    const playerIds = state.round === 1 ? [first] : phase.isProof ? [first, ...state.remainingIds] : state.remainingIds;
    // a substitute answers the earlier looks as well
    const asked = phase.isProof
      ? phases.slice(0, state.round).flatMap((p) => (p.isProof ? p.queries : []))
      : phase.queries;
    return [...sendToJudge(state, asked, playerIds, phase.isProof), ...sendToSelect(state, phases[state.round])];
  };

/** Sends the queries of an upcoming look to have their rewards selected, while the look before it is judged. */
const sendToSelect = ({ selectedRewards }: FinalProgress, next?: FinalPhase): Send[] =>
  next?.isProof
    ? next.queries
        .filter((held) => !selectedRewards.some(({ index }) => index === held.index))
        .map((held) => new Send('selectRewards', held))
    : [];

/** Sends entrants to the queries that they have not answered. */
function sendToJudge(
  state: FinalProgress,
  queries: readonly HeldOutQuery[],
  playerIds: readonly string[],
  isProof = false,
): Send[] {
  const answered = new Set(state.scores.map(({ id, index }) => `${id}|${index}`));
  return queries.flatMap((held) =>
    state.entrants
      .filter(({ id }) => playerIds.includes(id) && !answered.has(`${id}|${held.index}`))
      .map((entrant) => new Send('respondAndJudge', toEntrantInput(state, held, entrant, isProof))),
  );
}

/** Collects what it takes to judge an entrant on a held-out query. */
export const toEntrantInput = (
  { selectedRewards }: FinalProgress,
  held: HeldOutQuery,
  { id, prompt }: Pick<Finalist, 'id' | 'prompt'>,
  isProof: boolean,
) => ({
  ...held,
  id,
  prompt,
  isProof,
  rewardSelection: selectedRewards.find(({ index }) => index === held.index) ?? null,
});
