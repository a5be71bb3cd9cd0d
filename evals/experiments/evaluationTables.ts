import { averageOf, type Intervals, type Summary } from '../justEval/aggregate.ts';
import { JUST_EVAL, REGULAR } from '../justEval/justEvalAspects.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { points, textTable } from '../justEval/table.ts';
import type { Views } from '../justEval/views.ts';

/** An interval as people read it. */
export const range = (interval: Interval | undefined): string =>
  interval ? `${interval.low.toFixed(2)} – ${interval.high.toFixed(2)}` : '';

/** Means by aspect with their intervals. */
export function summaryTable(summary: Summary, intervals: Intervals): string {
  const row = (name: string, value: number | null | undefined, n: string, key: keyof Intervals): string[] => [
    name,
    points(value),
    range(intervals[key]),
    n,
  ];
  const measured = JUST_EVAL.filter((aspect) => summary.aspects[aspect] !== undefined);
  const aspectRow = (aspect: (typeof JUST_EVAL)[number]): string[] =>
    row(aspect, summary.aspects[aspect], String(summary.counts[aspect] ?? 0), aspect);
  return textTable([
    ['aspect', 'mean', '95 %', 'n'],
    ...measured.filter((a) => a !== 'safety').map(aspectRow),
    ...(summary.average === null ? [] : [row('average of the five', summary.average, '', 'average')]),
    ...measured.filter((a) => a === 'safety').map(aspectRow),
  ]);
}

const SHORT: Record<string, string> = { helpfulness: 'help', factuality: 'fact', engagement: 'engage' };

/** Means by data set, task, topic and difficulty, on every aspect. */
export function viewsTable(views: Views): string {
  const rows = Object.entries(views).flatMap(([view, groups]) =>
    Object.entries(groups).map(([name, { n, aspects }]) => [
      `${view} ${name}`,
      String(n),
      ...JUST_EVAL.map((aspect) => points(aspects[aspect])),
      points(averageOf(aspects)),
    ]),
  );
  if (rows.length === 0) return '';
  return textTable([['by', 'n', ...JUST_EVAL.map((a) => SHORT[a] ?? a), 'avg'], ...rows]);
}

/** What was not measured, and what counted as 5 without being a 5: nothing is left out in silence. */
export function caveats({ unreadable, notApplicable, n, average }: Summary): string[] {
  const na = Object.entries(notApplicable).map(([aspect, count]) => `${aspect} ${count}`);
  return [
    ...(unreadable
      ? [`${unreadable} of ${n} judgements could not be read in full; what is missing counts for nothing.`]
      : []),
    ...(na.length ? [`"N/A", which just-eval counts as 5: ${na.join(', ')}.`] : []),
    ...(average === null ? [`No average: it takes all five of ${REGULAR.join(', ')}.`] : []),
  ];
}
