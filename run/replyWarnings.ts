import type { UsageTotals } from '../models/cache/usageTotals.ts';
import type { RunEvent } from './runEvent.ts';
import type { RunWarning } from './runWarning.ts';

/** Responses from which on the share of those that were cut off is assessed. */
const MIN_RESPONSES_TO_WARN = 4;
/** How complaints about replies say that one ended inside a thought. */
const THOUGHT_COMPLAINT = 'ended inside a thought';

/** Replies of a judge from which on the share of those with odds is assessed, and the share that counts as nearly all. */
const MIN_JUDGEMENTS_TO_WARN = 6;
const NEARLY_ALL = 0.9;

/**
 * Lists what a run's replies show of its token limits, and of its scores: most responses cut off, limits spent on thoughts, or
 * scores that are partly means over odds. `areAllByOdds`: whether all replies of the judge were to have odds.
 */
export function listReplyWarnings(
  tally: UsageTotals | null,
  events: readonly RunEvent[],
  areAllByOdds = false,
): RunWarning[] {
  return [
    ...warnOfCutResponses(tally, events),
    ...warnOfThoughts(events),
    ...(areAllByOdds && tally ? warnOfMixedScores(tally) : []),
  ];
}

function warnOfMixedScores({ judgedByOdds, calls: { judge } }: UsageTotals): RunWarning[] {
  if (judge < MIN_JUDGEMENTS_TO_WARN || judgedByOdds === 0 || judgedByOdds >= NEARLY_ALL * judge) return [];
  const text = `Only ${judgedByOdds} of ${judge} replies of the judge came with the odds of their digits (logprobs). The others count as whole points, so answers are compared by two measures. Set judge.scoring to points, or use an endpoint that always gives odds.`;
  return [{ code: 'judge-odds-missing', text }];
}

/** A response that ended before the limit is whole: the layout's end or a repetition followed it. */
function warnOfCutResponses(tally: UsageTotals | null, events: readonly RunEvent[]): RunWarning[] {
  const ended = events.filter(({ kind }) => kind === 'cut').length;
  const [cut, all] = [(tally?.finish.base.length ?? 0) - ended, tally?.calls.base ?? 0];
  if (all < MIN_RESPONSES_TO_WARN || cut <= all / 2) return [];
  const text = `${cut} of ${all} responses were cut off at the token limit, and are judged as they are. Raise models.base.maxTokens, or ask for shorter answers in the first prompt.`;
  return [{ code: 'responses-cut-off', text }];
}

function warnOfThoughts(events: readonly RunEvent[]): RunWarning[] {
  const ofBase = events.filter(({ kind, what }) => kind === 'cut' && what === 'thought').length;
  const ofOthers = events.filter(({ kind, what }) => kind === 'unreadable' && what.includes(THOUGHT_COMPLAINT)).length;
  if (ofBase + ofOthers === 0) return [];
  const text = `${ofBase + ofOthers} replies (${ofBase} of the base model) ended inside a thought, so their token limit was spent on it and nothing was read from them. Raise maxTokens of these models, or lower their reasoningEffort.`;
  return [{ code: 'limit-spent-on-thoughts', text }];
}
