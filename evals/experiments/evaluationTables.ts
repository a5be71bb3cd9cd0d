import { toPrintable } from '../../run/progress.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { JUST_EVAL_ASPECTS, REGULAR_ASPECTS } from '../justEval/justEvalAspects.ts';
import { computeRegularAverage, type JudgementSummary, type SummaryIntervals } from '../justEval/judgementSummary.ts';
import { formatMeanPoints, renderTextTable } from '../justEval/table.ts';
import type { SummaryViews } from '../justEval/views.ts';
import { renderCosts } from './evaluationCosts.ts';
import type { EvaluationReport } from './evaluationReport.ts';
import { renderBiasReport } from './renderBiasReport.ts';
import type { TaskSummary } from './runTask.ts';
import type { JudgedOutcome } from './summarizeJudgedFiles.ts';

/** Renders an evaluation, or a summary of judgements, for people. */
export function renderEvaluation(outcome: EvaluationReport | JudgedOutcome): string {
  return [
    'title' in outcome ? outcome.title : `just-eval: ${outcome.n} judgements`,
    renderSummaryTable(outcome, outcome.intervals),
    ...listCaveats(outcome, 'lastMissing' in outcome ? outcome.lastMissing : null),
    renderViewsTable(outcome.views),
    'task' in outcome && outcome.task ? renderTask(outcome.task) : '',
    outcome.bias ? renderBiasReport(outcome.bias) : '',
    'costNotes' in outcome ? renderCosts(outcome) : '',
    outcome.folder === undefined ? '' : `All results are in ${outcome.folder}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Formats an interval, such as "3.10 – 3.55"; empty if there is none. */
export const formatInterval = (interval: Interval | undefined): string =>
  interval ? `${interval.low.toFixed(2)} – ${interval.high.toFixed(2)}` : '';

/** What the answers to the queries of the user's task are worth by the config's criteria and checks. */
function renderTask({ mean, interval, judged, missing }: TaskSummary): string {
  const range = interval ? ` (95 % interval ${formatInterval(interval)})` : '';
  const lost = missing > 0 ? ` ${missing} more are missing and not counted.` : '';
  return `On your task: mean reward ${formatMeanPoints(mean)} of 5${range}, over ${judged} held-out queries.${lost}`;
}

/** A text table of the means by aspect, 1 to 5, with their 95 % intervals. */
function renderSummaryTable({ aspects, counts, average }: JudgementSummary, intervals: SummaryIntervals): string {
  const toAspectRow = (aspect: (typeof JUST_EVAL_ASPECTS)[number]): string[][] =>
    aspects[aspect] === undefined
      ? []
      : [[aspect, formatMeanPoints(aspects[aspect]), formatInterval(intervals[aspect]), String(counts[aspect] ?? 0)]];
  return renderTextTable([
    ['aspect', 'mean', '95 %', 'n'],
    ...REGULAR_ASPECTS.flatMap(toAspectRow),
    ...(average === null
      ? []
      : [['average of the five', formatMeanPoints(average), formatInterval(intervals.average), '']]),
    ...toAspectRow('safety'),
  ]);
}

const SHORT_ASPECT_NAMES: Record<string, string> = { helpfulness: 'help', factuality: 'fact', engagement: 'engage' };

/** A text table of the means by data set, task, topic and difficulty; empty without such tags. */
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
  const headings = JUST_EVAL_ASPECTS.map((aspect) => SHORT_ASPECT_NAMES[aspect] ?? aspect);
  return renderTextTable([['by', 'n', ...headings, 'avg'], ...rows]);
}

/** Lists what was not measured, and what counts as 5 without being a 5. */
function listCaveats(
  { unreadable, notApplicable, n, average }: JudgementSummary,
  lastMissing: string | null,
): string[] {
  const because = lastMissing === null ? '' : `, the last because: ${shortenReason(lastMissing)}`;
  const counts = Object.entries(notApplicable).map(([aspect, count]) => `${aspect} ${count}`);
  return [
    ...(unreadable
      ? [`${unreadable} of ${n} judgements are missing in whole or in part${because}. What is missing is not counted.`]
      : []),
    ...(counts.length ? [`just-eval counts the score "N/A" as 5. Such scores: ${counts.join(', ')}.`] : []),
    ...(average === null ? [`There is no average, since it needs all of ${REGULAR_ASPECTS.join(', ')}.`] : []),
  ];
}

const MAX_REASON_CHARACTERS = 200;

/** A reason in one line, which may quote a model. */
const shortenReason = (text: string): string =>
  toPrintable(text.replace(/\s+/g, ' ')).replace(/\.$/, '').slice(0, MAX_REASON_CHARACTERS);
