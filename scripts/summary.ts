import type { Ending } from './optimize.ts';
import { duration, printable } from './progress.ts';
import type { Result } from './result.ts';

const WHY: Record<string, string> = {
  depth: 'the depth was reached',
  queries: 'the queries were used up',
  perfect: 'every reward was perfect',
  patience: 'the best value no longer rose',
  budget: 'the budget was spent; run it again with a larger one to go on',
  interrupted: 'it was interrupted; run it again to go on',
};

/** What people are told at the end of a run. */
export function summary({ outcome: r, folder }: Ending<Result>): string {
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const tokens = Object.values(r.tokens).reduce((n, t) => n + t.input + t.output, 0);
  const faults = faultLines(r);
  return [
    `Stopped after ${r.levels} levels: ${WHY[r.stoppedBy] ?? r.stoppedBy}.`,
    `${r.nodes.length} candidates judged · ${sum(r.calls)} calls · ${tokens} tokens${r.usd > 0 ? ` · ${r.usd.toFixed(4)} USD` : ''} · ${duration(r.seconds)}`,
    ...(faults.length ? ['Faults:', ...faults.map((line) => `  ${line}`)] : []),
    `Best path ${r.bestId}, mean reward ${r.value === null ? 'unknown' : r.value.toFixed(3)} of 5 on the queries of the search.`,
    '',
    printable(r.bestPrompt),
    '',
    `All of it in ${folder}`,
  ].join('\n');
}

/** Every kind of fault that happened, counted: nothing fails silently. */
function faultLines(r: Result): string[] {
  const counted = (title: string, counts: unknown): string[] =>
    Object.entries((counts ?? {}) as Record<string, unknown>).flatMap(([key, value]) =>
      typeof value === 'number' ? (value > 0 ? [`${title} ${key}: ${value}`] : []) : counted(`${title} ${key}`, value),
    );
  return [
    ...counted('retried', r.retries),
    ...counted('failed', r.failures['calls']),
    ...counted('finish', r.failures['finish']),
    ...counted('unreadable', r.failures['unreadable']),
    ...counted('missing', r.missing),
  ];
}
