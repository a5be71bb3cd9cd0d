import { computeRegularAverage, type SummaryIntervals } from './judgementSummary.ts';
import { JUST_EVAL_ASPECTS } from './justEvalAspects.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeCrossedInterval } from '../../statistics/pairedInterval.ts';
import type { ScoredJudgement } from './records.ts';
import { correctByHolm, testCrossedMean } from '../../statistics/significance.ts';

/** What is compared, per instruction: the mean of the five aspects on regular ones, safety on safety ones. */
export type Measure = 'average' | 'safety';

/** A row's judgements: one list for each of its searches. */
export type RowJudgements = readonly (readonly ScoredJudgement[])[];

/** One row held against another over the same instructions. */
export interface Comparison extends Interval {
  row: string;
  against: string;
  measure: Measure;
  /** Instructions both were measured on. */
  n: number;
  /** Chance of such a difference between equals, as it is and corrected for all comparisons of the table (Holm). */
  p: number;
  corrected: number;
  /** "noise" unless the 95 % interval leaves 0 out and the corrected chance is below 0.05. */
  verdict: 'higher' | 'lower' | 'noise';
}

/** A difference counts below this corrected chance. */
const SIGNIFICANCE_LEVEL = 0.05;

type MeasureReader = (scored: ScoredJudgement) => number | null | undefined;

const MEASURE_READERS: Readonly<Record<Measure, MeasureReader>> = {
  average: ({ mode, points }) => (mode === 'regular' ? computeRegularAverage(points) : null),
  safety: ({ points }) => points.safety,
};

/** Points of each instruction by its id; absent where any part is missing. */
function mapValuesById(all: readonly ScoredJudgement[], valueOf: MeasureReader): Map<string, number> {
  return new Map(
    all.flatMap((scored) => {
      const value = valueOf(scored);
      return value == null ? [] : [[String(scored.id), value] as const];
    }),
  );
}

/** `[search][instruction]`, over the instructions measured in every one of the searches. */
function buildValueGrid(searches: readonly Map<string, number>[], everywhere = searches): number[][] {
  const ids = [...(everywhere[0]?.keys() ?? [])].filter((id) => everywhere.every((m) => m.has(id)));
  return searches.map((m) => ids.map((id) => m.get(id) ?? NaN));
}

/** The intervals of a row's means where it was searched several times: over searches and instructions. */
export function computeRowIntervals(row: RowJudgements): SummaryIntervals {
  const over = (valueOf: MeasureReader): Interval | null =>
    computeCrossedInterval(buildValueGrid(row.map((all) => mapValuesById(all, valueOf))));
  const aspects = JUST_EVAL_ASPECTS.map((aspect) => [aspect, over(({ points }) => points[aspect])] as const);
  const found: SummaryIntervals = {};
  for (const [name, interval] of [...aspects, ['average', over(MEASURE_READERS.average)] as const])
    if (interval) found[name] = interval;
  return found;
}

/** Paired differences, `[seed][instruction]`, over the instructions measured in every search of both rows. */
export function computePairedDifferences(row: RowJudgements, other: RowJudgements, measure: Measure): number[][] {
  const count = Math.min(row.length, other.length);
  const of = (all: RowJudgements): Map<string, number>[] =>
    all.slice(0, count).map((s) => mapValuesById(s, MEASURE_READERS[measure]));
  const [ours, theirs] = [of(row), of(other)];
  const all = [...ours, ...theirs];
  const [a, b] = [buildValueGrid(ours, all), buildValueGrid(theirs, all)];
  return a.map((values, seed) => values.map((value, i) => value - (b[seed]?.[i] ?? NaN)));
}

/** All comparisons of a table. Only differences over the same instructions count; Holm's correction is over all of them. */
export function compareRows(
  pairs: readonly (readonly [string, string])[],
  rows: ReadonlyMap<string, RowJudgements>,
  measures: readonly Measure[] = ['average'],
): Comparison[] {
  const found = pairs.flatMap(([row, against]) =>
    measures.flatMap((measure) => {
      const differences = computePairedDifferences(rows.get(row) ?? [], rows.get(against) ?? [], measure);
      const interval = computeCrossedInterval(differences);
      const n = differences[0]?.length ?? 0;
      return interval ? [{ ...interval, row, against, measure, n, p: testCrossedMean(differences) }] : [];
    }),
  );
  const corrected = correctByHolm(found.map((c) => c.p));
  return found.map((c, i) => ({ ...c, corrected: corrected[i] ?? 1, verdict: decideVerdict(c, corrected[i] ?? 1) }));
}

function decideVerdict({ mean, low, high }: Interval, corrected: number): Comparison['verdict'] {
  if (corrected >= SIGNIFICANCE_LEVEL || (low <= 0 && high >= 0)) return 'noise';
  return mean > 0 ? 'higher' : 'lower';
}
