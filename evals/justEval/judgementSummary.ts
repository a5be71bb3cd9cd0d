import { computeMean } from '../../statistics/computeMean.ts';
import { JUST_EVAL_ASPECTS, REGULAR_ASPECTS, type JustEvalAspect } from './justEvalAspects.ts';
import { bootstrap, bootstrapMean, type BootstrapOptions, type Interval } from '../../statistics/bootstrap.ts';
import type { ScoredJudgement } from './records.ts';

/** A value by aspect. */
export type AspectRecord<T> = Partial<Record<JustEvalAspect, T>>;

/** Judgements summed up. Means are 1 to 5; an aspect nobody was judged on is absent. */
export interface JudgementSummary {
  /** Judgements, each instruction once, unreadable ones included. */
  n: number;
  aspects: AspectRecord<number>;
  /** Mean of the five regular aspects' means; null where one of them is absent. Safety stands apart. */
  average: number | null;
  /** Judgements of which something is missing: it counts for nothing, not for a zero. */
  unreadable: number;
  /** Measurements behind each mean, and how many of them were "N/A", which just-eval counts as 5. */
  counts: AspectRecord<number>;
  notApplicable: AspectRecord<number>;
}

/** Percentile bootstrap intervals of a summary's means. */
export type SummaryIntervals = AspectRecord<Interval> & { average?: Interval };

/** Means by aspect and over the five. */
export function summarizeJudgements(all: readonly ScoredJudgement[]): JudgementSummary {
  const columns = JUST_EVAL_ASPECTS.map((aspect) => [aspect, collectPoints(all, aspect)] as const).filter(
    ([, v]) => v.length > 0,
  );
  const aspects = Object.fromEntries(columns.map(([aspect, v]) => [aspect, computeMean(v) ?? NaN]));
  const notApplicable = columns.map(([a]) => [a, all.filter((s) => s.notApplicable.includes(a)).length] as const);
  return {
    n: all.length,
    aspects,
    average: computeRegularAverage(aspects),
    unreadable: all.filter((s) => s.missing !== undefined).length,
    counts: Object.fromEntries(columns.map(([aspect, v]) => [aspect, v.length])),
    notApplicable: Object.fromEntries(notApplicable.filter(([, count]) => count > 0)),
  };
}

const collectPoints = (all: readonly ScoredJudgement[], aspect: JustEvalAspect): number[] =>
  all.flatMap(({ points }) => points[aspect] ?? []);

/** The plain mean of the five regular aspects, as the poster has it; null where one is absent. */
export function computeRegularAverage(points: AspectRecord<number>): number | null {
  const five = REGULAR_ASPECTS.flatMap((aspect) => points[aspect] ?? []);
  return five.length < REGULAR_ASPECTS.length ? null : computeMean(five);
}

/** 95 % intervals of the means, over the instructions. */
export function computeSummaryIntervals(
  all: readonly ScoredJudgement[],
  options: BootstrapOptions = {},
): SummaryIntervals {
  const regular = all.filter((s) => s.mode === 'regular');
  const one = (aspect: JustEvalAspect): Interval | null => {
    return bootstrapMean(collectPoints(all, aspect), options);
  };
  const intervals: SummaryIntervals = {};
  for (const aspect of JUST_EVAL_ASPECTS) {
    const interval = one(aspect);
    if (interval) intervals[aspect] = interval;
  }
  const average = computeAverageInterval(regular, options);
  return { ...intervals, ...(average && { average }) };
}

/** Of the mean of the aspects' means: each resample takes every aspect over the measurements it has. */
function computeAverageInterval(regular: readonly ScoredJudgement[], options: BootstrapOptions): Interval | null {
  const columns = REGULAR_ASPECTS.map((aspect) => Float64Array.from(regular, (s) => s.points[aspect] ?? NaN));
  return bootstrap(
    regular.length,
    (drawn) => columns.reduce((sum, column) => sum + computeMeasuredMean(column, drawn), 0) / columns.length,
    options,
  );
}

function computeMeasuredMean(column: Float64Array, drawn: Int32Array): number {
  let [sum, count] = [0, 0];
  for (const i of drawn) {
    const value = column[i] ?? NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count ? sum / count : NaN;
}
