import type { UsageTotals } from '../models/cache/usageTotals.ts';
import { BUDGETED_ROLES } from '../models/roles.ts';
import type { RunWarning } from './runWarning.ts';

/** The failures of single prompts, with the code of their warning and what happened. */
const PROMPT_FAILURES = [
  ['content-filter', 'content-filtered', 'a content filter blocked'],
  ['context-overflow', 'context-overflow', 'the context of the model was too short for'],
  ['empty', 'empty-replies', 'the model had nothing to say to'],
] as const;

/** Lists the calls that failed because of their prompts, by role. */
export function listCallWarnings({ failed }: Pick<UsageTotals, 'failed'>): RunWarning[] {
  return BUDGETED_ROLES.flatMap((role) =>
    PROMPT_FAILURES.flatMap(([kind, code, what]) => {
      const count = failed[role][kind] ?? 0;
      if (count === 0) return [];
      const effect = role === 'base' ? 'no response was judged there' : 'what they asked for is missing';
      return [{ code, text: `${role}: ${what} ${count} ${count === 1 ? 'call' : 'calls'}; ${effect}.` }];
    }),
  );
}
