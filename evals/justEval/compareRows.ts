import { computeRegularAverage, type SummaryIntervals } from './judgementSummary.ts';
import { JUST_EVAL_ASPECTS } from './justEvalAspects.ts';
import { bootstrapPairedDifferences, type BootstrapInterval } from '../../statistics/bootstrap.ts';
import type { ScoredJudgement } from './records.ts';
import { correctByHolm, testSignFlip } from '../../statistics/significance.ts';

/** What is compared, per instruction: the mean of the five aspects on regular ones, safety on safety ones. */
export type Measure = 'average' | 'safety';

/** A row's judgements: one list for each of its searches. */
export type RowJudgements = readonly (readonly ScoredJudgement[])[];

/** One row held against another over the same instructions. */
export interface Comparison extends BootstrapInterval {
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
  const over = (valueOf: MeasureReader): BootstrapInterval | null =>
    bootstrapPairedDifferences(buildValueGrid(row.map((all) => mapValuesById(all, valueOf))));
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
      const interval = bootstrapPairedDifferences(differences);
      const n = differences[0]?.length ?? 0;
      return interval ? [{ ...interval, row, against, measure, n, p: computePValue(differences) }] : [];
    }),
  );
  const corrected = correctByHolm(found.map((c) => c.p));
  return found.map((c, i) => ({ ...c, corrected: corrected[i] ?? 1, verdict: decideVerdict(c, corrected[i] ?? 1) }));
}

/**
 * The chance between equals: by flipping the signs of instructions where there is one search. Where there are several, the
 * luck of the searches counts too: a t test whose error is made of both, with Satterthwaite's degrees of freedom.
 */
function computePValue(differences: readonly (readonly number[])[]): number {
  const [first = []] = differences;
  if (differences.length === 1 || first.length < 2) return testSignFlip(first);
  const items = first.map((_, i) => computeMean(differences.map((row) => row[i] ?? 0)));
  const [ofSeeds, ofItems] = [computeVarianceOfMean(differences.map(computeMean)), computeVarianceOfMean(items)];
  const variance = ofSeeds + ofItems;
  const mean = computeMean(items);
  if (variance === 0) return mean === 0 ? 1 : 0;
  const freedom = variance ** 2 / (ofSeeds ** 2 / (differences.length - 1) + ofItems ** 2 / (items.length - 1));
  return Math.min(1, 2 * computeUpperTail(toNormalDeviate(mean ** 2 / variance, freedom)));
}

const computeMean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function computeVarianceOfMean(values: readonly number[]): number {
  const mean = computeMean(values);
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length;
}

/** The normal deviate as rare as a t of this square (Wallace 1959, error below 0.02 from 2 degrees of freedom on). */
const toNormalDeviate = (square: number, freedom: number): number =>
  ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log1p(square / freedom));

/** Chance of a standard normal above z ≥ 0 (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function computeUpperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

function decideVerdict({ mean, low, high }: BootstrapInterval, corrected: number): Comparison['verdict'] {
  if (corrected >= SIGNIFICANCE_LEVEL || (low <= 0 && high >= 0)) return 'noise';
  return mean > 0 ? 'higher' : 'lower';
}
