import { toPrintable } from '../../run/progress.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import type { BiasCheckName, BiasFinding } from '../bias/biasCheck.ts';
import type { BiasReport } from '../bias/biasReport.ts';
import { formatDifference, renderTextTable } from '../justEval/table.ts';

const VERDICT_TEXTS: Readonly<Record<BiasCheckName, Readonly<Record<'higher' | 'lower', string>>>> = {
  position: { higher: 'biased: earlier aspects get more points', lower: 'biased: later aspects get more points' },
  padding: { higher: 'biased: empty words get more points', lower: 'empty words cost points' },
  length: { higher: 'longer answers have more points, cause unknown', lower: 'longer answers have fewer points' },
  self: { higher: 'biased: prefers its own answers', lower: 'biased: against its own answers' },
};

/** Renders the findings for people: a table, one by aspect where possible, and the checks that were not possible. */
export function renderBiasReport({ findings, trials, of }: BiasReport): string {
  const rows = findings.flatMap(toFindingRow);
  const aspectRows = findings.flatMap((finding) => (finding.effect ? toAspectRows(finding) : []));
  return [
    `Bias of the judges (${trials} of ${of} answers judged again three ways)`,
    ...(rows.length ? [renderTable([['check', 'judge', 'effect', '95 %', 'n', 'p (Holm)', 'verdict'], ...rows])] : []),
    ...(aspectRows.length ? [renderTable([['by aspect', 'judge', 'difference', '95 %', 'n'], ...aspectRows])] : []),
    ...findings.flatMap(({ check, judge, missing }) =>
      missing === undefined ? [] : [toPrintable(`${check}${judge ? ` (${judge})` : ''}: no result, since ${missing}.`)],
    ),
  ].join('\n\n');
}

const renderTable = (rows: string[][]): string => toPrintable(renderTextTable(rows));

function toFindingRow({ check, judge, unit, effect, corrected, verdict }: BiasFinding): string[][] {
  if (!effect) return [];
  const text = verdict === 'higher' || verdict === 'lower' ? VERDICT_TEXTS[check][verdict] : verdict;
  return [[`${check}, ${unit}`, judge, ...formatFigures(effect), corrected?.toFixed(3) ?? '', text]];
}

const formatFigures = ({ mean, low, high, n }: Interval & { n: number }): string[] => [
  formatDifference(mean),
  `${formatDifference(low)} – ${formatDifference(high)}`,
  String(n),
];

const toAspectRows = ({ check, judge, aspects = {} }: BiasFinding): string[][] =>
  Object.entries(aspects).map(([aspect, interval]) => [
    `${check === 'position' ? 'asked first minus asked last' : 'with filler minus without'}: ${aspect}`,
    judge,
    ...formatFigures(interval),
  ]);
