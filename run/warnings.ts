import type { Hypothesis } from '../state/hypothesis.ts';
import { listJudgeWarnings } from './judgeWarnings.ts';
import type { RunWarning } from './runWarning.ts';
import { describeUnchangedSearch, type EndedSearch } from './unchangedSearch.ts';

/** Lists what a run that ended warns of, the gravest first. */
export function listWarnings(nodes: readonly Hypothesis[], search: EndedSearch): RunWarning[] {
  const unchanged = describeUnchangedSearch(nodes, search);
  return [...(unchanged === null ? [] : [{ code: 'nothing-rewritten', text: unchanged }]), ...listJudgeWarnings(nodes)];
}
