import type { ProofVerdict } from '../../state/verdict.ts';
import { toPrintable } from '../../run/progress.ts';
import { formatDifference, formatMeanPoints, renderTextTable } from '../justEval/table.ts';
import { MIN_QUERIES, type Figure } from './clusterFigures.ts';
import type { JudgeSearchReport } from './optimizeJudge.ts';
import type { JudgeReport } from './compareJudgeWithLabels.ts';
import type { AgreementFigures } from './measureJudge.ts';

const HEADINGS = ['n', 'equal', 'within 1', 'kappa', '95 %', 'bias', '95 %', 'labels', 'judge', 'corrected', '95 %'];

/** Renders how a judge stands against labels, for people. */
export function renderJudgeReport(report: JudgeReport): string {
  const { byCriterion, faults, notes, missing, judged, amongLabels, folder } = report;
  const criteria = Object.entries(byCriterion);
  const rows = [
    ...criteria.map(([name, figures]) => toRow(name, figures)),
    ...(criteria.length === 1 ? [] : [toRow('all', report)]),
  ];
  return toPrintable(
    [
      report.title,
      renderTextTable([['criterion', ...HEADINGS], ...rows]),
      [
        `Slope on length, points per doubling among responses with equal labels: ${formatFigure(report.lengthSlope, formatDifference)}`,
        `Correlation with the labels within a criterion, length aside: ${formatFigure(report.correlation)}`,
        `Deviation from what labels and length let expect, in points: ${formatFigure(report.deviation)}`,
        ...(amongLabels
          ? [
              `${amongLabels.labels} pairs of labels for the same response: equal ${formatShare(amongLabels.agreement)}, kappa ${formatFigure(amongLabels.kappa)}`,
            ]
          : []),
      ].join('\n'),
      [
        ...faults.map(({ text }) => text),
        ...(faults.length === 0 ? [describeNoFault(report)] : []),
        ...(missing ? [`${missing} of ${judged} judgements are missing. They are not counted.`] : []),
        ...notes,
      ].join('\n'),
      `All results are in ${folder}`,
    ].join('\n\n'),
  );
}

/** Few labels give no interval, and so show neither a fault nor that there is none. */
const describeNoFault = ({ judged }: JudgeReport): string =>
  judged < MIN_QUERIES
    ? `These labels are too few to tell whether the judge has a fault. Label responses to ${MIN_QUERIES} queries or more.`
    : 'These labels show no fault of the judge.';

/** Renders what a search for the judge's instructions found, for people. */
export function renderJudgeSearch(report: JudgeSearchReport): string {
  const { title, before, after, verdict, stoppedBy, instructions, notes, file, folder } = report;
  const rows = [before && toRow('own', before), after && toRow('found', after)].flatMap((row) => (row ? [row] : []));
  return toPrintable(
    [
      title,
      ...(rows.length > 0 ? [renderTextTable([['instructions', ...HEADINGS], ...rows])] : []),
      ...(stoppedBy ? [`The search was stopped (${stoppedBy}). The same command continues it.`] : []),
      ...(verdict ? [describeSearchVerdict(verdict)] : []),
      ...(notes.length > 0 ? [notes.join('\n')] : []),
      instructions,
      `The instructions are in ${file}: name this file as judge.instructions. All results are in ${folder}`,
    ].join('\n\n'),
  );
}

/** The verdict is on the distance from the labels, in points. */
const describeSearchVerdict = ({ text, queries, outcome }: ProofVerdict): string =>
  outcome === 'no-change'
    ? 'No change: no other instructions were better on the half that was searched.'
    : `Agreement with the labels: ${text}${outcome === 'better' || outcome === 'worse' ? ' points' : ''}.${queries > 0 ? ` On ${queries} queries that the search never saw.` : ''}`;

const toRow = (
  name: string,
  { labels, agreement, withinOne, kappa, bias, labelMean, judgeMean, correctedMean }: AgreementFigures,
): string[] => [
  name,
  String(labels),
  formatShare(agreement),
  formatShare(withinOne),
  kappa ? formatNumber(kappa.mean) : '–',
  formatEnds(kappa),
  bias ? formatDifference(bias.mean) : '–',
  formatEnds(bias, formatDifference),
  formatMeanPoints(labelMean),
  formatMeanPoints(judgeMean),
  formatMeanPoints(correctedMean?.mean),
  formatEnds(correctedMean),
];

const formatShare = (share: number | null): string => (share === null ? '–' : `${Math.round(100 * share)} %`);

const formatNumber = (value: number): string => value.toFixed(2).replace('-', '−');

const formatEnds = (figure: Figure | null, format: (value: number) => string = formatNumber): string =>
  figure?.low == null || figure.high === null ? '' : `${format(figure.low)} – ${format(figure.high)}`;

function formatFigure(figure: Figure | null, format: (value: number) => string = formatNumber): string {
  if (!figure) return 'none, since there is too little difference';
  const ends = formatEnds(figure, format);
  return `${format(figure.mean)}${ends && ` (${ends})`}`;
}
