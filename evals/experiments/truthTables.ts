import type { TableRows } from '../justEval/table.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import type { ExperimentOutcome, RowOutcome } from './experimentOutcome.ts';
import { formatDifference } from '../justEval/table.ts';

/** What the simulation knows of the rows' prompts: the true gain over the first prompt, and how often there was none. */
export function buildTruthTable({ rows }: ExperimentOutcome): TableRows {
  const cells = ({ name, truth = [], asked, done }: RowOutcome): string[] => {
    const gain = computeMean(truth) ?? 0;
    const squares = truth.reduce((sum, g) => sum + (g - gain) ** 2, 0);
    const error = truth.length > 1 ? Math.sqrt(squares / (truth.length - 1) / truth.length).toFixed(2) : '–';
    return [
      name,
      formatDifference(gain),
      error,
      formatShare(truth.filter((g) => g < 0).length / truth.length),
      String(Math.round(asked / done)),
    ];
  };
  const known = rows.filter((row) => row.truth?.length);
  return [
    ['simulated models: row', 'true gain', '± se', 'worse', 'requests a search and its evaluation'],
    ...known.map(cells),
  ];
}

/** A table for each landscape: what each row gains there. */
export function buildLandscapeTables({ landscapes }: ExperimentOutcome): TableRows[] {
  const names = landscapes[0]?.landscapes.map((l) => l.landscape) ?? [];
  return names.map((name) => [
    [name, 'true gain', '± se', 'worse', 'judgements', 'interval holds'],
    ...landscapes.flatMap(({ row, landscapes: all }) =>
      all
        .filter((l) => l.landscape === name)
        .map(({ gain, error, worse, evaluations, coverage, intervals }) => [
          row,
          formatDifference(gain),
          error.toFixed(3),
          formatShare(worse),
          evaluations.toFixed(0),
          coverage === null ? '–' : `${formatShare(coverage)} of ${intervals}`,
        ]),
    ),
  ]);
}

const formatShare = (part: number): string => `${(100 * part).toFixed(0)} %`;
