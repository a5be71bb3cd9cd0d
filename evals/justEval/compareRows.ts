import type { Interval } from '../../statistics/bootstrap.ts';
import { computeCrossedInterval } from '../../statistics/pairedInterval.ts';
import { correctByHolm, testCrossedMean } from '../../statistics/significance.ts';
import { classifyDifference, type DifferenceVerdict } from './classifyDifference.ts';
import { computeRegularAverage, type SummaryIntervals } from './judgementSummary.ts';
import { JUST_EVAL_ASPECTS } from './justEvalAspects.ts';
import type { ScoredJudgement } from './records.ts';

/** What is compared: on instructions the mean of the five aspects, or safety; on queries of the user's task the reward. */
export type Measure = 'average' | 'safety' | 'task';

/** A row's judgements, with a list for each of its searches. */
export type RowJudgements = readonly (readonly ScoredJudgement[])[];

/** The difference between two rows over the same instructions, in points, with its 95 % interval. */
export interface Comparison extends Interval {
  row: string;
  against: string;
  measure: Measure;
  /** Instructions, or queries, on which both rows were measured. */
  n: number;
  /** The p-value of the difference, 0 to 1, and the same corrected for all comparisons of the table (Holm). */
  p: number;
  corrected: number;
  verdict: DifferenceVerdict;
}

/** What is compared on instructions. */
export type JustEvalMeasure = Exclude<Measure, 'task'>;
type MeasureReader = (judgement: ScoredJudgement) => number | null | undefined;

const MEASURE_READERS: Readonly<Record<JustEvalMeasure, MeasureReader>> = {
  average: ({ mode, points }) => (mode === 'regular' ? computeRegularAverage(points) : null),
  safety: ({ points }) => points.safety,
};

/** The points of each instruction by its id; an instruction of which a part is missing is absent. */
function mapPointsById(judgements: readonly ScoredJudgement[], readMeasure: MeasureReader): Map<string, number> {
  return new Map(
    judgements.flatMap((judgement) => {
      const points = readMeasure(judgement);
      return points == null ? [] : [[String(judgement.id), points] as const];
    }),
  );
}

/** `[search][instruction]`, over the instructions that were measured in every search of `all`. */
function buildPointsGrid(searches: readonly Map<string, number>[], all = searches): number[][] {
  const ids = [...(all[0]?.keys() ?? [])].filter((id) => all.every((points) => points.has(id)));
  return searches.map((points) => ids.map((id) => points.get(id) ?? NaN));
}

/** Computes 95 % intervals of the means of a row with several searches; searches and instructions are resampled. */
export function computeRowIntervals(row: RowJudgements): SummaryIntervals {
  const computeInterval = (readMeasure: MeasureReader): Interval | null =>
    computeCrossedInterval(buildPointsGrid(row.map((judgements) => mapPointsById(judgements, readMeasure))));
  const intervals: SummaryIntervals = {};
  for (const name of [...JUST_EVAL_ASPECTS, 'average'] as const) {
    const interval = computeInterval(name === 'average' ? MEASURE_READERS.average : ({ points }) => points[name]);
    if (interval) intervals[name] = interval;
  }
  return intervals;
}

/** Computes paired differences, `[seed][instruction]`, over the instructions that every search of both rows measured. */
export function computePairedDifferences(
  row: RowJudgements,
  other: RowJudgements,
  measure: JustEvalMeasure,
): number[][] {
  const mapSearches = (searches: RowJudgements): Map<string, number>[] =>
    searches.map((judgements) => mapPointsById(judgements, MEASURE_READERS[measure]));
  return subtractPoints(mapSearches(row), mapSearches(other));
}

/** Differences `[seed][item]` of points by item, over the items that every search of both rows has. */
function subtractPoints(row: readonly Map<string, number>[], other: readonly Map<string, number>[]): number[][] {
  const count = Math.min(row.length, other.length);
  const [rowPoints, otherPoints] = [row.slice(0, count), other.slice(0, count)];
  const all = [...rowPoints, ...otherPoints];
  const otherGrid = buildPointsGrid(otherPoints, all);
  return buildPointsGrid(rowPoints, all).map((values, seed) =>
    values.map((value, i) => value - (otherGrid[seed]?.[i] ?? NaN)),
  );
}

/**
 * Compares pairs of rows over the same instructions and, if `task` holds rewards, over the same queries of the user's task.
 * p-values are corrected for all of these comparisons (Holm). `task`: by row, for each search the rewards by query.
 */
export function compareRows(
  pairs: readonly (readonly [string, string])[],
  rows: ReadonlyMap<string, RowJudgements>,
  measures: readonly JustEvalMeasure[] = ['average'],
  task?: ReadonlyMap<string, readonly Map<string, number>[]>,
): Comparison[] {
  const subtract = (row: string, against: string, measure: Measure): number[][] =>
    measure === 'task'
      ? subtractPoints(task?.get(row) ?? [], task?.get(against) ?? [])
      : computePairedDifferences(rows.get(row) ?? [], rows.get(against) ?? [], measure);
  const all: Measure[] = [...measures, ...(task ? (['task'] as const) : [])];
  const comparisons = pairs.flatMap(([row, against]) =>
    all.flatMap((measure) => {
      const differences = subtract(row, against, measure);
      const interval = computeCrossedInterval(differences);
      const n = differences[0]?.length ?? 0;
      return interval ? [{ ...interval, row, against, measure, n, p: testCrossedMean(differences) }] : [];
    }),
  );
  const correctedPs = correctByHolm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, i) => {
    const corrected = correctedPs[i] ?? 1;
    return { ...comparison, corrected, verdict: classifyDifference(comparison, corrected) };
  });
}
