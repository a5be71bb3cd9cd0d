import { isPerfect } from '../state/judgement.ts';
import type { Hypothesis } from '../state/hypothesis.ts';

/** What is known of a search that ended, besides its nodes. */
export interface EndedSearch {
  stoppedBy: string;
  /** Points above which a prompt is not rewritten (`search.keepPromptAbove`). */
  keepPromptAbove: number;
  /** Rewrites that were rejected, by reason. */
  rejectedRewrites: Readonly<Record<string, number>>;
  /** The node that a branch started from, and its prompt in the branch; null if it is unchanged. */
  branch?: { node: string; prompt: string | null } | undefined;
  /** Whether checks alone gave the points (`rewards.mode: checks`). */
  onlyChecks?: boolean;
}

/** Says in one line why a search changed no prompt, and what to do. Null: it changed one, or was stopped before it could. */
export function describeUnchangedSearch(nodes: readonly Hypothesis[], search: EndedSearch): string | null {
  const { branch } = search;
  const startLevel = branch ? branch.node.split('.').length - 1 : 0;
  const own = nodes.filter(({ depth }) => depth > startLevel);
  const prompts = new Map(nodes.map(({ id, prompt }) => [id, prompt]));
  if (branch && branch.prompt !== null) prompts.set(branch.node, branch.prompt);
  if (own.some(({ parent, prompt }) => parent !== null && prompts.get(parent) !== prompt)) return null;
  if (own.length === 0 && (search.stoppedBy === 'budget' || search.stoppedBy === 'interrupted')) return null;
  const parents = new Set(own.flatMap(({ parent }) => parent ?? []));
  const asked = nodes.filter(({ id, depth }) => (parents.size > 0 ? parents.has(id) : depth >= startLevel));
  const reasons = listReasons(asked, search);
  const [worst] = reasons.toSorted((a, b) => b.count - a.count);
  const why = reasons.length ? reasons.map(({ text }) => text).join('; ') : 'the search had no level after the first';
  return `Nothing was rewritten, so the result is the prompt it started with: ${why}. ${worst?.advice ?? 'Raise search.depth, or give more queries.'}`;
}

interface Reason {
  /** Prompts that were not rewritten for it. */
  count: number;
  text: string;
  advice: string;
}

function listReasons(asked: readonly Hypothesis[], search: EndedSearch): Reason[] {
  const { keepPromptAbove, rejectedRewrites, onlyChecks = false } = search;
  const isMissing = ({ evaluation }: Hypothesis): boolean => Object.keys(evaluation).length === 0;
  const missing = asked.filter(isMissing);
  const perfect = asked.filter(({ evaluation }) => isPerfect(evaluation));
  const good = asked.filter(
    ({ evaluation, reward }) => !isPerfect(evaluation) && reward !== null && reward > keepPromptAbove,
  );
  const refused = asked.length - missing.length - perfect.length - good.length;
  const advice = onlyChecks
    ? 'If these answers could be better, add checks or make them stricter; if not, use harder queries.'
    : 'If these answers could be better, use a stronger judge (--judge MODEL), judge.samples or criteria with a scale; if not, use harder queries.';
  return [
    {
      count: perfect.length,
      text: onlyChecks
        ? `${perfect.length} of ${asked.length} answers passed all checks`
        : `the judge gave full marks to ${perfect.length} of ${asked.length} answers`,
      advice,
    },
    {
      count: good.length,
      text: `${good.length} of ${asked.length} answers scored above search.keepPromptAbove (${keepPromptAbove})`,
      advice,
    },
    {
      count: missing.length,
      text: `${missing.length} of ${asked.length} judgements are missing, the last because: ${fitReason(missing.at(-1)?.missing ?? 'no reason was recorded')}`,
      advice: onlyChecks
        ? 'Look at the calls in calls.jsonl.'
        : 'Use a judge that replies as asked (--judge MODEL), or look at the replies in calls.jsonl.',
    },
    {
      count: refused,
      text: `no rewrite of ${refused} prompts could be used${listRejections(rejectedRewrites)}`,
      advice: 'Use a stronger optimizer (--optimizer MODEL), or looser search.guards.',
    },
  ].filter(({ count }) => count > 0);
}

function listRejections(counts: EndedSearch['rejectedRewrites']): string {
  const parts = Object.entries(counts).map(([reason, count]) => `${reason} ${count}`);
  return parts.length ? ` (rejected: ${parts.join(', ')})` : '';
}

const MAX_REASON_CHARACTERS = 200;

/** The beginning of a reason that may quote a model, in one line. */
export const fitReason = (text: string): string => text.replace(/\s+/g, ' ').slice(0, MAX_REASON_CHARACTERS);
