import { join } from 'node:path';
import { sumTokenUsage } from '../models/sumTokenUsage.ts';
import { describeShortening } from '../report/describeShortening.ts';
import { describeStopReason } from '../report/stopReasons.ts';
import type { CommandResult } from '../run/commandResult.ts';
import { describeVerdict } from '../run/describeVerdict.ts';
import { formatDuration } from '../run/formatDuration.ts';
import { toPrintable } from '../run/progress.ts';
import type { OptimizeResult } from '../run/result.ts';
import { RESUMABLE_REASONS } from '../run/runFolder.ts';
import type { ProofVerdict } from '../state/verdict.ts';
import { formatParts } from '../statistics/formatParts.ts';
import { sumCounts } from '../statistics/sumCounts.ts';

/** The summary of a run for a person. */
export function renderSummary({ outcome: r, folder }: CommandResult<OptimizeResult>): string {
  const cost = r.calls ? `${sumCounts(r.calls)} calls · ${renderTokens(r)}` : 'calls and tokens unknown';
  const failures = renderFailureLines(r);
  const has = (code: string): boolean => r.warnings.some((warning) => warning.code === code);
  const lines = [
    renderVerdict(r),
    ...(r.final?.shortened ? [describeShortening(r.final.shortened)] : []),
    ...r.warnings.map(({ text }) => `Warning: ${text}`),
    // the warning says why already
    ...(has('nothing-rewritten') || !r.verdict ? [] : renderReasons(r.verdict)),
    `The search ended after ${r.levels} ${r.levels === 1 ? 'level' : 'levels'}: ${describeStopReason(r.stoppedBy)}.`,
    `${r.nodes.length} candidates judged in the search${r.final ? `, ${r.final.candidates.reduce((n, c) => n + c.judged, 0)} responses in the final` : ''} · ${cost}${renderCost(r)} · ${formatDuration(r.seconds)}`,
    ...(failures.length ? ['Failures:', ...failures.map((line) => `  ${line}`)] : []),
    ...renderRejectionLines(r),
    ...renderNoteLines(r),
    ...(has('judge-constant') ? [] : renderReliabilityLines(r)),
    ...renderScoringLines(r),
    '',
    r.bestPrompt,
    '',
    `The page of this run: ${join(folder, 'report.html')}`,
  ];
  return toPrintable(lines.join('\n'));
}

/** What the run cost, and each role's part of it; empty if no model has a price. */
function renderCost({ usd, usdByRole }: OptimizeResult): string {
  if (!usd) return '';
  const parts = Object.entries(formatParts(usdByRole ?? {}, usd, 4)).map(([role, part]) => `${role} ${part}`);
  return ` · ${usd.toFixed(4)} USD${parts.length > 1 ? ` (${parts.join(', ')})` : ''}`;
}

/** How many tokens were used, and which of them were cheaper, spent on thinking or not counted by the endpoint. */
function renderTokens({ tokens }: OptimizeResult): string {
  const { input, cachedInput, output, reasoning, estimated } = sumTokenUsage(Object.values(tokens ?? {}));
  const parts = [
    ...(cachedInput > 0 ? [`${cachedInput} of the input from a cache`] : []),
    ...(reasoning > 0 ? [`${reasoning} of the output for thinking`] : []),
    ...(estimated > 0 ? [`${estimated} estimated, because an endpoint did not count them`] : []),
  ];
  return `${input + output} tokens${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`;
}

/** What the proof says of the returned prompt. */
function renderVerdict({ verdict, stoppedBy }: OptimizeResult): string {
  if (verdict) return renderVerdictSentence(verdict);
  return RESUMABLE_REASONS.has(stoppedBy)
    ? 'Verdict: none yet. The same command continues.'
    : 'Verdict: none. There was no final on held-out queries, so it is not proven that this prompt is better than the first.';
}

const renderVerdictSentence = (verdict: ProofVerdict): string => `Verdict: ${describeVerdict(verdict)}`;

const renderReasons = ({ reasons }: ProofVerdict): string[] => reasons.map(({ text }) => `Why: ${text}`);

/** A verdict for a person, with what kept it from being better. */
export const renderVerdictText = (verdict: ProofVerdict): string =>
  toPrintable([renderVerdictSentence(verdict), ...renderReasons(verdict)].join('\n'));

const renderNoteLines = ({ final }: OptimizeResult): string[] => (final?.notes ?? []).map((note) => `Note: ${note}.`);

/** Rejected rewrites are no failures: the guards did their work. */
function renderRejectionLines({ rejectedRewrites }: OptimizeResult): string[] {
  const reasons = Object.entries(rejectedRewrites).map(([reason, count]) => `${reason} ${count}`);
  return reasons.length ? [`Rewrites rejected: ${reasons.join(', ')}. Their lines are in events.jsonl.`] : [];
}

function renderReliabilityLines({ reliability }: OptimizeResult): string[] {
  if (!reliability || reliability.spread === null) return [];
  return [
    `Judge noise: ${reliability.spread.toFixed(2)} points per score (standard deviation; ${reliability.judgements} responses were scored twice).`,
  ];
}

/** By default scores are means over odds, so a person is told if they are not. */
const renderScoringLines = ({ judgedByOdds, calls }: OptimizeResult): string[] =>
  judgedByOdds === 0 && (calls?.['judge'] ?? 0) > 0
    ? ['Scores are whole points, because the judge gave no odds of its digits (logprobs).']
    : [];

/** The count of each kind of failure. */
function renderFailureLines(r: OptimizeResult): string[] {
  const counted = (title: string, counts: unknown): string[] =>
    Object.entries(counts ?? {}).flatMap(([key, value]) =>
      typeof value === 'number' ? (value > 0 ? [`${title} ${key}: ${value}`] : []) : counted(`${title} ${key}`, value),
    );
  return [
    ...counted('retried', r.retries),
    ...counted('failed', r.failures['calls']),
    ...counted('finish', r.failures['finish']),
    ...counted('unreadable', r.failures['unreadable']),
    ...counted('response cut', r.failures['responses']),
    ...counted('missing', r.missing),
  ];
}
