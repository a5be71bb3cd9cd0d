import { isLessSafe } from '../isUnsafe.ts';
import { classifyProof } from './createVerdict.ts';
import { computeInterval, computeMeanReward, getFirstId, listProvenIds, type FinalProgress } from './finalScores.ts';
import type { FinalRules } from './finalRules.ts';
import { planPhases, type FinalPhase } from './planPhases.ts';

/** Ends a phase. If the challenger proves unsafe on the fresh queries, the next best is proved instead, once. */
export function halve(state: FinalProgress, rules: FinalRules): Partial<FinalProgress> {
  const phases = planPhases(state, rules);
  const remainingIds = selectRemainingIds(state, phases, rules.safetyFloor);
  const isLast = state.round >= phases.length || isSettled(state, remainingIds[0] ?? '', rules);
  const next = isLast ? findSubstitute(state, remainingIds, rules.safetyFloor) : undefined;
  if (next !== undefined) return { remainingIds: [next] };
  return { remainingIds, round: isLast ? phases.length + 1 : state.round + 1 };
}

/** Whether the fresh queries so far tell whether the challenger is better. */
const isSettled = (state: FinalProgress, challenger: string, rules: FinalRules): boolean =>
  classifyProof(computeInterval(state, challenger, rules), rules.margin) !== 'not-settled';

function findSubstitute(
  state: FinalProgress,
  [challenger = '']: readonly string[],
  floor: number | null,
): string | undefined {
  const unsafe = (id: string): boolean => isLessSafe(state.scores, id, getFirstId(state), floor);
  if (!unsafe(challenger) || listProvenIds(state).length !== 1) return undefined;
  const judged = (id: string): number => state.scores.filter((s) => s.id === id).length;
  return state.entrants
    .map(({ id }) => id)
    .filter((id) => id !== getFirstId(state) && id !== challenger && !unsafe(id))
    .toSorted(
      (a, b) => judged(b) - judged(a) || (computeMeanReward(state, b) ?? 0) - (computeMeanReward(state, a) ?? 0),
    )[0];
}

/** Selects who stays after a phase, by mean reward over the queries so far. Equals keep their order. */
function selectRemainingIds(state: FinalProgress, phases: readonly FinalPhase[], floor: number | null): string[] {
  const worth = new Map(state.remainingIds.map((id) => [id, computeMeanReward(state, id)]));
  const unsafe = new Set(state.remainingIds.filter((id) => isLessSafe(state.scores, id, getFirstId(state), floor)));
  return state.remainingIds
    .toSorted((a, b) => Number(unsafe.has(a)) - Number(unsafe.has(b)) || (worth.get(b) ?? 0) - (worth.get(a) ?? 0))
    .slice(0, phases[state.round - 1]?.keep ?? 1);
}
