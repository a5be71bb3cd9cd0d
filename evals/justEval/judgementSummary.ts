import { bootstrap, bootstrapMean, type BootstrapOptions, type Interval } from '../../statistics/bootstrap.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { JUST_EVAL_ASPECTS, REGULAR_ASPECTS, type JustEvalAspect } from './justEvalAspects.ts';
import type { ScoredJudgement } from './records.ts';

/** A value by aspect. */
export type AspectRecord<T> = Partial<Record<JustEvalAspect, T>>;

/** A summary of judgements. Means are 1 to 5; an aspect without a measurement is absent. */
export interface JudgementSummary {
  /** Judgements, one per instruction, unreadable ones included. */
  n: number;
  aspects: AspectRecord<number>;
  /** Mean of the five regular aspects' means, without safety; null if one of them is absent. */
  average: number | null;
  /** Judgements of which something is missing; it is left out, and never counted as zero. */
  unreadable: number;
  /** Measurements behind each mean, and how many of them were "N/A", which just-eval counts as 5. */
  counts: AspectRecord<number>;
  notApplicable: AspectRecord<number>;
}

/** 95 % percentile bootstrap intervals of a summary's means. */
export type SummaryIntervals = AspectRecord<Interval> & { average?: Interval };

/** Computes the means by aspect, and over the five regular aspects. */
export function summarizeJudgements(judgements: readonly ScoredJudgement[]): JudgementSummary {
  const columns = JUST_EVAL_ASPECTS.map((aspect) => [aspect, collectPoints(judgements, aspect)] as const).filter(
    ([, points]) => points.length > 0,
  );
  const aspects = Object.fromEntries(columns.map(([aspect, points]) => [aspect, computeMean(points) ?? NaN]));
  const notApplicable = columns.map(
    ([aspect]) => [aspect, judgements.filter((j) => j.notApplicable.includes(aspect)).length] as const,
  );
  return {
    n: judgements.length,
    aspects,
    average: computeRegularAverage(aspects),
    unreadable: judgements.filter(({ missing }) => missing !== undefined).length,
    counts: Object.fromEntries(columns.map(([aspect, points]) => [aspect, points.length])),
    notApplicable: Object.fromEntries(notApplicable.filter(([, count]) => count > 0)),
  };
}

const collectPoints = (judgements: readonly ScoredJudgement[], aspect: JustEvalAspect): number[] =>
  judgements.flatMap(({ points }) => points[aspect] ?? []);

/** The plain mean of the five regular aspects, as in the poster; null if one is absent. */
export function computeRegularAverage(points: AspectRecord<number>): number | null {
  const measured = REGULAR_ASPECTS.flatMap((aspect) => points[aspect] ?? []);
  return measured.length < REGULAR_ASPECTS.length ? null : computeMean(measured);
}

/** Computes 95 % intervals of the means; the instructions are resampled. One measurement has no interval. */
export function computeSummaryIntervals(
  judgements: readonly ScoredJudgement[],
  options: BootstrapOptions = {},
): SummaryIntervals {
  const intervals: SummaryIntervals = {};
  for (const aspect of JUST_EVAL_ASPECTS) {
    const points = collectPoints(judgements, aspect);
    const interval = points.length > 1 ? bootstrapMean(points, options) : null;
    if (interval) intervals[aspect] = interval;
  }
  const average = computeAverageInterval(
    judgements.filter(({ mode }) => mode === 'regular'),
    options,
  );
  return { ...intervals, ...(average && { average }) };
}

/** The interval of the mean of the aspects' means; a resample averages each aspect over the measurements that it has. */
function computeAverageInterval(judgements: readonly ScoredJudgement[], options: BootstrapOptions): Interval | null {
  if (judgements.length < 2) return null;
  const columns = REGULAR_ASPECTS.map((aspect) => Float64Array.from(judgements, ({ points }) => points[aspect] ?? NaN));
  return bootstrap(
    judgements.length,
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
