import type { BiasReport } from '../bias/biasReport.ts';
import type { BiasCheckName, BiasFinding } from '../bias/biasCheck.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { formatDifference, renderTextTable } from '../justEval/table.ts';
import { toPrintable } from '../../run/progress.ts';

const VERDICT_TEXTS: Readonly<Record<BiasCheckName, Readonly<Record<'higher' | 'lower', string>>>> = {
  position: { higher: 'biased: aspects asked for earlier get more', lower: 'biased: aspects asked for later get more' },
  padding: { higher: 'biased: words that say nothing get more', lower: 'words that say nothing cost points' },
  length: { higher: 'longer answers have more points, for whatever reason', lower: 'longer answers have fewer points' },
  self: { higher: 'biased: prefers its own answers', lower: 'biased: against its own answers' },
};

/** The findings for people: a table, by aspect where that can be told, and what could not be told. */
export function renderBiasReport({ findings, trials, of }: BiasReport): string {
  const told = findings.filter((f) => f.effect !== null);
  const aspects = findings.filter((f) => f.effect !== null && f.aspects);
  return [
    `Bias of the judges (${trials} of ${of} answers judged again three ways)`,
    ...(told.length
      ? [
          renderTable([
            ['check', 'judge', 'effect', '95 %', 'n', 'p (Holm)', 'verdict'],
            ...findings.flatMap(toFindingRow),
          ]),
        ]
      : []),
    ...(aspects.length
      ? [renderTable([['by aspect', 'judge', 'difference', '95 %', 'n'], ...aspects.flatMap(toAspectRows)])]
      : []),
    ...findings.flatMap((f) =>
      f.untold === undefined
        ? []
        : [toPrintable(`${f.check}${f.judge ? ` (${f.judge})` : ''}: cannot be told; ${f.untold}.`)],
    ),
  ].join('\n\n');
}

const renderTable = (rows: string[][]): string => toPrintable(renderTextTable(rows));

const toFindingRow = ({ check, judge, unit, effect, corrected, verdict }: BiasFinding): string[][] =>
  effect
    ? [
        [
          `${check}, ${unit}`,
          judge,
          ...formatFigures(effect),
          corrected?.toFixed(3) ?? '',
          verdict === 'higher' || verdict === 'lower' ? VERDICT_TEXTS[check][verdict] : verdict,
        ],
      ]
    : [];

const formatFigures = ({ mean, low, high, n }: Interval & { n: number }): string[] => [
  formatDifference(mean),
  `${formatDifference(low)} – ${formatDifference(high)}`,
  String(n),
];

const toAspectRows = ({ check, judge, aspects = {} }: BiasFinding): string[][] =>
  Object.entries(aspects).map(([aspect, interval]) => [
    `${check === 'position' ? 'first to last less last to first' : 'with filler less without'}: ${aspect}`,
    judge,
    ...formatFigures(interval),
  ]);
