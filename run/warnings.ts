import type { Hypothesis } from '../state/hypothesis.ts';
import { listJudgeWarnings } from './judgeWarnings.ts';
import { listMissingWarnings, type FoundPrompt } from './missingWarnings.ts';
import type { RunWarning } from './runWarning.ts';
import { describeUnchangedSearch, type EndedSearch } from './unchangedSearch.ts';

/** Lists what a run that ended warns of, the gravest first. */
export function listWarnings(nodes: readonly Hypothesis[], search: EndedSearch & FoundPrompt): RunWarning[] {
  const unchanged = describeUnchangedSearch(nodes, search);
  const first =
    unchanged === null ? listMissingWarnings(nodes, search) : [{ code: 'nothing-rewritten', text: unchanged }];
  return [...first, ...listJudgeWarnings(nodes)];
}
