import { computeMean } from '../../statistics/computeMean.ts';
import { formatDifference, type TableRows } from '../justEval/table.ts';
import type { ExperimentOutcome, RowOutcome } from './experimentOutcome.ts';

/** The true gain of each row's prompts over the first prompt, in points of 5 with its standard error, on a simulated base model. */
export const buildTruthTable = ({ rows }: ExperimentOutcome): TableRows => [
  ['simulated models: row', 'true gain', '± se', 'worse', 'requests per search with evaluation'],
  ...rows.filter((row) => row.truth?.length).map(toTruthCells),
];

function toTruthCells({ name, truth = [], requests, done }: RowOutcome): string[] {
  const gain = computeMean(truth) ?? NaN;
  const squares = truth.reduce((sum, value) => sum + (value - gain) ** 2, 0);
  return [
    name,
    formatDifference(gain),
    truth.length > 1 ? Math.sqrt(squares / (truth.length - 1) / truth.length).toFixed(2) : '–',
    formatShare(truth.filter((value) => value < 0).length / truth.length),
    String(Math.round(requests / done)),
  ];
}

/** A table for each landscape: what each row gains there, in points of 5. */
export function buildLandscapeTables({ landscapes: rows }: ExperimentOutcome): TableRows[] {
  const names = rows[0]?.landscapes.map(({ landscape }) => landscape) ?? [];
  return names.map((name) => [
    [name, 'true gain', '± se', 'worse', 'judgements', 'interval contains the truth'],
    ...rows.flatMap(({ row, landscapes }) =>
      landscapes
        .filter(({ landscape }) => landscape === name)
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

const formatShare = (share: number): string => `${(100 * share).toFixed(0)} %`;
