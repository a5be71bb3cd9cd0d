import type { CommandResult } from '../run/commandResult.ts';
import { formatDuration, toPrintable } from '../run/progress.ts';
import type { OptimizeResult } from '../run/result.ts';

const STOP_REASON_TEXTS: Record<string, string> = {
  depth: 'the depth was reached',
  samples: 'all samples were drawn',
  walks: 'all walks were made',
  queries: 'the queries were used up',
  perfect: 'every reward was perfect',
  final: 'the rest of the calls was the final’s',
  patience: 'nothing was left to mend',
  budget: 'the budget was spent; run it again with a larger one to go on',
  interrupted: 'it was interrupted; run it again to go on',
};

/** What people are told at the end of a run. */
export function renderSummary({ outcome: r, folder }: CommandResult<OptimizeResult>): string {
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const tokens = Object.values(r.tokens ?? {}).reduce((n, t) => n + t.input + t.output, 0);
  const taken = r.calls ? `${sum(r.calls)} calls · ${tokens} tokens` : 'calls and tokens not known';
  const faults = renderFaultLines(r);
  const lines = [
    `Stopped after ${r.levels} levels: ${STOP_REASON_TEXTS[r.stoppedBy] ?? r.stoppedBy}.`,
    `${r.nodes.length} candidates judged${r.final ? `, ${r.final.candidates.reduce((n, c) => n + c.judged, 0)} more in the final` : ''} · ${taken}${r.usd ? ` · ${r.usd.toFixed(4)} USD` : ''} · ${formatDuration(r.seconds)}`,
    ...(faults.length ? ['Faults:', ...faults.map((line) => `  ${line}`)] : []),
    ...(r.bestId === '0'
      ? []
      : [
          `Path ${r.bestId}: mean reward ${r.value === null ? 'unknown' : r.value.toFixed(3)} of 5 along the search, on queries that are not equally hard.`,
        ]),
    ...renderFinalLines(r),
    ...renderReliabilityLines(r),
    '',
    r.bestPrompt,
    '',
    `All of it in ${folder}`,
  ];
  return toPrintable(lines.join('\n'));
}

/** What the final on held-out queries says of the prompt that is returned. */
function renderFinalLines({ final }: OptimizeResult): string[] {
  if (!final) return ['No final on held-out queries: that this prompt is better than the first is not proven.'];
  const { difference: d } = final;
  const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;
  const proven =
    final.winner === final.challenger && d
      ? [
          `On ${final.proof.length} held-out queries: ${signed(d.mean)} points over the first prompt (95 % interval ${signed(d.low)} to ${signed(d.high)}).`,
        ]
      : [];
  return [...proven, ...final.notes.map((note) => `Note: ${note}.`)];
}

function renderReliabilityLines({ retest }: OptimizeResult): string[] {
  if (!retest || retest.spread === null) return [];
  return [
    `The judge, asked again about ${retest.judgements} responses: one score of its varies by ${retest.spread.toFixed(2)} points (standard deviation, ${retest.scores} pairs).`,
  ];
}

/** Every kind of fault that happened, counted: nothing fails silently. */
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
    ...counted('rewrites refused:', r.failures['refused']),
    ...counted('missing', r.missing),
  ];
}
