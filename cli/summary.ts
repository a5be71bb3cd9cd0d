import type { CommandResult } from '../run/commandResult.ts';
import { formatDuration, toPrintable } from '../run/progress.ts';
import type { OptimizeResult } from '../run/result.ts';

/** How a search ended, after "The search ended after N levels". */
const STOP_REASON_TEXTS: Record<string, string> = {
  depth: 'at its full depth',
  samples: 'when all samples were drawn',
  iterations: 'when all iterations were done',
  evaluations: 'when all its judgements were used',
  queries: 'when the queries were used up',
  perfect: 'because every reward was perfect',
  final: 'to leave enough calls for the final comparison',
  patience: 'because the judge found nothing more to improve',
  budget: 'because the budget was used up; run the same command with a larger budget to continue',
  interrupted: 'because it was interrupted; run the same command to continue',
};

/** The summary of a run for a person. */
export function renderSummary({ outcome: r, folder }: CommandResult<OptimizeResult>): string {
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const tokens = Object.values(r.tokens ?? {}).reduce((n, t) => n + t.input + t.output, 0);
  const cost = r.calls ? `${sum(r.calls)} calls · ${tokens} tokens` : 'calls and tokens unknown';
  const faults = renderFaultLines(r);
  const lines = [
    `The search ended after ${r.levels} levels ${STOP_REASON_TEXTS[r.stoppedBy] ?? `(${r.stoppedBy})`}.`,
    `${r.nodes.length} candidates judged in the search${r.final ? `, ${r.final.candidates.reduce((n, c) => n + c.judged, 0)} responses in the final` : ''} · ${cost}${r.usd ? ` · ${r.usd.toFixed(4)} USD` : ''} · ${formatDuration(r.seconds)}`,
    ...(faults.length ? ['Faults:', ...faults.map((line) => `  ${line}`)] : []),
    ...(r.bestId === '0'
      ? []
      : [
          `Mean reward along the path to ${r.bestId}: ${r.value === null ? 'unknown' : `${r.value.toFixed(3)} of 5`}. Its queries are not equally hard.`,
        ]),
    ...renderFinalLines(r),
    ...renderReliabilityLines(r),
    '',
    r.bestPrompt,
    '',
    `All results are in ${folder}`,
  ];
  return toPrintable(lines.join('\n'));
}

/** What the final on held-out queries shows about the returned prompt. */
function renderFinalLines({ final }: OptimizeResult): string[] {
  if (!final)
    return ['There was no final on held-out queries, so it is not proven that this prompt is better than the first.'];
  const { difference: d } = final;
  const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;
  const proven =
    final.winner === final.challenger && d
      ? [
          `Compared with the first prompt on ${final.proof.length} held-out queries: ${signed(d.mean)} points (95 % interval ${signed(d.low)} to ${signed(d.high)}).`,
        ]
      : [];
  return [...proven, ...final.notes.map((note) => `Note: ${note}.`)];
}

function renderReliabilityLines({ reliability }: OptimizeResult): string[] {
  if (!reliability || reliability.spread === null) return [];
  return [
    `Judge noise: ${reliability.spread.toFixed(2)} points per score (standard deviation; ${reliability.judgements} responses were scored twice).`,
  ];
}

/** The count of each kind of fault. */
function renderFaultLines(r: OptimizeResult): string[] {
  const counted = (title: string, counts: unknown): string[] =>
    Object.entries(counts ?? {}).flatMap(([key, value]) =>
      typeof value === 'number' ? (value > 0 ? [`${title} ${key}: ${value}`] : []) : counted(`${title} ${key}`, value),
    );
  return [
    ...counted('retried', r.retries),
    ...counted('failed', r.failures['calls']),
    ...counted('finish', r.failures['finish']),
    ...counted('unreadable', r.failures['unreadable']),
    ...counted('rewrites rejected:', r.rejectedRewrites),
    ...counted('missing', r.missing),
  ];
}
