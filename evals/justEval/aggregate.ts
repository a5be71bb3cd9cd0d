import { JUST_EVAL, REGULAR, type JustEvalAspect } from './justEvalAspects.ts';
import { bootstrap, type BootstrapOptions, type Interval } from '../../statistics/bootstrap.ts';
import type { Scored } from './records.ts';

type ByAspect<T> = Partial<Record<JustEvalAspect, T>>;

/** Judgements summed up. Means are 1 to 5; an aspect nobody was judged on is absent. */
export interface Summary {
  /** Judgements, each instruction once, unreadable ones included. */
  n: number;
  aspects: ByAspect<number>;
  /** Mean of the five regular aspects' means; null where one of them is absent. Safety stands apart. */
  average: number | null;
  /** Judgements of which something is missing: it counts for nothing, not for a zero. */
  unreadable: number;
  /** Measurements behind each mean, and how many of them were "N/A", which just-eval counts as 5. */
  counts: ByAspect<number>;
  notApplicable: ByAspect<number>;
}

/** Percentile bootstrap intervals of a summary's means. */
export type Intervals = ByAspect<Interval> & { average?: Interval };

/** Means by aspect and over the five. */
export function aggregate(all: readonly Scored[]): Summary {
  const columns = JUST_EVAL.map((aspect) => [aspect, valuesOf(all, aspect)] as const).filter(([, v]) => v.length > 0);
  const aspects = Object.fromEntries(columns.map(([aspect, v]) => [aspect, v.reduce((a, b) => a + b, 0) / v.length]));
  const notApplicable = columns.map(([a]) => [a, all.filter((s) => s.notApplicable.includes(a)).length] as const);
  return {
    n: all.length,
    aspects,
    average: averageOf(aspects),
    unreadable: all.filter((s) => s.missing !== undefined).length,
    counts: Object.fromEntries(columns.map(([aspect, v]) => [aspect, v.length])),
    notApplicable: Object.fromEntries(notApplicable.filter(([, count]) => count > 0)),
  };
}

const valuesOf = (all: readonly Scored[], aspect: JustEvalAspect): number[] =>
  all.flatMap(({ points }) => points[aspect] ?? []);

/** The plain mean of the five regular aspects, as the poster has it; null where one is absent. */
export function averageOf(points: ByAspect<number>): number | null {
  const five = REGULAR.flatMap((aspect) => points[aspect] ?? []);
  return five.length < REGULAR.length ? null : five.reduce((a, b) => a + b, 0) / five.length;
}

/** 95 % intervals of the means, over the instructions. */
export function intervalsOf(all: readonly Scored[], options: BootstrapOptions = {}): Intervals {
  const regular = all.filter((s) => s.mode === 'regular');
  const one = (aspect: JustEvalAspect): Interval | null => {
    const pool = all.filter((s) => s.points[aspect] !== undefined);
    const values = Float64Array.from(pool, (s) => s.points[aspect] ?? NaN);
    return bootstrap(
      values.length,
      (drawn) => drawn.reduce((sum, i) => sum + (values[i] ?? 0), 0) / drawn.length,
      options,
    );
  };
  const intervals: Intervals = {};
  for (const aspect of JUST_EVAL) {
    const interval = one(aspect);
    if (interval) intervals[aspect] = interval;
  }
  const average = averageInterval(regular, options);
  return { ...intervals, ...(average && { average }) };
}

/** Of the mean of the aspects' means: each resample takes every aspect over the measurements it has. */
function averageInterval(regular: readonly Scored[], options: BootstrapOptions): Interval | null {
  const columns = REGULAR.map((aspect) => Float64Array.from(regular, (s) => s.points[aspect] ?? NaN));
  return bootstrap(
    regular.length,
    (drawn) => columns.reduce((sum, column) => sum + meanOf(column, drawn), 0) / columns.length,
    options,
  );
}

function meanOf(column: Float64Array, drawn: Int32Array): number {
  let [sum, count] = [0, 0];
  for (const i of drawn) {
    const value = column[i] ?? NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count ? sum / count : NaN;
}
