import { computeRegularAverage, type SummaryIntervals, type JudgementSummary } from '../justEval/judgementSummary.ts';
import { JUST_EVAL_ASPECTS, REGULAR_ASPECTS } from '../justEval/justEvalAspects.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { formatMeanPoints, renderTextTable } from '../justEval/table.ts';
import type { SummaryViews } from '../justEval/views.ts';

/** An interval as people read it. */
export const formatInterval = (interval: Interval | undefined): string =>
  interval ? `${interval.low.toFixed(2)} – ${interval.high.toFixed(2)}` : '';

/** Means by aspect with their intervals. */
export function renderSummaryTable(summary: JudgementSummary, intervals: SummaryIntervals): string {
  const row = (name: string, value: number | null | undefined, n: string, key: keyof SummaryIntervals): string[] => [
    name,
    formatMeanPoints(value),
    formatInterval(intervals[key]),
    n,
  ];
  const measured = JUST_EVAL_ASPECTS.filter((aspect) => summary.aspects[aspect] !== undefined);
  const aspectRow = (aspect: (typeof JUST_EVAL_ASPECTS)[number]): string[] =>
    row(aspect, summary.aspects[aspect], String(summary.counts[aspect] ?? 0), aspect);
  return renderTextTable([
    ['aspect', 'mean', '95 %', 'n'],
    ...measured.filter((a) => a !== 'safety').map(aspectRow),
    ...(summary.average === null ? [] : [row('average of the five', summary.average, '', 'average')]),
    ...measured.filter((a) => a === 'safety').map(aspectRow),
  ]);
}

const SHORT_ASPECT_NAMES: Record<string, string> = { helpfulness: 'help', factuality: 'fact', engagement: 'engage' };

/** Means by data set, task, topic and difficulty, on every aspect. */
export function renderViewsTable(views: SummaryViews): string {
  const rows = Object.entries(views).flatMap(([view, groups]) =>
    Object.entries(groups).map(([name, { n, aspects }]) => [
      `${view} ${name}`,
      String(n),
      ...JUST_EVAL_ASPECTS.map((aspect) => formatMeanPoints(aspects[aspect])),
      formatMeanPoints(computeRegularAverage(aspects)),
    ]),
  );
  if (rows.length === 0) return '';
  return renderTextTable([['by', 'n', ...JUST_EVAL_ASPECTS.map((a) => SHORT_ASPECT_NAMES[a] ?? a), 'avg'], ...rows]);
}

/** What was not measured, and what counted as 5 without being a 5: nothing is left out in silence. */
export function listCaveats({ unreadable, notApplicable, n, average }: JudgementSummary): string[] {
  const na = Object.entries(notApplicable).map(([aspect, count]) => `${aspect} ${count}`);
  return [
    ...(unreadable
      ? [`${unreadable} of ${n} judgements could not be read in full; what is missing counts for nothing.`]
      : []),
    ...(na.length ? [`"N/A", which just-eval counts as 5: ${na.join(', ')}.`] : []),
    ...(average === null ? [`No average: it takes all five of ${REGULAR_ASPECTS.join(', ')}.`] : []),
  ];
}
