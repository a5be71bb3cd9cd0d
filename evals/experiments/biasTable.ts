import type { Bias } from '../bias/bias.ts';
import type { CheckName, Finding } from '../bias/check.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { signed, textTable } from '../justEval/table.ts';
import { printable } from '../../run/progress.ts';

const WORDS: Readonly<Record<CheckName, Readonly<Record<'higher' | 'lower', string>>>> = {
  position: { higher: 'biased: aspects asked for earlier get more', lower: 'biased: aspects asked for later get more' },
  padding: { higher: 'biased: words that say nothing get more', lower: 'words that say nothing cost points' },
  length: { higher: 'longer answers have more points, for whatever reason', lower: 'longer answers have fewer points' },
  self: { higher: 'biased: prefers its own answers', lower: 'biased: against its own answers' },
};

/** The findings for people: a table, by aspect where that can be told, and what could not be told. */
export function biasTable({ findings, trials, of }: Bias): string {
  const told = findings.filter((f) => f.effect !== null);
  const aspects = findings.filter((f) => f.effect !== null && f.aspects);
  return [
    `Bias of the judges (${trials} of ${of} answers judged again three ways)`,
    ...(told.length
      ? [table([['check', 'judge', 'effect', '95 %', 'n', 'p (Holm)', 'verdict'], ...findings.flatMap(row)])]
      : []),
    ...(aspects.length
      ? [table([['by aspect', 'judge', 'difference', '95 %', 'n'], ...aspects.flatMap(aspectRows)])]
      : []),
    ...findings.flatMap((f) =>
      f.untold === undefined
        ? []
        : [printable(`${f.check}${f.judge ? ` (${f.judge})` : ''}: cannot be told; ${f.untold}.`)],
    ),
  ].join('\n\n');
}

const table = (rows: string[][]): string => printable(textTable(rows));

const row = ({ check, judge, unit, effect, corrected, verdict }: Finding): string[][] =>
  effect
    ? [
        [
          `${check}, ${unit}`,
          judge,
          ...figures(effect),
          corrected?.toFixed(3) ?? '',
          verdict === 'higher' || verdict === 'lower' ? WORDS[check][verdict] : verdict,
        ],
      ]
    : [];

const figures = ({ mean, low, high, n }: Interval & { n: number }): string[] => [
  signed(mean),
  `${signed(low)} – ${signed(high)}`,
  String(n),
];

const aspectRows = ({ check, judge, aspects = {} }: Finding): string[][] =>
  Object.entries(aspects).map(([aspect, interval]) => [
    `${check === 'position' ? 'first to last less last to first' : 'with filler less without'}: ${aspect}`,
    judge,
    ...figures(interval),
  ]);
